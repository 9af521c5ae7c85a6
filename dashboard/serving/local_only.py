"""Without sign-in the dashboard is for this machine alone: refused at the start, and again at every request."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

HELP = "set up sign-in ([auth] in .streamlit/secrets.toml, docs/sign-in.md)"
ELSEWHERE = f"Backstop has no sign-in here, so it answers to its own machine alone. To reach it from another, {HELP}."
NAMES = ("localhost",)
FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")


class OpenToOthers(RuntimeError):
    """The server would be open to other machines, and nobody would have to sign in."""


def refuse_other_machines() -> None:
    """At the start: raises ``OpenToOthers`` where the server would listen to more than this machine."""
    address = config.get_option("server.address")
    if not address or not is_here(address):
        raise OpenToOthers(
            f"server.address is {address or 'not set, which is every address'}: without sign-in Backstop listens to "
            f"this machine alone (127.0.0.1, localhost or ::1). Use one of these, or {HELP}."
        )


class LocalOnly:
    """Refuses whoever is not on this machine, and whoever came here through a proxy from another one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or from_here(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(ELSEWHERE, 403)(scope, receive, send)


def from_here(scope: Scope) -> bool:
    """Whether the request began on this machine: its sender, the name it asked for, and everybody whom a proxy
    names as the one it came from."""
    client = scope.get("client")
    headers = Headers(scope=scope)
    named = [_without_port(host) for host in headers.getlist("host")]
    return (
        client is not None
        and is_here(client[0])
        and all(is_here(host) for host in named)
        and all(is_here(sender) for name in FORWARDED for line in headers.getlist(name) for sender in _senders(line))
    )


def is_here(address: str) -> bool:
    """Whether this is a loopback address or its name."""
    if address.lower().rstrip(".") in NAMES:
        return True
    try:
        found = ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return found.is_loopback or bool(mapped and mapped.is_loopback)


def _senders(line: str) -> Iterator[str]:
    """Every address of a forwarding header, in the old form (``a, b``) and the new one (``for=a;by=b``)."""
    for hop in line.split(","):
        pairs = [part.partition("=") for part in hop.split(";")]
        named = [value for name, _, value in pairs if name.strip().lower() == "for"]
        for sender in named if "=" in hop else [hop]:
            yield _without_port(sender.strip().strip('"'))


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host
