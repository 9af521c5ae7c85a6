"""A prepared panel whose people are in memory and whose events stay in their file, read for a few at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.intake.prepared.manifest import FILES
from dashboard.intake.prepared.opening import fingerprint
from pathways.panel import EVENTS, PATIENTS, Panel

MOST_KEPT = 8
"""Row groups of events that are kept: whoever looks at a person mostly looks again, or at the next one."""


class OnDisk:
    """``patients`` is everybody, in the order of their ids; ``fingerprint`` stands for all that the panel holds.

    Several threads may read at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fingerprint = fingerprint(folder)
        patients = pq.ParquetFile(folder / FILES[0])
        groups = [patients.read_row_group(place).cast(PATIENTS) for place in range(patients.num_row_groups)]
        # Mapped, it stays readable as it is now when the panel is prepared anew, and any number may read it at once.
        self._bytes = pa.memory_map(str(folder / FILES[1])).read_buffer()
        self._metadata = pq.read_metadata(pa.BufferReader(self._bytes))
        self.patients: pa.Table = pa.concat_tables([*groups, PATIENTS.empty_table()]).combine_chunks()
        self._first = [group["patient_id"][0].as_py() for group in groups if group.num_rows]
        self._begun = [0]
        for group in groups:
            self._begun.append(self._begun[-1] + group.num_rows)
        self._kept: OrderedDict[int, pa.Table] = OrderedDict()
        self._lock = Lock()

    def part(self, patient_ids: Iterable[str]) -> Panel:
        """These people alone. Only the row groups that they are in are read."""
        wanted = sorted(set(patient_ids))
        ids = pa.array(wanted, pa.string())
        events = [EVENTS.empty_table()]
        rows: list[int] = []
        for group in sorted({max(bisect_right(self._first, name) - 1, 0) for name in wanted if self._first}):
            last = self._first[group + 1] if group + 1 < len(self._first) else None
            theirs = wanted[bisect_left(wanted, self._first[group]) : bisect_left(wanted, last) if last else None]
            if not theirs:
                continue
            begun = self._begun[group]
            here = self.patients["patient_id"].slice(begun, self._begun[group + 1] - begun)
            rows += (begun + place for place in pc.indices_nonzero(pc.is_in(here, ids)).to_pylist())
            found = self._group(group)
            events.append(found.filter(pc.is_in(found["patient_id"], ids)))
        return Panel(self.patients.take(pa.array(rows, pa.int64())), pa.concat_tables(events))

    def parts(self, most: int) -> Iterator[Panel]:
        """Everybody in the order of their ids; whole row groups, so at least one of them at a time."""
        taken: list[int] = []
        held = 0
        for group in range(len(self._first)):
            more = self._begun[group + 1] - self._begun[group]
            if taken and held + more > most:
                yield self._groups(taken)
                taken, held = [], 0
            taken.append(group)
            held += more
        if taken:
            yield self._groups(taken)

    def _groups(self, groups: Sequence[int]) -> Panel:
        begun, end = self._begun[groups[0]], self._begun[groups[-1] + 1]
        return Panel(self.patients.slice(begun, end - begun), self._read(groups))

    def _group(self, group: int) -> pa.Table:
        with self._lock:
            if group not in self._kept:
                self._kept[group] = self._read([group])
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(group)
            return self._kept[group]

    def _read(self, groups: Sequence[int]) -> pa.Table:
        with pq.ParquetFile(pa.BufferReader(self._bytes), metadata=self._metadata) as opened:
            return opened.read_row_groups(list(groups)).cast(EVENTS)
