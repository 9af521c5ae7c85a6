"""The machine a table was measured on, in one line."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("duckdb", "pyarrow", "pandas")
UNKNOWN = "unknown processor"


def described(packages: tuple[str, ...] = PACKAGES) -> str:
    """Cores, model, memory and versions: what a figure depends on beside the program."""
    python = f"Python {platform.python_version()}"
    told = [f"{name} {found}" for name in packages if (found := _version(name))]
    return (
        f"Machine: {cores()} cores of {_model()}, {memory() / 2**30:.0f} GiB, {platform.system()}; "
        f"{', '.join([python, *told])}."
    )


def cores() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Bytes of the whole machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def free_memory() -> int:
    """Bytes that a new process can have without anything being put on disk; all of them where nothing tells."""
    told = Path("/proc/meminfo")
    if not told.exists():
        return memory()
    lines = told.read_text(encoding="utf-8").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), memory())


def _model() -> str:
    told = Path("/proc/cpuinfo")
    if not told.exists():
        return platform.processor() or UNKNOWN
    lines = told.read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), UNKNOWN)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
