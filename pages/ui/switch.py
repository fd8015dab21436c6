"""A switch whose words are not what the address carries: ``corpora`` there, "Two corpora" on the page."""

from collections.abc import Mapping

import streamlit as st


def switch(label: str, key: str, options: Mapping[str, str]) -> str:
    """Draw it; the name that is chosen, the first one where none is.

    Args:
        label: what it chooses, for those who do not see it.
        key: under which the address and the session hold it.
        options: name -> what stands on the page.
    """
    asked = str(st.query_params.get(key) or st.session_state.get(key))
    choose(key, asked if asked in options else next(iter(options)))
    st.session_state[f"{key}_switch"] = st.session_state[key]
    st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=lambda name: options[name],
        label_visibility="collapsed",
        key=f"{key}_switch",
        on_change=lambda: choose(key, st.session_state[f"{key}_switch"]),
    )
    return str(st.session_state[key])


def choose(key: str, name: str) -> None:
    """Choose it; also for callbacks."""
    st.session_state[key] = st.query_params[key] = name
