"""Who a request is from, by the cookie that signing in left behind; and that cookie's own attributes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Scope
from streamlit.auth_util import get_origin_from_redirect_uri
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from dashboard.access.door import Visitor, the_door

NOBODY = Visitor(None, "nobody")
COOKIE = "set-cookie"


def visitor(scope: Scope) -> Visitor:
    """Who asks, checked like any run of a page; a request by itself is nothing that somebody did."""
    claims = _claims(dict(HTTPConnection(scope).cookies))
    return the_door().visitor(claims) if claims.get("is_logged_in") is True else NOBODY


def _claims(cookies: dict[str, str]) -> Mapping[str, Any]:
    signed = _get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME)
    try:
        claims = json.loads(signed) if signed else {}
    except ValueError:
        return {}
    made_here = isinstance(claims, dict) and claims.get("origin") == get_origin_from_redirect_uri()
    return claims if made_here else {}


def keep_short_and_secret(headers: MutableHeaders, scope: Scope, seconds: int) -> None:
    """The cookies of a sign-in last no longer than one can, and over https they stay there."""
    lines = headers.getlist(COOKIE)
    if not any(_of_sign_in(line) for line in lines):
        return
    del headers[COOKIE]
    for line in lines:
        headers.append(COOKIE, _tightened(line, scope, seconds) if _of_sign_in(line) else line)


def _of_sign_in(line: str) -> bool:
    return line.startswith((USER_COOKIE_NAME, TOKENS_COOKIE_NAME))


def _tightened(line: str, scope: Scope, seconds: int) -> str:
    name, *attributes = line.split("; ")
    kept = [each for each in attributes if each.lower() != "secure"]
    kept = [
        f"Max-Age={seconds}" if each.lower().startswith("max-age=") and each[8:] != "0" else each for each in kept
    ]
    return "; ".join([name, *kept, *(["Secure"] if scope.get("scheme") == "https" else [])])
