"""On a real cluster of a master and two workers, of which one is killed in the middle of the run."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event, Thread

import pytest

from pathways.engines import spark
from tests.generated.adversarial import AS_OF, adversarial_panel
from tests.generated.comparing import PROFILES
from tests.spark.cluster import Cluster
from tests.spark.conftest import assert_same_answers, assert_same_rows, pathway, written

pytestmark = pytest.mark.spark


class KilledWhileBusy:
    """Kills a worker as soon as both are at work after the first step was kept."""

    def __init__(self, session: spark.Session, cluster: Cluster) -> None:
        self._session = session
        self._cluster = cluster
        self._over = Event()
        self.killed = False
        self._thread = Thread(target=self._watch)

    def tell(self, _: str) -> None:
        if self._thread.ident is None:
            self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        tracker = self._session.sparkContext.statusTracker()
        while not self._over.is_set() and not self.killed:
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            if sum(stage.numActiveTasks for stage in stages if stage is not None) > 1:
                self._cluster.kill_a_worker()
                self.killed = True
            time.sleep(0.01)


def _run(cluster: Cluster, tables: spark.Tables, profile: str, folder: Path, last: str) -> None:
    with spark.connected(cluster.address) as session:
        watching = KilledWhileBusy(session, cluster)
        try:
            spark.run(session, tables, pathway(profile), folder, last, partitions=6, tell=watching.tell)
        finally:
            watching.end()
        assert watching.killed, "nobody was at work when the worker was to be killed"


def test_a_step_is_the_same_although_a_worker_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    panel = adversarial_panel(3, 300, AS_OF[0])
    _run(cluster, written(panel, tmp_path / "panel", 500), "uk-nice", tmp_path / "rows", "trial")
    assert_same_rows(tmp_path / "rows", panel, pathway("uk-nice"), "trial")


@pytest.mark.long
@pytest.mark.parametrize("profile", PROFILES)
def test_answers_are_the_same_although_a_worker_is_killed(profile: str, cluster: Cluster, tmp_path: Path) -> None:
    panel = adversarial_panel(4, 100_000, AS_OF[0])
    _run(cluster, written(panel, tmp_path / "panel", 50_000), profile, tmp_path / "rows", "answer")
    assert_same_answers(tmp_path / "rows", panel, pathway(profile))
