"""What providers say becomes users: the shapes that they write, and everything that gives no right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.access.claims import user_of
from dashboard.access.rules import AccessRules
from dashboard.access.users import User

SIGNED_IN = datetime(2026, 6, 15, 8, tzinfo=UTC)
TOKEN = {"sub": "u1", "iat": SIGNED_IN.timestamp(), "name": "Dr Amari", "roles": ["clinician"], "sites": ["Harbour"]}


def rules(**more: Any) -> AccessRules:  # noqa: ANN401
    return AccessRules.model_validate(more)


def user(token: dict[str, Any], **more: Any) -> User:  # noqa: ANN401
    found = user_of(token, rules(**more))
    assert found is not None
    assert not found.declared
    return found


def test_without_a_file_the_provider_speaks_our_words() -> None:
    found = user(TOKEN)
    assert (found.user_id, found.name, found.roles, found.sites) == ("u1", "Dr Amari", ("clinician",), ("Harbour",))
    assert found.signed_in_at == SIGNED_IN
    assert found.until == SIGNED_IN + timedelta(hours=12)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        # Keycloak: realm roles stand one inside another
        ({"realm_access": {"roles": ["bp", "offline_access"]}}, {"claims": {"roles": "realm_access.roles"}}),
        # Keycloak: roles of one client, whose name has a dot
        (
            {"resource_access": {"back.pain": {"roles": ["bp"]}}},
            {"claims": {"roles": "resource_access.back.pain.roles"}},
        ),
        # Entra ID: group ids; app roles
        ({"groups": ["bp", "aaaa-bbbb"]}, {"claims": {"roles": "groups"}}),
        ({"roles": ["bp"]}, {}),
        # a claim with an address as its name, and one value that is no list
        ({"https://clinic.example/role": "bp"}, {"claims": {"roles": "https://clinic.example/role"}}),
    ],
)
def test_roles_stand_where_the_rules_say(claims: dict[str, Any], said: dict[str, Any]) -> None:
    found = user({"sub": "u1", "iat": 1, **claims}, roles={"bp": "clinician"}, **said)
    assert found.roles == ("clinician",)
    assert found.may("people")


@pytest.mark.parametrize(
    "given", [None, [], "", "Clinician", ["every role"], {"clinician": True}, [["clinician"]], [1, None], 7]
)
def test_what_is_no_role_gives_no_right(given: object) -> None:
    assert user({**TOKEN, "roles": given}).rights == frozenset()
    assert user({name: value for name, value in TOKEN.items() if name != "roles"}).rights == frozenset()


def test_a_role_of_the_provider_counts_only_where_the_rules_name_it() -> None:
    assert user(TOKEN, roles={"bp-doctors": "clinician"}).roles == ()


@pytest.mark.parametrize(
    ("role", "sites", "expected"),
    [
        ("clinician", None, ()),
        ("clinician", [], ()),
        ("clinician", ["*"], None),
        ("clinician", "Mill Lane", ("Mill Lane",)),
        ("clinician", ["Mill Lane", "Harbour", "Harbour", " "], ("Harbour", "Mill Lane")),
        ("manager", None, ()),
        ("observer", None, None),
        ("observer", [], ()),
        ("observer", ["Harbour"], ("Harbour",)),
        ("cook", None, None),
    ],
)
def test_whoever_sees_people_sees_those_of_named_sites(role: str, sites: object, expected: object) -> None:
    claims = {**TOKEN, "roles": [role], "sites": sites}
    if sites is None:
        del claims["sites"]
    assert user(claims).sites == expected


def test_two_roles_of_which_one_sees_people_see_named_sites_alone() -> None:
    assert user({"sub": "u1", "iat": 1, "roles": ["observer", "clinician"]}).sites == ()


def test_names_of_sites_can_be_translated_and_then_no_other_counts() -> None:
    said = {"sites": {"grp-harbour": "Harbour", "grp-all": "*"}, "claims": {"sites": "groups"}}
    assert user({**TOKEN, "groups": ["grp-harbour", "grp-cooks", "*"]}, **said).sites == ("Harbour",)
    assert user({**TOKEN, "groups": ["grp-all"]}, **said).sites is None


@pytest.mark.parametrize("broken", [{"sub": None}, {"sub": ""}, {"sub": "x" * 201}, {"iat": None}, {"iat": "now"},
                                    {"iat": True}, {"iat": 1e30}, {"exp": "later"}, {"exp": None}])  # fmt: skip
def test_a_token_that_does_not_say_whose_or_when_is_nobody(broken: dict[str, Any]) -> None:
    assert user_of(TOKEN | broken, rules()) is None


def test_the_earlier_end_holds_unless_the_token_is_not_asked() -> None:
    soon, late = SIGNED_IN + timedelta(hours=1), SIGNED_IN + timedelta(hours=20)
    assert user({**TOKEN, "exp": soon.timestamp()}).until == soon
    assert user({**TOKEN, "exp": late.timestamp()}, hours=8).until == SIGNED_IN + timedelta(hours=8)
    assert user({**TOKEN, "exp": soon.timestamp()}, ends_with_token=False).until == SIGNED_IN + timedelta(hours=12)


def test_a_name_is_found_and_kept_short() -> None:
    assert user({"sub": "u1", "iat": 1, "preferred_username": "amari"}).name == "amari"
    assert user({"sub": "u1", "iat": 1}).name == "u1"
    assert user({**TOKEN, "name": " Dr \n Amari " + "x" * 200}).name.startswith("Dr Amari x")
    assert len(user({**TOKEN, "name": "x" * 200}).name) == 80
