"""The headers of every answer: what a page may load, and who may frame it or be told of it."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

import streamlit as st

PAGE = Path(st.__file__).parent / "static" / "index.html"
"""The one HTML page of the installed Streamlit; everything else on screen is drawn by its scripts."""

UNUSED_DEVICES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope",
    "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip


def headers() -> dict[str, str]:
    """The policy for the page that is installed now."""
    return {
        "content-security-policy": content_security_policy(PAGE.read_text(encoding="utf-8")),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",  # an address of a page holds filters and an opaque id
        "permissions-policy": ", ".join(f"{device}=()" for device in UNUSED_DEVICES),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


def content_security_policy(page: str) -> str:
    """Everything from this server alone; of inline scripts only those that stand in ``page`` itself.

    Styles may be inline, because the widgets write them as they are drawn. Scripts may not be built from
    text: charts run without ``unsafe-eval``.
    """
    hashes = " ".join(f"'sha256-{digest(script)}'" for script in inline_scripts(page))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "media-src 'self'",
            "manifest-src 'self'",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def digest(script: str) -> str:
    """The SHA-256 of a script's text, as the policy writes it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def inline_scripts(page: str) -> list[str]:
    """The text of each script that stands in the page itself, to the character."""
    reader = _Scripts()
    reader.feed(page)
    return reader.found


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._inside = True
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False
