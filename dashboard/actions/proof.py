"""What proves the log from outside the store: the key of its seals, and the anchor.

The anchor is a text file with one line for each action that was acknowledged, its id and its seal, one for each
backup, its count and its digest, and one wherever lines were put to it late, with how many; the audit trail has one
of its own. A chain alone cannot tell that its newest lines were cut off; the anchor can. Whoever can rewrite the
store, the key and the anchors can forge all of it, so the folder belongs on another disk or account than the store.
They are made with an empty store and never again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from dashboard import settings
from dashboard.actions.refusals import StoreUnusable

KEY = "audit-key"
ANCHOR = "anchor"
AUDIT_ANCHOR = "audit-anchor"
BACKUP, LATE = "backup", "late"
KEY_BYTES = 32
SEAL_SIGNS = 64
PUT_BACK = "put it back from where it was copied to"
MEND = "see that the folder is there, has room and may be written to"


@dataclass
class Proof:
    """The key and an anchor in one folder. ``pending`` could not be written yet and goes with the next line."""

    folder: Path
    anchor: str = ANCHOR
    _pending: list[str] = field(default_factory=list, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def key(self, *, make: bool) -> bytes:
        """The key; drawn, and the anchor begun, where there is none and ``make`` allows it, for an empty store.

        Raises ``StoreUnusable`` where it is missing or no key.
        """
        path = self.folder / KEY
        try:
            if make:
                self._begin(path)
            key = bytes.fromhex(path.read_text(encoding="ascii"))
        except FileNotFoundError:
            raise StoreUnusable("the key of the action log is missing", str(path), PUT_BACK) from None
        except (OSError, ValueError) as error:
            raise StoreUnusable(f"the key cannot be read ({type(error).__name__})", str(path), MEND) from None
        if len(key) != KEY_BYTES:
            raise StoreUnusable("the key is not whole", str(path), PUT_BACK)
        return key

    def beside(self, anchor: str) -> Proof:
        """The same folder and key with another anchor."""
        return Proof(self.folder, anchor)

    def begin(self) -> None:
        """An empty anchor where there is none, for an empty table. Raises ``StoreUnusable``."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(_private(str(self.folder / self.anchor), os.O_WRONLY | os.O_CREAT))
        except OSError as error:
            raise self._unusable(error) from None

    def ready(self) -> None:
        """Raises ``StoreUnusable`` where no line could be added now: then nothing must be saved either."""
        try:
            os.close(self._opened())
        except OSError as error:
            raise self._unusable(error) from None

    def add(self, action_id: str, seal: str) -> bool:
        """Put a line to the anchor, on the disk before this returns. False where it has to wait for the next one."""
        with self._lock:
            self._pending.append(f"{action_id} {seal}\n")
            return self._write()

    def add_late(self, sealed: Sequence[tuple[str, str]], count: int) -> None:
        """Put lines to the anchor that it should have had, and that they came late; they wait as any others do."""
        if sealed:
            with self._lock:
                self._pending += [f"{name} {seal}\n" for name, seal in sealed]
                self._pending.append(f"{LATE} {count} {settings.now().isoformat(timespec='seconds')}\n")
                self._write()

    def _write(self) -> bool:
        try:
            self._append("".join(self._pending))
        except OSError:
            return False
        self._pending.clear()
        return True

    @property
    def anchored(self) -> bool:
        """Whether there is an anchor at all."""
        return (self.folder / self.anchor).exists()

    def add_backup(self, actions: int, digest: str) -> None:
        """Note that a copy with this digest was made here. Raises ``StoreUnusable``."""
        try:
            with self._lock:
                self._append(f"{BACKUP} {actions} {digest}\n")
        except OSError as error:
            raise self._unusable(error) from None

    def backups(self) -> set[str]:
        """The digests of the copies that were made here. Raises ``StoreUnusable``."""
        return {words[2] for words in self._words() if len(words) == 3 and words[0] == BACKUP}

    def late(self) -> int:
        """How many were put to the anchor only when their store was opened again. Raises ``StoreUnusable``."""
        found = (words[1] for words in self._words() if len(words) == 3 and words[0] == LATE)
        return sum(int(count) for count in found if count.isdecimal())

    def lines(self) -> dict[str, str]:
        """The seal of every action that was acknowledged, by its id. Raises ``StoreUnusable``."""
        # A line that a power cut left in half has no whole seal; its action was never acknowledged.
        return {words[0]: words[1] for words in self._words() if len(words) == 2 and len(words[1]) == SEAL_SIGNS}

    def heads(self) -> dict[str, tuple[int, str]]:
        """Of lines named ``chain.number``: number and seal of the last of each chain. Raises ``StoreUnusable``."""
        found: dict[str, tuple[int, str]] = {}
        for words in self._words():
            chain, _, number = words[0].rpartition(".")
            whole = len(words) == 2 and len(words[1]) == SEAL_SIGNS and number.isdecimal()
            if whole and int(number) >= found.get(chain, (0, ""))[0]:
                found[chain] = (int(number), words[1])
        return found

    def begin_anew(self, sealed: Iterable[tuple[str, str]], kept_as: str) -> None:
        """An anchor for a store that was put back; the one before is kept under another name."""
        path = self.folder / self.anchor
        written = self.folder / f"{self.anchor}.new"
        try:
            copies = [" ".join(words) + "\n" for words in self._words() if words[0] == BACKUP]
            with open(written, "w", encoding="ascii", opener=_private) as file:
                file.writelines([*copies, *(f"{action_id} {seal}\n" for action_id, seal in sealed)])
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                path.rename(self.folder / kept_as)
            written.rename(path)
        except OSError as error:
            raise self._unusable(error) from None

    def _words(self) -> Iterator[list[str]]:
        """Line by line: an anchor grows as long as its log does."""
        try:
            with (self.folder / self.anchor).open(encoding="ascii", errors="replace") as lines:
                yield from (line.rstrip("\n").split(" ") for line in lines)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable(error) from None

    def _opened(self) -> int:
        return os.open(self.folder / self.anchor, os.O_RDWR | os.O_APPEND)

    def _append(self, lines: str) -> None:
        handle = self._opened()
        try:
            size = os.fstat(handle).st_size
            cut_off = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            data = (("\n" if cut_off else "") + lines).encode("ascii")
            if os.write(handle, data) != len(data):  # one write: lines of other processes stay whole
                raise OSError("half a line")
            os.fsync(handle)
        finally:
            os.close(handle)

    def _begin(self, path: Path) -> None:
        """An anchor, then a whole key, once, whoever else tries at the same moment."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(_private(str(self.folder / self.anchor), os.O_WRONLY | os.O_CREAT))
        if path.exists():
            return
        drawn = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(drawn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, secrets.token_hex(KEY_BYTES).encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(drawn, path)
        except FileExistsError:
            pass
        finally:
            drawn.unlink()

    def _unusable(self, error: OSError) -> StoreUnusable:
        if isinstance(error, FileNotFoundError):
            mend = f"{PUT_BACK}; where it is lost for good, an empty file of this name begins a new one"
            return StoreUnusable("the anchor of the action log is missing", str(self.folder / self.anchor), mend)
        what = f"the anchor of the action log cannot be used ({error.strerror})"
        return StoreUnusable(what, str(self.folder), MEND)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
