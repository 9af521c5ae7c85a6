"""Every HTTP request passes here: hosts by name, files by visit and sign-in, and the headers of the answer."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from dashboard.access.door import Visitor
from dashboard.serving.visits import COOKIE, Visits

CORE, MEDIA, UPLOADS = "_stcore/", "media/", "_stcore/upload_file/"
OPEN_CORE = ("_stcore/health", "_stcore/host-config")
OPEN_CORE_UNDER = (UPLOADS, "_stcore/bidi-components/")
"""What the pages themselves need of the server's own addresses; metrics and the like are not there for anybody."""

NO_HOST = "This server does not answer to that name. Its names are listed in server.allowedHosts."
NO_VISIT = "This file belongs to an open page of Backstop. Open the page again and download it from there."
NO_SIGN_IN = "Sign in to Backstop and do it again from its page: this sign-in counts no more, or is another one's."
NO_LOADING = "Your role does not load lists."


class Gate:
    """Pure ASGI, so that nothing is buffered. Websockets pass: Streamlit checks their host and origin itself.

    ``who`` tells who a request is from where one has to sign in; None where nobody does. A visit then belongs to the
    sign-in with which it began, and files go to and fro for that sign-in alone, while it counts.
    """

    def __init__(
        self, app: ASGIApp, visits: Visits, headers: dict[str, str], who: Callable[[Scope], Visitor] | None = None
    ) -> None:
        self._app, self._visits, self._headers, self._who = app, visits, headers, who
        base = (config.get_option("server.baseUrlPath") or "").strip("/")
        self._base = f"/{base}/" if base else "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = self._path(scope)
        asked = self._who if _needs_somebody(path) else None
        asks = await run_in_threadpool(asked, scope) if asked else None  # the file of sign-ins may be held by others
        whose = _sign_in(asks)
        visited = self._visits.knows(HTTPConnection(scope).cookies.get(COOKIE), whose)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._finish(scope, path, whose, visited or (self._who is not None and asks is None), message)
            await send(message)

        refusal = self._refusal(scope, path, visited, asks)
        await (refusal or self._app)(scope, receive, answer)

    def _path(self, scope: Scope) -> str:
        """The address below the base, without its leading slash."""
        path: str = scope["path"]
        return path.removeprefix(self._base) if path.startswith(self._base) else path.lstrip("/")

    def _refusal(self, scope: Scope, path: str, visited: bool, asks: Visitor | None) -> Response | None:
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1 or not is_host_allowed(hosts[0]):
            return PlainTextResponse(NO_HOST, 400)
        if path.startswith(CORE) and path not in OPEN_CORE and not path.startswith(OPEN_CORE_UNDER):
            return PlainTextResponse("Not found", 404)
        if path.startswith(MEDIA) and not visited:
            return PlainTextResponse(NO_VISIT, 401)
        if asks is not None and path.startswith((MEDIA, UPLOADS)):
            if asks.welcome is None or not visited:
                return PlainTextResponse(NO_SIGN_IN, 401)
            if path.startswith(UPLOADS) and not asks.welcome.may("load"):
                return PlainTextResponse(NO_LOADING, 403)
        return None

    def _finish(self, scope: Scope, path: str, whose: str, known: bool, message: Message) -> None:
        """``known``: the browser's visit stays, because it lasts or because nobody has asked whose it is."""
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers[name] = value
        if path.startswith(MEDIA):
            headers["cache-control"] = "no-store"
        elif not known and _opens_a_visit(path, message["status"], headers):
            headers.append("set-cookie", self._cookie(scope, whose))

    def _cookie(self, scope: Scope, whose: str) -> str:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        return f"{COOKIE}={self._visits.begin(whose)}; Path={self._base}; HttpOnly; SameSite=Strict{secure}"


def _needs_somebody(path: str) -> bool:
    """Whether it matters who asks: for files, and for the pages with which a visit begins."""
    name = path.rpartition("/")[2]
    return path.startswith((MEDIA, UPLOADS)) or path == "_stcore/host-config" or "." not in name


def _sign_in(asks: Visitor | None) -> str:
    """The sign-in as a word; empty where nobody is signed in or has to be."""
    user = asks.welcome if asks else None
    return f"{user.user_id} {user.signed_in_at}" if user else ""


def _opens_a_visit(path: str, status: int, headers: Headers) -> bool:
    """The page itself, or what an open page asks for before it connects again after a restart."""
    return status == 200 and (path == "_stcore/host-config" or headers.get("content-type", "").startswith("text/html"))
