"""Who is signed in, and ending it."""

from __future__ import annotations

import streamlit as st

from dashboard.components import sign_ins_view
from dashboard.wording.access import access

st.title(access().sign_ins.title, anchor=False)
sign_ins_view.show()
