"""What every test may rely on: a missing component makes a test skip by name, and fail on a build server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from dashboard import settings

settings.look_for_garbage_seldom()
hypothesis.settings.register_profile("of any machine", deadline=None)
hypothesis.settings.load_profile("of any machine")
"""An example may take as long as a busy machine makes it."""

LONGEST = ("tests/real_data/test_same_people.py", "tests/serving/test_local_only.py")
"""Files that take long come first: at the end all others would wait for them."""

SERVERS = ("sample", "server", "guarded")
"""Fixtures of the browser tests that many files ask for: the address of a server."""

NGINX_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
"""Where it lies on Debian is not on everybody's path."""

CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
"""Debian's Chromium; its windowless build, where there is one, runs the same engine with less around it."""

POSTGRESQL = Path("/usr/lib/postgresql")
"""Debian keeps each version in a folder of its own, on nobody's path."""

NEEDS = {
    "browser": (lambda: CHROMIUM, "Debian's chromium is not installed: apt-get install chromium"),
    "nginx": (lambda: shutil.which("nginx", path=NGINX_PATH), "nginx is not installed: apt-get install nginx-light"),
    "postgresql": (
        lambda: any(POSTGRESQL.glob("*/bin/initdb")),
        "PostgreSQL is not installed: apt-get install postgresql",
    ),
    "spark": (
        lambda: settings.java() and find_spec("pyspark"),
        "Java or PySpark is not installed: apt-get install default-jre-headless, and make test installs PySpark",
    ),
    "shared_data": (settings.shared_data, "the third-party data sets are not here (BACKSTOP_SHARED_DATA)"),
}


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test, and no server that one starts, writes into what belongs to whoever runs the tests."""
    folder = tmp_path_factory.mktemp("home") / ".backstop"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKSTOP_HOME", str(folder))
        patch.delenv("BACKSTOP_STORE", raising=False)
        patch.delenv("BACKSTOP_PROOF", raising=False)
        yield folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:  # noqa: ANN401
    """Files that look at the same server are run by one worker, which starts it once; any other file by itself."""
    from xdist.scheduler import LoadScopeScheduling

    class TogetherByServer(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return server_of(nodeid.partition("::")[0])

    return TogetherByServer(config, log)


@cache
def server_of(file: str) -> str:
    """The first of the shared servers that a file of tests asks for, else the file."""
    text = (settings.ROOT / file).read_text(encoding="utf-8")
    return next((name for name in SERVERS if f"{name}: str" in text), file)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long campaigns unless asked for by ``-m``; begin with the longest files."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    if "long" not in (config.option.markexpr or ""):
        left_out = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with the reason, a test whose component is missing; fail it where ``CI`` is set."""
    for marker, (present, reason) in NEEDS.items():
        if item.get_closest_marker(marker) is None or present():
            continue
        if settings.in_ci():
            pytest.fail(f"{reason}, and CI requires it", pytrace=False)
        pytest.skip(reason)
