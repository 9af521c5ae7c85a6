"""Where on its host the dashboard is served."""

from __future__ import annotations

from streamlit import config


def base_path() -> str:
    """``/``, or the path that a proxy has put before every address, with a slash on both sides."""
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"
