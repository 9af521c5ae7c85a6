"""Every HTTP request passes here: hosts by name, downloads by visit, and the headers of the answer."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from dashboard.serving.visits import COOKIE, Visits

CORE, MEDIA = "_stcore/", "media/"
OPEN_CORE = ("_stcore/health", "_stcore/host-config")
OPEN_CORE_UNDER = ("_stcore/upload_file/", "_stcore/bidi-components/")
"""What the pages themselves need of the server's own addresses; metrics and the like are not there for anybody."""

NO_HOST = "This server does not answer to that name. Its names are listed in server.allowedHosts."
NO_VISIT = "This file belongs to an open page of Backstop. Open the page again and download it from there."


class Gate:
    """Pure ASGI, so that nothing is buffered. Websockets pass: Streamlit checks their host and origin itself."""

    def __init__(self, app: ASGIApp, visits: Visits, headers: dict[str, str]) -> None:
        self._app, self._visits, self._headers = app, visits, headers
        base = (config.get_option("server.baseUrlPath") or "").strip("/")
        self._base = f"/{base}/" if base else "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = self._path(scope)
        visited = self._visits.knows(HTTPConnection(scope).cookies.get(COOKIE))

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._finish(scope, path, visited, message)
            await send(message)

        refusal = self._refusal(scope, path, visited)
        await (refusal or self._app)(scope, receive, answer)

    def _path(self, scope: Scope) -> str:
        """The address below the base, without its leading slash."""
        path: str = scope["path"]
        return path.removeprefix(self._base) if path.startswith(self._base) else path.lstrip("/")

    def _refusal(self, scope: Scope, path: str, visited: bool) -> Response | None:
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1 or not is_host_allowed(hosts[0]):
            return PlainTextResponse(NO_HOST, 400)
        if path.startswith(CORE) and path not in OPEN_CORE and not path.startswith(OPEN_CORE_UNDER):
            return PlainTextResponse("Not found", 404)
        if path.startswith(MEDIA) and not visited:
            return PlainTextResponse(NO_VISIT, 401)
        return None

    def _finish(self, scope: Scope, path: str, visited: bool, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers[name] = value
        if path.startswith(MEDIA):
            headers["cache-control"] = "no-store"
        elif not visited and _opens_a_visit(path, message["status"], headers):
            headers.append("set-cookie", self._cookie(scope))

    def _cookie(self, scope: Scope) -> str:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        return f"{COOKIE}={self._visits.begin()}; Path={self._base}; HttpOnly; SameSite=Strict{secure}"


def _opens_a_visit(path: str, status: int, headers: Headers) -> bool:
    """The page itself, or what an open page asks for before it connects again after a restart."""
    return status == 200 and (path == "_stcore/host-config" or headers.get("content-type", "").startswith("text/html"))
