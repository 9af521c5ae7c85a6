"""The rules, their sources, how many pass each of them, and what another number would change."""

from __future__ import annotations

import streamlit as st

from dashboard import panel_store, wording
from dashboard.components import pages, pathway_counts, pathway_rules, pathway_thresholds, pathway_what_if, session
from dashboard.components.safe import safe_md
from dashboard.wording.pathway import page

SECTIONS = {
    "rules": pathway_rules.draw,
    "thresholds": pathway_thresholds.draw,
    "attrition": pathway_counts.draw,
    "what_if": pathway_what_if.draw,
}

RULES_ALONE = ("rules", "thresholds")
"""What tells nothing of the people on the list."""

OWN = ("section", "count_of", "criteria_of", "number", "to", "profile", "as_of")
LAST = "_pathway_address"

# The browser's Back from the worklist or a patient brings their address to this page and loses the section.
if set(st.query_params) - set(OWN) and LAST in st.session_state:
    st.switch_page(pages.pathway(), query_params=st.session_state[LAST])

st.title("Pathway", anchor=False)
pathway = panel_store.the_pathway().in_profile(session.profile(), session.as_of())
st.caption(
    f"{safe_md(pathway.rules.title)} under {safe_md(wording.profile(pathway.profile))}. "
    "Change the profile above to read the others."
)
titles = {words: name for name, words in page().sections.items() if name in RULES_ALONE or session.user().may("people")}
chosen = st.segmented_control(
    "Section", list(titles), default=next(iter(titles)), required=True, key="section", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
st.session_state[LAST] = {key: st.query_params[key] for key in OWN if key in st.query_params}
SECTIONS[titles.get(str(chosen), "rules")](pathway)
