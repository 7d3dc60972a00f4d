"""What the pool promises about order and failure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from simone.workers.pool import Pool


def failing(message: str) -> Callable[[], int]:
    def task() -> int:
        raise ValueError(message)

    return task


@pytest.mark.parametrize("count", [1, 2, 4])
def test_results_come_in_the_order_asked(count: int) -> None:
    with Pool(count) as pool:
        assert pool.run([partial(pow, n, 2) for n in range(20)]) == [n * n for n in range(20)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_failure_in_order_is_raised_after_all_tasks_ended(count: int) -> None:
    ended: list[int] = []
    with Pool(count) as pool, pytest.raises(ValueError, match="first"):
        pool.run([lambda: ended.append(0), failing("first"), failing("second"), lambda: ended.append(3)])
    assert sorted(ended) == [0, 3]


def test_tasks_run_at_the_same_time_with_two_threads() -> None:
    meeting = threading.Barrier(2)
    with Pool(2) as pool:
        assert sorted(pool.run([lambda: meeting.wait(10), lambda: meeting.wait(10)])) == [0, 1]


def test_one_worker_uses_no_thread() -> None:
    with Pool(1) as pool:
        assert pool.run([threading.get_ident, threading.get_ident]) == [threading.get_ident()] * 2


def test_no_tasks_give_no_results() -> None:
    with Pool(2) as pool:
        assert pool.run([]) == []


def test_a_pool_without_threads_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Pool(0)
