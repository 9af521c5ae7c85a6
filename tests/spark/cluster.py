"""Spark on this machine's loopback: a master, its workers and a Connect server, each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

PATIENCE = 120
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""These programs live for a minute: what Java makes of code for the long run costs more than it gives."""


def defaults(folder: Path) -> dict[str, str]:
    """The environment of a Spark that keeps to this machine and to ``folder``."""
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text(
        f"spark.driver.extraJavaOptions {QUICK}\n"
        f"spark.executor.extraJavaOptions {QUICK}\n"
        f"spark.local.dir {folder / 'local'}\n"
        "spark.executor.memory 600m\n",
        encoding="utf-8",
    )
    return {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "800m",
        "SPARK_DAEMON_JAVA_OPTS": QUICK,
    }


class Program:
    """One of Spark's own programs, whose log is a file; ended, with all that it started, by ``kill``."""

    def __init__(self, folder: Path, name: str, *command: str) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        self.log = folder / f"{name}.log"
        self.name = name
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [home / "bin" / command[0], *command[1:]],
                cwd=folder,
                env=os.environ | {"SPARK_HOME": str(home)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self, pattern: str, times: int = 1) -> str:
        """What the pattern finds in the log, once it is there so many times."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = re.findall(pattern, self.log.read_text(encoding="utf-8", errors="replace"))
            if len(found) >= times:
                return str(found[-1])
            assert self._process.poll() is None, f"{self.name} ended:\n{self.log.read_text()[-2000:]}"
            time.sleep(0.1)
        raise AssertionError(f"{self.name} never said {pattern!r}:\n{self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """At once: a worker goes with the part of a run that it was doing."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Cluster:
    """A master and its workers of one core each."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self._folder = folder
        here = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.programs = [Program(folder, "master", "spark-class", "org.apache.spark.deploy.master.Master", *here)]
        try:
            self.address = self.programs[0].said(r"Starting Spark master at (spark://\S+)")
            sized = (*here, "--cores", "1", "--memory", "700m")
            for number in range(workers):
                work = ("--work-dir", str(folder / f"work-{number}"), self.address)
                worker = ("spark-class", "org.apache.spark.deploy.worker.Worker", *sized, *work)
                self.programs.append(Program(folder, f"worker-{number}", *worker))
            self.programs[0].said("Registering worker", workers)
        except BaseException:
            self.close()
            raise

    def kill_a_worker(self) -> None:
        self.programs[-1].kill()

    def close(self) -> None:
        for program in reversed(self.programs):
            program.kill()
