"""A pool of threads: independent callables in, results in the order asked.

Not for processes, timeouts or cancellation: a task that must stop watches its own deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self, TypeVar

Result = TypeVar("Result")


class Pool:
    """`count` threads; with one, tasks run in the caller's thread. A task must not call `run` of its own pool."""

    def __init__(self, count: int) -> None:
        """Threads start when first needed.

        Raises:
            ValueError: `count` is below 1.
        """
        if count < 1:
            raise ValueError(f"a pool needs at least 1 thread, found {count}")
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="simone") if count > 1 else None

    def run(self, tasks: Sequence[Callable[[], Result]]) -> list[Result]:
        """The result of every task, in the order of `tasks`.

        Every task is run to its end; then the first exception, in the order of `tasks`, is raised.
        """
        if self._executor is None or len(tasks) < 2:
            return _in_turn(tasks)
        futures = [self._executor.submit(task) for task in tasks]
        wait(futures)
        return [future.result() for future in futures]

    def close(self) -> None:
        """End the threads after their present tasks."""
        if self._executor is not None:
            self._executor.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _in_turn(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    results: list[Result] = []
    first: Exception | None = None
    for task in tasks:
        try:
            results.append(task())
        except Exception as error:  # noqa: BLE001 - the pool is the worker: it carries any failure to the caller
            first = first or error
    if first is not None:
        raise first
    return results
