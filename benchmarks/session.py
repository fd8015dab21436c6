"""A browser session without a browser: Streamlit's websocket protocol, as far as releasing a cut line takes.

It is for measuring what a server does for many sessions at once: so many Chromium pages on two cores would
measure Chromium.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import connect

INTERNAL = "$$STREAMLIT_INTERNAL_KEY_"
PATIENCE = 120
"""Seconds until a message that does not come is an error."""


class Session:
    """One person's page Filters.

    Attributes:
        lines: id -> what the server last said of each cut line that can be moved.
        largest: bytes of the largest message received.
    """

    def __init__(self, address: str, query: str) -> None:
        self.lines: dict[str, dict[str, Any]] = {}
        self.largest = 0
        self._query, self._page = query, ""
        host = address.removeprefix("http://").rstrip("/")
        self._socket = connect(
            f"ws://{host}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None
        )

    def open(self) -> float:
        """Show the page; seconds until all of it has been sent."""
        return list(self._ask({}))[-1][0]

    def release(self, line: str, low: float | None, high: float | None) -> tuple[float, float]:
        """Move a line; seconds until the sampled figure came, and until the exact one.

        The first is that of the exact one where no sampled one came.
        """
        value = json.dumps([{"event": "limit", "value": {"low": low, "high": high}}])
        found: dict[str, float] = {}
        for seconds, message in self._ask({line: value}):
            said = message.delta.new_element.html.body
            for kind in ("sampled", "exact"):
                if 'class="ks"' in said and f'"badge {kind}"' in said:
                    found.setdefault(kind, seconds)
        return found.get("sampled", found["exact"]), found["exact"]

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _ask(self, triggers: dict[str, str]) -> Iterator[tuple[float, ForwardMsg]]:
        """Run the page; its messages, with the seconds at which each came."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self._query
        if self._page:
            state.page_script_hash = self._page
        else:
            state.page_name = "filters"
        for name, value in triggers.items():
            for where, what in (
                (f"{INTERNAL}{name}__events", {"json_trigger_value": value}),
                (name, {"json_value": "{}"}),
            ):
                state.widget_states.widgets.add(id=where, **what)
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        while True:
            raw = self._socket.recv(timeout=PATIENCE)
            self.largest = max(self.largest, len(raw))
            said = ForwardMsg()
            said.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            yield time.perf_counter() - began, said
            kind = said.WhichOneof("type")
            if kind == "navigation":
                self._page = said.navigation.page_script_hash
            elif kind == "page_info_changed":
                self._query = said.page_info_changed.query_string
            elif kind == "delta":
                self._note(said.delta.new_element.bidi_component)
            elif kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return

    def _note(self, component: Any) -> None:
        if component.component_name == "assay_cut":
            data = json.loads(component.json or component.mixed.json)
            if data["on"] and not data["fixed"]:
                self.lines[component.id] = data
