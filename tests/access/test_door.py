"""Who comes in and who does not: time, ended sign-ins, a restart, a file that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard import settings
from dashboard.access.door import Door
from dashboard.access.rules import FILE, UnusableAccess
from dashboard.access.sign_ins import FILE as SIGN_INS
from dashboard.access.sign_ins import SignInsUnusable

BEGUN = datetime(2026, 6, 15, 8, tzinfo=UTC)
Clock = Callable[..., None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the time, in minutes since the sign-in."""

    def at(minutes: float) -> None:
        monkeypatch.setattr(settings, "now", lambda: BEGUN + timedelta(minutes=minutes))

    at(0)
    return at


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> Door:
    return Door(tmp_path)


def token(subject: str = "u1", minutes: float = 0, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    issued = (BEGUN + timedelta(minutes=minutes)).timestamp()
    return {"sub": subject, "iat": issued, "name": subject, "roles": ["clinician"], "sites": ["*"], **more}


def acts(door: Door, claims: dict[str, Any]) -> str | None:
    return door.visitor(claims, acts=True).refused


def test_whoever_does_something_stays_in_until_the_hours_are_over(door: Door, clock: Clock) -> None:
    for minutes in range(0, 720, 14):
        clock(minutes)
        assert acts(door, token()) is None
    clock(719)
    assert acts(door, token()) is None
    clock(720)
    assert acts(door, token()) == "expired"


def test_a_token_that_ends_earlier_ends_the_sign_in(door: Door, clock: Clock) -> None:
    claims = token(exp=(BEGUN + timedelta(minutes=5)).timestamp())
    clock(4.9)
    assert acts(door, claims) is None
    clock(5)
    assert acts(door, claims) == "expired"


def test_whoever_does_nothing_is_locked_out_on_every_tab_and_for_good(door: Door, clock: Clock) -> None:
    assert acts(door, token()) is None
    clock(10)
    assert door.visitor(token()).refused is None, "looking is not doing"
    clock(14.9)
    assert door.visitor(token()).refused is None
    clock(15)
    assert acts(door, token()) == "idle"
    clock(16)
    assert acts(door, token()) == "idle", "the same cookie does not bring it back"
    assert acts(door, token(minutes=16)) is None, "signing in again does"


def test_the_last_minute_is_seen_to_come(door: Door, clock: Clock) -> None:
    user = door.visitor(token(), acts=True).welcome
    assert user is not None
    clock(14)
    assert door.left(user) == timedelta(minutes=1)
    acts(door, token())
    assert door.left(user) == timedelta(minutes=15)


def test_a_cookie_that_lay_about_unused_is_as_if_left_alone(door: Door, clock: Clock) -> None:
    clock(15)
    assert acts(door, token()) == "idle"


def test_signing_out_ends_this_sign_in_and_no_other(door: Door, clock: Clock) -> None:
    clock(2)
    here, there, other = token(), token(minutes=1), token("u2")
    assert [acts(door, claims) for claims in (here, there, other)] == [None] * 3
    user = door.visitor(here).welcome
    assert user is not None
    door.end(user)
    assert [acts(door, claims) for claims in (here, there, other)] == ["ended", None, None]


def test_an_administrator_ends_all_of_somebody_seen_or_not(door: Door, clock: Clock) -> None:
    clock(2)
    assert acts(door, token()) is None
    assert [one.user_id for one in door.open_sign_ins()] == ["u1"]
    door.end_all("u1")
    assert door.open_sign_ins() == []
    assert acts(door, token()) == "ended"
    assert acts(door, token(minutes=1)) == "ended", "a sign-in that was never used here"
    clock(4)
    assert acts(door, token(minutes=3)) is None
    assert acts(door, token("u2", minutes=3)) is None


def test_a_sign_in_that_the_provider_dates_ahead_ends_with_all_the_others(door: Door, clock: Clock) -> None:
    ahead = token(minutes=4)
    assert acts(door, ahead) is None
    door.end_all("u1")
    assert acts(door, ahead) == "ended"
    clock(4.5)
    assert acts(door, ahead) == "ended"
    assert door.open_sign_ins() == []
    assert acts(door, token(minutes=4.2)) is None, "signing in again does"


def test_a_restart_forgets_nothing(door: Door, clock: Clock, tmp_path: Path) -> None:
    assert acts(door, token()) is None
    assert acts(door, token("u2")) is None
    user = door.visitor(token("u2")).welcome
    assert user is not None
    door.end(user)
    clock(12)
    assert acts(door, token()) is None
    again = Door(tmp_path)
    assert acts(again, token("u2")) == "ended"
    clock(26)
    assert acts(again, token()) is None, "what was done before the restart counts"


def test_another_process_of_the_machine_knows_it_too(door: Door, tmp_path: Path) -> None:
    other = Door(tmp_path)
    assert acts(door, token()) is None
    assert acts(other, token()) is None
    user = door.visitor(token()).welcome
    assert user is not None
    door.end(user)
    assert acts(other, token()) == "ended"


def test_a_role_that_the_file_takes_away_is_gone_at_once(door: Door, tmp_path: Path) -> None:
    assert acts(door, token()) is None
    (tmp_path / FILE).write_text("roles: {doctors: clinician}", encoding="utf-8")
    assert acts(door, token()) == "no_role"
    (tmp_path / FILE).write_text("roles: {doctors: clinician, clinician: manager}", encoding="utf-8")
    found = door.visitor(token()).welcome
    assert found is not None
    assert found.roles == ("manager",)


def test_a_file_that_becomes_unusable_changes_nothing_and_is_logged(
    door: Door, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_text("roles: {doctors: clinician}", encoding="utf-8")
    assert acts(door, token(roles=["doctors"])) is None
    (tmp_path / FILE).write_text("roles: {doctors: [", encoding="utf-8")
    assert acts(door, token(roles=["doctors"])) is None
    assert "stay in force" in caplog.text
    with pytest.raises(UnusableAccess):
        _ = Door(tmp_path).rules


@pytest.mark.parametrize("take", [Path.unlink, lambda file: file.write_text("\n", encoding="utf-8")])
def test_a_file_that_is_gone_or_emptied_changes_nothing_until_it_is_back(
    door: Door, tmp_path: Path, caplog: pytest.LogCaptureFixture, take: Callable[[Path], None]
) -> None:
    file = tmp_path / FILE
    file.write_text("roles: {doctors: clinician}", encoding="utf-8")
    assert acts(door, token(roles=["doctors"])) is None
    take(file)
    assert acts(door, token(roles=["doctors"])) is None
    assert acts(door, token(roles=["manager"])) == "no_role"
    assert caplog.text.count("stay in force") == 1
    file.write_text("roles: {leads: manager}", encoding="utf-8")
    assert acts(door, token(roles=["doctors"])) == "no_role"
    assert acts(door, token(roles=["leads"])) is None


def test_while_nobody_can_tell_what_has_ended_nobody_comes_in(
    door: Door, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert acts(door, token()) is None
    user = door.visitor(token()).welcome
    assert user is not None
    (tmp_path / SIGN_INS).write_bytes(b"this is no database" * 100)
    assert acts(door, token()) == "unchecked"
    assert door.left(user) == timedelta(0)
    with pytest.raises(SignInsUnusable):
        door.end(user)
    assert "nobody is let in" in caplog.text


def test_no_token_is_nobody_and_one_from_the_future_does_not_count(door: Door, clock: Clock) -> None:
    assert acts(door, {}) == "nobody"
    assert acts(door, token(minutes=4)) is None, "clocks differ a little"
    assert acts(door, token(minutes=6)) == "expired"
    assert acts(door, token() | {"iat": 253402300000}) == "nobody", "the last day of the year 9999"


def test_the_file_is_its_owners_alone(door: Door, tmp_path: Path) -> None:
    acts(door, token())
    assert (tmp_path / SIGN_INS).stat().st_mode & 0o077 == 0
