"""How much room there is for the log: a warning in time, and no writing before a disk is quite full."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from dashboard.actions.proof import Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.rules import rules
from dashboard.actions.store import Store

MEGABYTE = 1_000_000
MEND = "free some space; nothing that was saved before is lost"


@dataclass(frozen=True)
class Room:
    """Whole megabytes that are free on the disk of ``where``; of several disks the fullest."""

    where: str
    megabytes: int

    @property
    def scarce(self) -> bool:
        return self.megabytes < rules().storage.amber_below_mb

    @property
    def refusal(self) -> StoreUnusable | None:
        """Why nothing is saved, where there is too little."""
        least = rules().storage.read_only_below_mb
        if self.megabytes >= least:
            return None
        what = f"its disk has {self.megabytes} MB left, and below {least} MB nothing is saved"
        return StoreUnusable(what, self.where, MEND)


def room(store: Store, proof: Proof) -> Room | None:
    """The room for the store, where it is a file, and for its proof; None where no disk says it."""
    places = [path for path in (store.path, proof.folder) if path is not None]
    found = [Room(str(place), free) for place in places if (free := _free(place)) is not None]
    return min(found, key=lambda one: one.megabytes, default=None)


def _free(place: Path) -> int | None:
    there = next((path for path in (place, *place.parents) if path.exists()), None)
    try:
        return shutil.disk_usage(there).free // MEGABYTE if there else None
    except OSError:
        return None
