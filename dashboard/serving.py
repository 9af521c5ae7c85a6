"""What the dashboard is served with."""

from __future__ import annotations

from typing import Any

from dashboard import settings

MAIN_SCRIPT = settings.ROOT / "dashboard" / "app.py"


def options() -> dict[str, Any]:
    """Everything that ``st.App`` takes beside the script."""
    return {}
