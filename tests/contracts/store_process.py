"""A process that opens stores of memories and does what it is told, over pickles on its standard streams.

Not a test: `conftest` starts it.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

from simone.errors import SimoneError
from simone.memory.contract import Store, Writing
from simone.memory.postgres import open_postgres
from simone.memory.sqlite import SqliteStore


class GivenUp(Exception):
    """The block in the other process raised."""


def opened(address: str) -> Store:
    url, _, schema = address.partition("#")
    return open_postgres(url, schema=schema) if schema else SqliteStore.open(Path(address), durable=False)


def told() -> Any:
    return pickle.load(sys.stdin.buffer)


def tell(answer: object) -> None:
    pickle.dump(answer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def serve(stores: dict[str, Store]) -> None:
    """Until the other end closes: open, write in blocks, write many transactions, close."""
    while True:
        try:
            what, address, *rest = told()
        except EOFError:
            return
        if what == "close":
            if address in stores:
                stores.pop(address).close()
            tell(None)
            continue
        if address not in stores:
            stores[address] = opened(address)
        if what == "write":
            block(stores, address)
        elif what == "many":
            for memory, keys in rest[0]:
                with stores[address].writing() as writing:
                    writing.add(memory, keys)
            tell(None)


def block(stores: dict[str, Store], address: str) -> None:
    try:
        with stores[address].writing() as writing:
            tell(None)
            calls(stores, writing)
        tell(None)
    except GivenUp:
        tell(None)
    except SimoneError as error:
        tell(error)


def calls(stores: dict[str, Store], writing: Writing) -> None:
    while True:
        what, *arguments = told()
        if what == "commit":
            return
        if what == "write":  # a block within the block
            block(stores, arguments[0])
            continue
        if what == "give up":
            raise GivenUp
        try:
            tell(getattr(writing, what)(*arguments))
        except SimoneError as error:
            tell(error)


if __name__ == "__main__":
    serve({})
