"""The one reader of clock and environment."""

from __future__ import annotations

from datetime import UTC, date
from pathlib import Path

import pytest

from dashboard import settings


def test_today_can_be_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_AS_OF", "2026-06-15")
    assert settings.today() == date(2026, 6, 15)
    monkeypatch.setenv("BACKSTOP_AS_OF", "15.6.2026")
    with pytest.raises(settings.UnusableSetting, match=r"BACKSTOP_AS_OF: '15\.6\.2026' is not a date"):
        settings.today()


def test_now_names_its_zone() -> None:
    assert settings.now().tzinfo is UTC


def test_shared_data_is_none_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_SHARED_DATA", str(tmp_path / "none"))
    assert settings.shared_data() is None
    monkeypatch.setenv("BACKSTOP_SHARED_DATA", str(tmp_path))
    assert settings.shared_data() == tmp_path


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("1", True), ("", False), ("false", False)])
def test_a_build_server_says_so(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", value)
    assert settings.in_ci() is expected
