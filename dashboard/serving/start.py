"""Before the first request: sign-in that is set up rightly, or a server that answers to this machine alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from streamlit.auth_util import get_secrets_auth_section
from streamlit.runtime.secrets import secrets_singleton

from dashboard.access.door import the_door
from dashboard.access.rules import UnusableAccess
from dashboard.serving.local_only import OpenToOthers, refuse_other_machines

NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
SHORTEST_SECRET = 32
UNUSABLE = 2


class SignInUnusable(ValueError):
    """Sign-in is asked for and not set up so that it works; one line says what is missing."""


def sign_in_is_set_up() -> bool:
    """Whether one has to sign in. Ends the program, with one line, where neither way in would be safe."""
    try:
        return _sign_in_is_set_up()
    except (OpenToOthers, SignInUnusable, UnusableAccess) as error:
        sys.stderr.write(f"backstop: {error}\n")
        raise SystemExit(UNUSABLE) from None


def _sign_in_is_set_up() -> bool:
    section = _section()
    if section is None:
        refuse_other_machines()
        return False
    missing = [name for name in NEEDED if not section.get(name)]
    if missing:
        raise SignInUnusable(f"[auth] in secrets.toml has no {', '.join(missing)} (docs/sign-in.md)")
    if len(str(section["cookie_secret"])) < SHORTEST_SECRET:
        raise SignInUnusable(
            f"[auth] cookie_secret has fewer than {SHORTEST_SECRET} signs: whoever guesses it can sign in as anybody"
        )
    if not str(section["redirect_uri"]).endswith("/oauth2callback"):
        raise SignInUnusable("[auth] redirect_uri has to end with /oauth2callback")
    door = the_door()
    assert door.rules  # read now, so that a mistake in it is told at the start
    door.sign_in = True
    return True


def _section() -> Mapping[str, object] | None:
    """``[auth]``, None where no file of secrets has it. A file that cannot be read is not the same as none."""
    if not secrets_singleton.load_if_toml_exists() and _a_file_is_there():
        raise SignInUnusable("secrets.toml is there and cannot be read")
    found = get_secrets_auth_section()
    return found.to_dict() if found else None


def _a_file_is_there() -> bool:
    from pathlib import Path

    from streamlit import config

    return any(Path(str(path)).exists() for path in config.get_option("secrets.files"))
