"""Nothing is changed, removed or cut off without being found; and what happens by accident is no finding."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from dashboard.actions import store
from dashboard.actions.log import SAMPLE, ActionLog
from dashboard.actions.proof import ANCHOR, AUDIT_ANCHOR, KEY, Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import verify
from tests.actions.made_up import draft, entry, log_in, trail_in
from tests.actions.tampering import (
    WAYS,
    WAYS_WITH_THE_TRAIL,
    Tamper,
    cut_off_the_newest,
    cut_off_the_newest_entries,
    forge_an_entry,
    forge_one_more,
)
from tests.actions.test_log import EVERY_KIND

TRIES = 100
PEOPLE, CHAINS = 6, 3


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log of six people."""
    return fill(tmp_path_factory.mktemp("filled"))


def fill(folder: Path) -> Path:
    log = log_in(folder)
    for seen, action in enumerate(EVERY_KIND[:6]):
        for person in range(PEOPLE):
            log.append(draft(action, seen, f"{person:04}"))
    for _ in range(CHAINS):
        trail = trail_in(folder)
        for person in range(PEOPLE):
            trail.append(entry(patient_id=f"{person:04}"))
    return folder


def _copy(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


def _found(folder: Path) -> bool:
    """Whether verifying says that something is wrong; a store that cannot be read any more is wrong too."""
    try:
        found = verify(store.of_file(folder / store.FILE), Proof(folder / "proof"))
    except StoreUnusable as error:
        if error.what not in ("it is damaged", "it cannot be read"):
            raise
        return True
    return not found.whole


def _opened(folder: Path) -> None:
    for use in (log_in, trail_in):
        with suppress(StoreUnusable):
            use(folder)


def test_a_log_that_nobody_touched_is_whole(filled: Path) -> None:
    found = verify(store.of_file(filled / store.FILE), Proof(filled / "proof"))
    assert found.whole
    assert (len(found.seals), found.people, found.anchored) == (36, 6, 36)
    assert (found.trail.entries, len(found.trail.heads), found.trail.missing) == (18, 3, 0)


def missed(filled: Path, room: Path, tries: int, ways: list[Tamper] = WAYS) -> list[str]:
    """The ways of tampering that were not found, in so many tries; every other time the store is used before."""
    found = []
    for number in range(tries):
        way: Tamper = ways[number % len(ways)]
        folder = _copy(filled, room / str(number))
        way(folder / store.FILE, Random(number))
        if number // len(ways) % 2:
            _opened(folder)
        if not _found(folder):
            found.append(f"{number} {way.__name__}")
        shutil.rmtree(folder)
    return found


@pytest.mark.parametrize("ways", [WAYS, WAYS_WITH_THE_TRAIL], ids=["actions", "audit"])
def test_every_tampering_is_found(ways: list[Tamper], filled: Path, tmp_path: Path) -> None:
    assert missed(filled, tmp_path, TRIES, ways) == []


def test_a_store_put_back_to_yesterday_is_found(filled: Path, tmp_path: Path) -> None:
    folder = _copy(filled, tmp_path / "log")
    yesterday = (folder / store.FILE).read_bytes()
    log_in(folder).append(draft(EVERY_KIND[0], 6, "0000"))
    (folder / store.FILE).write_bytes(yesterday)
    found = verify(store.of_file(folder / store.FILE), Proof(folder / "proof"))
    assert (found.findings, len(found.missing)) == ((), 1)


def test_a_writer_that_ended_before_anchoring_is_no_finding(log: ActionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append(draft())
    _no_room(monkeypatch, log.proof)
    saved = log.append(draft(seen=1))
    assert log.of_patient("0012")[-1] == saved
    found = verify(log.store, log.proof)
    assert found.whole
    assert (len(found.seals), found.anchored) == (2, 1)
    monkeypatch.undo()
    log.append(draft(seen=2))
    assert verify(log.store, log.proof).anchored == 3, "what had to wait goes with the next line"


def _no_room(monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    monkeypatch.setattr(proof, "_append", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))


def test_what_was_saved_and_not_anchored_is_anchored_when_the_log_is_opened_and_missed_from_then_on(
    log: ActionLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(draft())
    before = log.store.path.read_bytes()  # type: ignore[union-attr]
    _no_room(monkeypatch, log.proof)
    log.append(draft(seen=1))
    log_in(tmp_path, SAMPLE)  # whatever panel it is opened for
    found = verify(log.store, Proof(tmp_path / "proof"))
    assert (found.whole, found.anchored, found.late) == (True, 2, (1, 0))
    assert "2 of them in the anchor, 1 anchored late" in next(found.lines())
    log_in(tmp_path)
    assert verify(log.store, Proof(tmp_path / "proof")).late == (1, 0), "once is enough"
    (tmp_path / store.FILE).write_bytes(before)
    assert len(verify(log.store, Proof(tmp_path / "proof")).missing) == 1


def test_entries_that_were_not_anchored_are_missed_likewise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = trail_in(tmp_path)
    trail.append(entry())
    before = (tmp_path / store.FILE).read_bytes()
    _no_room(monkeypatch, trail.anchor)
    for _ in range(2):
        trail.append(entry())
    trail_in(tmp_path)
    found = verify(trail.store, Proof(tmp_path / "proof"))
    assert (found.whole, found.late) == (True, (0, 2))
    trail_in(tmp_path)
    assert verify(trail.store, Proof(tmp_path / "proof")).late == (0, 2)
    (tmp_path / store.FILE).write_bytes(before)
    assert verify(trail.store, Proof(tmp_path / "proof")).trail.missing == 2


def test_an_anchor_that_was_shortened_says_so_for_good_and_finds_what_is_cut_off_later(
    filled: Path, tmp_path: Path
) -> None:
    folder = _copy(filled, tmp_path / "log")
    for name in (ANCHOR, AUDIT_ANCHOR):
        lines = (folder / "proof" / name).read_text(encoding="ascii").splitlines(keepends=True)
        (folder / "proof" / name).write_text("".join(lines[:-4]), encoding="ascii")
    log_in(folder)
    trail_in(folder)
    assert verify(store.of_file(folder / store.FILE), Proof(folder / "proof")).late == (4, 4)
    for cut in (cut_off_the_newest, cut_off_the_newest_entries):
        again = _copy(folder, tmp_path / cut.__name__)
        cut(again / store.FILE, Random(1))
        log_in(again)
        assert _found(again)


@pytest.mark.parametrize("table", ["actions", "audit"])
def test_what_the_key_does_not_prove_is_never_anchored(table: str, filled: Path, tmp_path: Path) -> None:
    """Opening the store hides nothing of what is found in it."""
    folder = _copy(filled, tmp_path / "log")
    (forge_one_more if table == "actions" else forge_an_entry)(folder / store.FILE, Random(1))
    kept = {name: (folder / "proof" / name).read_bytes() for name in (ANCHOR, AUDIT_ANCHOR)}
    log_in(folder)
    trail_in(folder)
    assert {name: (folder / "proof" / name).read_bytes() for name in kept} == kept
    assert _found(folder)


def test_a_line_cut_in_half_by_a_power_cut_harms_nothing(log: ActionLog) -> None:
    log.append(draft())
    anchor = log.proof.folder / ANCHOR
    for kept in (20, 60, 99):
        log.append(draft(seen=len(log.everything())))
        text = anchor.read_text(encoding="ascii")
        anchor.write_text(text[: text.rindex("\n", 0, -1) + 1 + kept], encoding="ascii")
    log.append(draft(seen=len(log.everything())))
    found = verify(log.store, log.proof)
    assert found.whole, found.findings + found.missing
    assert (len(found.seals), found.anchored) == (5, 2)


def test_nothing_is_begun_anew_over_what_is_gone(filled: Path, tmp_path: Path) -> None:
    folder = _copy(filled, tmp_path / "log")
    (folder / store.FILE).unlink()
    with pytest.raises(StoreUnusable, match="knows 36 actions"):
        log_in(folder)


def test_without_its_anchor_nothing_is_saved_and_verifying_says_so(filled: Path, tmp_path: Path) -> None:
    folder = _copy(filled, tmp_path / "log")
    (folder / "proof" / ANCHOR).unlink()
    log = log_in(folder)
    with pytest.raises(StoreUnusable, match="anchor of the action log is missing"):
        log.append(draft(seen=6, patient_id="0000"))
    assert len(log.of_patient("0000")) == 6
    assert _found(folder)
    (folder / "proof" / ANCHOR).touch()
    assert log.append(draft(seen=6, patient_id="0000")).version == 7


@pytest.mark.parametrize("left", [None, "", "abc", "00" * 31, "zz" * 32])
def test_without_its_key_the_log_is_refused_and_no_new_one_is_drawn(
    left: str | None, filled: Path, tmp_path: Path
) -> None:
    folder = _copy(filled, tmp_path / "log")
    (folder / "proof" / KEY).unlink()
    if left is not None:
        (folder / "proof" / KEY).write_text(left, encoding="ascii")
    for use in (log_in, _found):
        with pytest.raises(StoreUnusable, match="key"):
            use(folder)
    assert (folder / "proof" / KEY).exists() is (left is not None)


def test_another_key_proves_nothing(filled: Path, tmp_path: Path) -> None:
    folder = _copy(filled, tmp_path / "log")
    (folder / "proof" / KEY).write_text("00" * 32, encoding="ascii")
    assert _found(folder)


def test_a_finding_names_no_person(filled: Path, tmp_path: Path) -> None:
    for way in (*WAYS, *WAYS_WITH_THE_TRAIL):
        folder = _copy(filled, tmp_path / way.__name__)
        shutil.rmtree(folder)
        folder = _copy(filled, tmp_path / way.__name__)
        way(folder / store.FILE, Random(1))
        try:
            said = " ".join(verify(store.of_file(folder / store.FILE), Proof(folder / "proof")).lines())
        except StoreUnusable as error:
            said = str(error).replace(str(tmp_path), "")
        assert not [word for person in range(PEOPLE) for word in (f" {person:04} ", "somebody", "Rang") if word in said]
        shutil.rmtree(folder)
