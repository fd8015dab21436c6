"""Work over shards. ``local`` uses processes on this machine; nothing else knows which engine runs."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event
from typing import TypeVar

from indexes.errors import AssayError

Item = TypeVar("Item")
Result = TypeVar("Result")


def default_workers() -> int:
    """One process a core, eight at most."""
    return max(1, min(8, os.cpu_count() or 1))


def map_items(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int = 1
) -> Iterator[tuple[Item, Result]]:
    """Apply a function to each item, in processes of their own where there are several of both.

    Args:
        function: importable by name, its argument and result picklable.
        items: e.g. shards.
        workers: processes; 1 works in this one.

    Yields:
        (item, result) in the order in which they are done.
    """
    if workers <= 1 or len(items) <= 1:
        for item in items:
            yield item, function(item)
        return
    yield from _in_processes(function, items, min(workers, len(items)))


def apart(function: Callable[[Item], Result], item: Item) -> Result:
    """Apply a function in a process of its own, whose memory nobody has used before.

    Args:
        function: importable by name, its argument and result picklable.
        item: its argument.
    """
    return next(result for _, result in _in_processes(function, [item], 1))


def _in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int
) -> Iterator[tuple[Item, Result]]:
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_end_with, initargs=(os.getpid(), stop)
    )
    try:
        futures = {pool.submit(function, item): item for item in items}
        for future in as_completed(futures):
            yield futures.pop(future), future.result()  # what was looked at is let go
    except BrokenProcessPool:
        raise AssayError(
            "A worker process was ended by the system, most likely since memory ran out.",
            "Free some, or take one process with --workers 1; what is finished stays.",
        ) from None
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with(parent: int, stop: Event) -> None:
    """End this worker with its parent, or when that gives up: nobody is left behind that writes on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all, and the parent gives up

    def watch() -> None:
        while os.getppid() == parent and not stop.is_set():
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
