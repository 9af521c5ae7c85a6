"""The address that somebody came with, kept by their browser while they sign in: a copied address gives its view."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from dashboard.components.access_view import FAILED
from dashboard.components.pages import NEEDS
from dashboard.serving import cookies
from dashboard.serving.sign_in_paths import CALLBACK, signs_somebody_in

COOKIE = "backstop_way_back"
LASTS = 10 * 60
"""Seconds: so long may somebody take to sign in."""
LONGEST = 1500
"""Characters; a browser would drop a cookie that is much longer."""
OF_SOMEBODY = "patient"
"""The page that shows nothing where its address names nobody: a lock has taken the person out of it."""
_ADDRESS = re.compile(r"([a-z-]*)(?:\?([\w\-.~!$&'()*+,;=:@/?%]*))?", re.ASCII)


class WayBack:
    """Pure ASGI. Whoever opens a page without being let in is led to it once they are; where they may not see it,
    the page says so itself. Nothing but an address of one of our own pages is ever gone to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        base = (config.get_option("server.baseUrlPath") or "").strip("/")
        self._base = f"/{base}/" if base else "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(self._base).strip("/")
        if scope["type"] != "http" or not (path in NEEDS or path == CALLBACK):
            await self._app(scope, receive, send)
            return
        outside = path in NEEDS and (await run_in_threadpool(cookies.visitor, scope)).welcome is None
        query = scope.get("query_string", b"").decode("latin-1")
        kept = HTTPConnection(scope).cookies.get(COOKIE)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if path == CALLBACK:
                    if signs_somebody_in(headers) and (wanted := address(unquote(kept or ""))):
                        headers["location"] = f"{self._base}{wanted}"
                        headers.append(cookies.COOKIE, self._cookie(scope, ""))
                elif outside and FAILED not in query:
                    wanted = address(f"{path}?{query}")
                    if wanted or kept:
                        headers.append(cookies.COOKIE, self._cookie(scope, wanted))
            await send(message)

        await self._app(scope, receive, answer)

    def _cookie(self, scope: Scope, wanted: str) -> str:
        lasts = LASTS if wanted else 0
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        value = quote(wanted, safe="")
        return f"{COOKIE}={value}; Path={self._base}; Max-Age={lasts}; HttpOnly; SameSite=Lax{secure}"


def address(text: str) -> str:
    """``text`` as the path and query of one of our pages; empty where it is none or shows nothing by itself."""
    found = _ADDRESS.fullmatch(text)
    if found is None or len(text) > LONGEST or found[1] not in NEEDS:
        return ""
    path, query = found.groups()
    return f"{path}?{query}" if query else path.removeprefix(OF_SOMEBODY)
