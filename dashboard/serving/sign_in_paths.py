"""The addresses of signing in and out: a failure becomes a page that says so, and signing out ends the sign-in."""

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.access.door import the_door
from dashboard.access.sign_ins import SignInsUnusable
from dashboard.components.access_view import FAILED
from dashboard.serving import cookies

LOGIN, LOGOUT, CALLBACK = "auth/login", "auth/logout", "oauth2callback"
OWN = ("same-origin", "none")
"""What a browser says of a request that our own page made, or the reader by typing the address."""
ELSEWHERE = "Another site cannot sign you out of Backstop. Sign out on its own page."


class SignInPaths:
    """Pure ASGI, around the server's own handling of these addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        base = (config.get_option("server.baseUrlPath") or "").strip("/")
        self._base = f"/{base}/" if base else "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(self._base).strip("/")
        if scope["type"] != "http" or path not in (LOGIN, LOGOUT, CALLBACK):
            await self._app(scope, receive, send)
            return
        if path == LOGOUT:
            if Headers(scope=scope).get("sec-fetch-site", OWN[0]) not in OWN:
                await PlainTextResponse(ELSEWHERE, 403)(scope, receive, send)
                return
            await run_in_threadpool(_end, scope)
        failed = False

        async def answer(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = _failed(path, message, scope)
                message = self._elsewhere() if failed else message
                cookies.keep_short_and_secret(MutableHeaders(scope=message), scope, _longest())
            elif failed:
                message = {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
            await send(message)

        await self._app(scope, receive, answer)

    def _elsewhere(self) -> Message:
        location = f"{self._base}?{FAILED}=failed".encode()
        return {"type": "http.response.start", "status": 302, "headers": [(b"location", location)]}


def _failed(path: str, message: Message, scope: Scope) -> bool:
    """Whether nobody was signed in. The way back from signing out is the same address, and asks for nothing."""
    if path == LOGIN:
        return bool(message["status"] >= 400)
    query = scope.get("query_string", b"")
    asked = b"state=" in query or b"error=" in query
    signed_in = any(
        line.startswith(f"{USER_COOKIE_NAME}=") and "Max-Age=0" not in line
        for line in MutableHeaders(scope=message).getlist("set-cookie")
    )
    return path == CALLBACK and asked and not signed_in


def _end(scope: Scope) -> None:
    found = cookies.visitor(scope)
    if found.user is None or found.refused is not None:
        return
    try:
        the_door().end(found.user)
    except SignInsUnusable as error:
        logging.getLogger(__name__).error("a sign-in could not be ended: %s", error)


def _longest() -> int:
    return int(the_door().rules.longest.total_seconds())
