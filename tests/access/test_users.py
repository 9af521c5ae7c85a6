"""Rights come from roles alone; a role that nobody knows gives none."""

from __future__ import annotations

import pytest

from dashboard.access.users import RIGHTS, NotAllowed, User, local, roles

MATRIX = {
    "clinician": {"people", "record", "export"},
    "manager": {"people", "export", "queues", "load", "activity"},
    "admin": {"load", "activity", "administer"},
    "observer": {"queues"},
    "visitor": set(),
}


@pytest.mark.parametrize("role", MATRIX)
@pytest.mark.parametrize("right", RIGHTS)
def test_a_role_gives_its_rights_and_no_other(role: str, right: str) -> None:
    user = User("u1", "Somebody", (role,))
    if right in MATRIX[role]:
        user.require(right)
    else:
        with pytest.raises(NotAllowed) as refused:
            user.require(right)
        assert roles().rights[right] in str(refused.value)


def test_two_roles_add_up() -> None:
    assert User("u1", "Somebody", ("clinician", "admin")).rights == MATRIX["clinician"] | MATRIX["admin"]


def test_who_sits_at_the_machine_may_everything_but_a_signed_in_user_cannot_claim_it() -> None:
    assert local("Dr Ito").rights == set(RIGHTS)
    assert not User("u1", "Somebody", ("every role",)).rights
