"""One reader of the clock and the environment, and none in the engine."""

from __future__ import annotations

import pytest

from tests.architecture.code import Module, modules

SETTINGS = "dashboard/settings.py"
CLOCKS = (
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
    "time.monotonic", "time.perf_counter", "time.localtime", "time.gmtime", "Timestamp.now",
    "Timestamp.today",
)  # fmt: skip
ENVIRONMENT = ("os.environ", "os.getenv", "os.environb", "Path.home", "getpass.getuser")
SQL_CLOCKS = ("current_date", "current_timestamp", "localtimestamp", "get_current_timestamp")
PRODUCT = [m for m in modules("dashboard", "pathways", "sample_data") if m.name != SETTINGS]


def _uses(module: Module, names: tuple[str, ...]) -> list[str]:
    ends = tuple(f".{name}" for name in names)
    return [
        f"{module.name}:{line} {call}"
        for line, call in module.calls()
        if call in names or call.endswith(ends)
    ]


@pytest.mark.parametrize("names", [CLOCKS, ENVIRONMENT], ids=["clock", "environment"])
def test_only_settings_reads_it(names: tuple[str, ...]) -> None:
    assert not [use for module in PRODUCT for use in _uses(module, names)]


def test_nothing_imports_a_clock_under_another_name() -> None:
    hidden = ("time.time", "time.monotonic", "time.perf_counter", "os.environ", "os.getenv")
    assert not [(m.name, name) for m in PRODUCT for name in m.imports() if name in hidden]


def test_no_statement_asks_the_database_for_the_time() -> None:
    found = [(m.name, clock) for m in modules("pathways") for clock in SQL_CLOCKS if clock in m.text.lower()]
    assert not found


def test_this_check_sees_a_clock() -> None:
    (settings,) = [module for module in modules("dashboard") if module.name == SETTINGS]
    assert _uses(settings, CLOCKS)
    assert _uses(settings, ENVIRONMENT)
