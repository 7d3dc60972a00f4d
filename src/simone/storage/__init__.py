"""SQLite files of ours: opened, brought to a schema, written whole or not at all; encrypted where a key is given.

Not for queries: each store keeps its own.
"""

from simone.storage.beside import read_beside
from simone.storage.connections import (
    Connection,
    Migration,
    Rows,
    check_writable,
    connect,
    connect_encrypted,
    migrate,
    transaction,
)

__all__ = [
    "Connection",
    "Migration",
    "Rows",
    "check_writable",
    "connect",
    "connect_encrypted",
    "migrate",
    "read_beside",
    "transaction",
]
