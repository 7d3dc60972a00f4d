"""What a store finds a memory by stays what stores already hold."""

from __future__ import annotations

import msgspec

from simone.clock import digest
from simone.memory.contract import Candidate, Origin
from simone.memory.keying import keys_of

SAID = (
    "I live in Bergen.",
    "My wife's favourite colour is dark green.",
    "The fee for berth 7 is 107 euros since 3 May 2024.",
    "Well, the mill doesn't belong to Dana Ruiz any more.",
    "The wifi password is Blue-42.",
    "We open at 9:30.",
    "Anna's dog isn't afraid, but the harbour is closed until June.",
)


def test_keys_change_only_with_a_migration_that_keys_every_store_anew() -> None:
    """Where this fails, add a step that derives `rekey` to the migrations of both stores, then renew the digest."""
    made = [
        Candidate(text, (Origin("doc", 0, len(text), text, "run", "Ann", 0.9),), tenant=tenant)
        for text in SAID
        for tenant in ("default", "mill")
    ]
    assert digest(msgspec.json.encode(keys_of(made)))[:16] == "78d7adf673ee6eff"
