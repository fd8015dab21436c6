"""Keys: one press is one step, and what is typed into a field is the field's.

A key that is held repeats, and a button with a shortcut would be pressed each time: two steps back for one
long press. Ctrl+Z with the cursor in a field takes back what was typed there, and no change of the recipe.
"""

import streamlit as st

LISTEN = """export default function () {
  const steps = new Set(["k", "d", "u", "b"]);
  const typing = (event) => {
    const [at] = event.composedPath();
    const buttons = ["button", "checkbox", "radio", "range", "file"];
    return at?.isContentEditable || at?.tagName === "TEXTAREA" ||
      (at?.tagName === "INPUT" && !buttons.includes(at.type));
  };
  const hear = (event) => {
    const key = event.key?.toLowerCase(), command = event.ctrlKey || event.metaKey;
    const undo = command && key === "z";
    if (typing(event)) { if (undo) event.stopImmediatePropagation(); return; }
    if (event.repeat && (undo || (!command && !event.altKey && steps.has(key)))) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  window.addEventListener("keydown", hear, true);
  return () => window.removeEventListener("keydown", hear, true);
}"""

_listen = st.components.v2.component("assay_keys", js=LISTEN)


def listen() -> None:
    """Once a page, by ``app.py``."""
    _listen(key="keys_heard")
