"""A panel that was read once and kept as the engine takes it: typed, in the order of its patients, with its report.

A folder with ``patients.parquet`` and ``events.parquet`` (the columns of ``pathways.panel``; the same row group of both
holds the same people), ``report.json`` and, last, ``prepared.json``, which says of what the others have to be.
"""

from dashboard.intake.prepared.keeping import Keeping
from dashboard.intake.prepared.on_disk import OnDisk
from dashboard.intake.prepared.opening import Prepared, day_of, fingerprint, ids, is_prepared, opened

__all__ = ["Keeping", "OnDisk", "Prepared", "day_of", "fingerprint", "ids", "is_prepared", "opened"]
