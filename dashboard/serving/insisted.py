"""Server options on which safety rests: they hold however the server is started, with or without a settings file."""

from __future__ import annotations

from typing import Any

from streamlit import config

from dashboard.intake.limits import MEGABYTE, Limits

ALWAYS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.disableDataExport": True,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "logger.enableRich": False,  # writes tracebacks with their texts past every logger
    "runner.magicEnabled": False,
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.trustedUserHeaders": {},  # they would go before what the cookie of a sign-in says
}
UNLESS_SET: dict[str, Any] = {
    "browser.serverAddress": "localhost",
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.maxUploadSize": Limits().bytes // MEGABYTE,
}
SOURCE = "dashboard/serving/insisted.py"


def put_in_force() -> None:
    """In this process, before the first page is asked for."""
    for name, value in ALWAYS.items():
        config.set_option(name, value, SOURCE)
    for name, value in UNLESS_SET.items():
        if not config.is_manually_set(name):
            config.set_option(name, value, SOURCE)
