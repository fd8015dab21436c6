"""Work in processes of its own."""

import os
import signal

import pytest

from indexes.engine import map_items
from indexes.errors import AssayError


def double(item: int) -> int:
    return 2 * item


def die(item: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_every_item_is_done_once_however_many_processes_do_it():
    for workers in (1, 2):
        assert sorted(map_items(double, range(7), workers)) == [(i, 2 * i) for i in range(7)]


def test_a_worker_that_the_system_ends_is_said_in_a_sentence():
    with pytest.raises(AssayError, match="memory") as caught:
        list(map_items(die, [1, 2, 3], 2))
    assert "--workers 1" in caught.value.next_step
