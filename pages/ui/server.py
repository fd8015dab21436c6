"""Serve the dashboard: what ``assay open`` calls."""

import errno
import fcntl
import os
import socket
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import IO

from indexes.errors import AssayError
from pages.ui.launch import Launch

ROOT = Path(__file__).parent.parent.parent
APP = ROOT / "app.py"
PORT = 8501
PORTS = 50
"""How many ports are tried, from the one asked for upwards."""


def serve(
    launch: Launch,
    host: str = "127.0.0.1",
    port: int = PORT,
    browser: bool = True,
    base_path: str = "",
    announce: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until interrupted.

    Args:
        launch: the workspaces and folders that the dashboard shows.
        host: the address to listen on; another than this machine's own lets others in.
        port: the first port tried.
        browser: whether to open the page in a browser.
        base_path: the path under which a proxy serves it.
        announce: called with the address once it answers.

    Raises:
        AssayError: no port is free, or the address is not this machine's.
    """
    import pandas  # noqa: F401  Plotly imports it late, and two first visits at one moment would meet half of it
    from streamlit import config, env_util, net_util
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web import bootstrap

    # The folder pages/ would make Streamlit take a first visit by a deep link for a page that does not exist.
    PagesManager.uses_pages_directory = False
    # A visit under a name Streamlit does not know makes it ask a server outside for this machine's address.
    net_util.get_external_ip = lambda: None
    # It looks through every module for whether somebody types this into Python: 0.3 s of a first page.
    env_util.is_repl = lambda: False

    free, held = claimed_port(host, port)
    options = {
        "server.address": host,
        "server.port": free,
        "server.baseUrlPath": base_path.strip("/"),
        "server.headless": True,
        "browser.gatherUsageStats": False,
    }
    # Its folder's .streamlit/config.toml counts above all others, wherever this was started.
    config._main_script_path = str(ROOT / "app.py")
    bootstrap.load_config_options(options)
    page = address(host, free, base_path)
    threading.Thread(target=_when_up, args=(host, free, page, browser, announce), daemon=True).start()
    try:
        bootstrap.run(str(APP), False, launch.arguments(), options)
    finally:
        held.close()


def claimed_port(host: str, first: int) -> tuple[int, IO[bytes]]:
    """A free port, and the lock by which no other server of ours, started at that moment, takes it too."""
    while True:
        port = free_port(host, first)
        lock = open(Path(tempfile.gettempdir()) / f"assay-{os.getuid()}-{port}.lock", "ab")  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            first = port + 1
        else:
            return port, lock


def free_port(host: str, first: int) -> int:
    """The first port from ``first`` upwards that nobody listens on."""
    for port in range(first, min(first + PORTS, 65_536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    continue
                raise AssayError(
                    f"The dashboard cannot listen on {host}: {error.strerror}.",
                    "Give this machine's own address with --host, or leave it out for 127.0.0.1.",
                ) from error
            return port
    raise AssayError(
        f"Every port from {first} to {first + PORTS - 1} is in use.", "Choose another with --port."
    )


def address(host: str, port: int, base_path: str = "") -> str:
    """The address to type into a browser on this machine."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "", "::") else f"[{host}]" if ":" in host else host
    path = base_path.strip("/")
    return f"http://{shown}:{port}/{path + '/' if path else ''}"


def _when_up(host: str, port: int, page: str, browser: bool, announce: Callable[[str], None]) -> None:
    """Say the address, and open it, once the server answers."""
    nearest = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
    for _ in range(600):
        try:
            socket.create_connection((nearest, port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    announce(page)
    if browser:
        webbrowser.open(page)
