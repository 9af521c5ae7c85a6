"""One word that this browser keeps between visits, such as that the tour was put away.

It is held by the browser itself, never by the server, and holds no patient's data. The script beside this
file is served from our own address: the policy of the pages forbids scripts that are written into them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

NAME, SCRIPT = "remember", "remember.js"


def _component() -> Any:  # noqa: ANN401
    from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager

    return _made_known_to(get_bidi_component_manager())


@lru_cache(maxsize=1)
def _made_known_to(components: Any) -> Any:  # noqa: ANN401
    # A component with a file of its own is found in installed packages by their names; ours is called
    # otherwise than its package, so it is made known here: once to the components of each server.
    from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

    here = Path(__file__).parent
    manifest = ComponentManifest("backstop", "1", [ComponentConfig(NAME, here.name)])
    components.register_from_manifest(manifest, here.parent)
    return st.components.v2.component(f"backstop.{NAME}", js=SCRIPT)


def keeps_nothing(name: str, keep: str = "") -> bool:
    """Whether the browser has said that it keeps no word under ``name``; of one that it keeps it says nothing.

    ``keep`` is kept from now on, if it is not empty. Without a server there is no browser to say anything.
    """
    if not runtime.exists():
        return False
    answer = _component()(
        key=f"kept-{name}", data={"name": f"backstop-{name}", "keep": keep}, on_none_change=lambda: None, height=1
    )
    return bool(answer.none)
