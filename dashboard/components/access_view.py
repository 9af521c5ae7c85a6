"""What somebody sees who is not signed in, or not any more, or may not see this page; and who is signed in."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard import settings, wording
from dashboard.access.door import WARNED_BEFORE, Visitor, the_door
from dashboard.access.users import User, roles
from dashboard.components import pages, signed_in
from dashboard.components.safe import safe_md
from dashboard.wording.access import access as words

FAILED = "sign_in"
"""What the address holds after a sign-in that did not work."""
_ENTER, _LEAVE = "sign-in", "sign-out"
_REFUSED = "_last_refusal"
LATE = timedelta(seconds=0.2)
"""So that a look comes after the moment for which it waits."""


def outside(found: Visitor) -> None:
    """The page of whoever does not come in; nothing of a session stays, and the reader is told what was lost."""
    lost = signed_in.told_at_the_end()
    signed_in.forget(but=(_ENTER, _LEAVE, _REFUSED))
    if signed_in.once(_REFUSED, found.refused) and found.refused != "nobody":
        kind = "locked" if found.refused == "idle" else "sign_in_refused"
        signed_in.audited(kind, found.user, why=found.refused)
    failed = FAILED in st.query_params
    if found.refused != "nobody":
        st.query_params.clear()
    told = words()
    with st.container(horizontal_alignment="center", key="outside"), st.container(border=True, width=560, gap="small"):
        st.title(_title(found), anchor=False)
        if lost:
            st.error(safe_ask(lost), icon=":material/error:")
        if found.refused == "nobody":
            if failed:
                st.error(f"**{told.failed.title}.** {safe_ask(told.failed.says)}", icon=":material/error:")
            st.markdown(told.about)
        elif found.refused is not None:
            _why(found)
        if found.refused != "unchecked":
            label = told.sign_in if found.refused == "nobody" else told.again
            if st.button(label, type="primary", icon=":material/login:", key=_ENTER, width="stretch"):
                st.login()
        if found.refused == "no_role":
            st.button(told.sign_out, icon=":material/logout:", key=_LEAVE, on_click=signed_in.leave, width="stretch")
        st.caption(told.how)
    with st.container(horizontal_alignment="center", key="outside-foot"):
        st.caption(settings.INTENDED_USE, width=560)


def _title(found: Visitor) -> str:
    return words().title if found.refused in (None, "nobody") else words().why[found.refused].title


def _why(found: Visitor) -> None:
    assert found.refused is not None
    rules = the_door().rules
    said = words().why[found.refused].says.format(
        minutes=f"{rules.idle_minutes:g}", ask=safe_md(rules.ask), name=safe_md(found.user.name if found.user else "")
    )
    st.markdown(said)


def safe_ask(text: str) -> str:
    """``text`` with whom to ask, who is named in a file of the clinic's."""
    return text.replace("{ask}", safe_md(the_door().rules.ask))


def refused(page: st.Page, user: User) -> None:
    """In the place of a page that the user's roles do not hold."""
    told, needed = words(), pages.NEEDS[page.url_path]
    assert needed is not None
    right = wording.lower_first(roles().rights[needed]).partition(";")[0]
    st.title(told.refused_title, anchor=False)
    st.info(
        f"{told.refused.format(name=safe_md(user.name), roles=safe_md(', '.join(user.roles)), right=right)} "
        f"{safe_ask(told.refused_ask)}",
        icon=":material/lock:",
    )
    first = pages.first(user)
    st.page_link(first, label=told.to_first.format(page=first.title), icon=":material/arrow_forward:")
    if signed_in.once(_REFUSED, page.url_path):
        signed_in.audited("page_refused", user, page=page.url_path, why=needed)


def let_in() -> None:
    """A page is shown: the next refusal is another one."""
    st.session_state.pop(_REFUSED, None)


def who(user: User) -> str:
    """``Dr Ito · clinician · Harbour, Mill Lane``."""
    told = words()
    sites = told.all_sites if user.sites is None else ", ".join(user.sites) or told.no_sites
    return safe_md(told.somebody.format(name=user.name, roles=", ".join(user.roles), sites=sites))


def sign_out() -> None:
    st.button(words().sign_out, type="tertiary", icon=":material/logout:", key=_LEAVE, on_click=signed_in.leave)


def watch(user: User) -> None:
    """While nobody does anything: warns a minute before the end, then lets the page lock itself.

    The page looks at the time twice at most and not every few seconds: each look ends a run, and with every second
    run that ends, of any session, the server forgets a file that is about to be downloaded.
    """
    if user.declared:
        return
    left = the_door().left(user)
    with st.container(key="watch"):
        if left <= WARNED_BEFORE:
            _warning(user, left)
            _look_in(left)
        else:
            _look_in(left - WARNED_BEFORE)


def _look_in(wait: timedelta) -> None:
    drawn_at = settings.seconds()

    @st.fragment(run_every=max(wait, timedelta(0)) + LATE)
    def _look() -> None:
        if settings.seconds() - drawn_at >= wait.total_seconds():
            signed_in.by_clock()

    _look()


def _warning(user: User, left: timedelta) -> None:
    told = words()
    assert user.until is not None
    ends = user.until - settings.now() <= left + LATE
    with st.container(key="lock-warning"):
        st.warning(told.ends if ends else told.warning, icon=":material/lock_clock:")
        if not ends:
            st.button(told.stay, type="primary", key="stay")
