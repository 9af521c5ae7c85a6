"""The entry point: ``streamlit run streamlit_app.py`` or ``backstop serve`` open the dashboard."""

from __future__ import annotations

from dashboard.serving import application

app = application()
