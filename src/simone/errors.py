"""Every exception this program raises on purpose, as one tree.

Not for refusals: a verdict, a finding or a withheld output is data, not an exception.

    SimoneError
    ├── InputError            what the caller gave cannot be used            exit 2
    │   ├── MissingSource         a source path does not exist or holds nothing to read
    │   ├── BadRequest            a request contradicts itself or exceeds a limit
    │   ├── BadSettings           a setting is unknown, mistyped or out of range
    │   │   └── NearRefused           near matches are wanted and were not shown to be safe enough
    │   ├── BadWorkflow           a workflow file does not follow the schema
    │   └── BadPolicy             a policy file does not follow the schema or its expressions do not compile
    ├── ModelError            a model could not do its part
    │   ├── UnknownEngine         no engine has that name
    │   ├── WeightsMissing        weights are not in the cache and may not be fetched
    │   ├── WeightsCorrupt        a weight file does not have the pinned digest
    │   ├── ModelFailed           the model raised, answered nothing or answered nonsense
    │   ├── ModelTimeout          the model did not answer within its deadline
    │   └── Cancelled             the caller withdrew the request
    ├── BudgetExceeded        the request needs more than its budget pays for
    ├── EvidenceMissing       nothing in the sources bears on the request
    ├── ContractBroken        a part of this program broke its own declaration
    │   ├── UndeclaredWrite       a stage changed a field that it does not declare
    │   └── UndeclaredRead        a stage needs a field that nothing before it writes
    ├── StoreError            a file of ours cannot be read or written
    │   ├── MigrationFailed       a database could not be brought to the present schema
    │   └── LedgerBroken          a ledger's hash chain does not hold
    ├── ReplayError           a recorded run cannot be re-executed
    │   ├── RunUnknown            the ledger holds no such run
    │   ├── RunForgotten          what the run held was forgotten; its digests are left
    │   ├── RunPruned             the run's record was pruned for its age; its digests are left
    │   └── ReplayMiss            re-execution asked for something that was not recorded
    └── KernelError           the computation door refused its input or its backend
        ├── BackendMissing        the named backend is not installed
        └── BadArray              an array has the wrong shape, dtype or values
"""

from __future__ import annotations


class SimoneError(Exception):
    """Root of the tree; its message says what was asked, what was found and what to do."""

    exit_code = 3


class InputError(SimoneError):
    """What the caller gave cannot be used."""

    exit_code = 2


class MissingSource(InputError):
    """A source path does not exist or holds nothing to read."""


class BadRequest(InputError):
    """A request contradicts itself or exceeds a limit."""


class BadSettings(InputError):
    """A setting is unknown, mistyped or out of range."""


class NearRefused(BadSettings):
    """Near matches are wanted and were not shown to be safe enough."""


class BadWorkflow(InputError):
    """A workflow file does not follow the schema."""


class BadPolicy(InputError):
    """A policy file does not follow the schema or its expressions do not compile."""


class ModelError(SimoneError):
    """A model could not do its part."""


class UnknownEngine(ModelError, InputError):
    """No engine has that name."""


class WeightsMissing(ModelError):
    """Weights are not in the cache and may not be fetched."""


class WeightsCorrupt(ModelError):
    """A weight file does not have the pinned digest."""


class ModelFailed(ModelError):
    """The model raised, answered nothing or answered nonsense."""


class ModelTimeout(ModelError):
    """The model did not answer within its deadline."""


class Cancelled(ModelError):
    """The caller withdrew the request."""


class BudgetExceeded(SimoneError):
    """The request needs more than its budget pays for."""


class EvidenceMissing(SimoneError):
    """Nothing in the sources bears on the request."""


class ContractBroken(SimoneError):
    """A part of this program broke its own declaration."""


class UndeclaredWrite(ContractBroken):
    """A stage changed a field that it does not declare."""


class UndeclaredRead(ContractBroken, InputError):
    """A stage needs a field that nothing before it writes."""


class StoreError(SimoneError):
    """A file of ours cannot be read or written."""


class MigrationFailed(StoreError):
    """A database could not be brought to the present schema."""


class LedgerBroken(StoreError):
    """A ledger's hash chain does not hold."""


class ReplayError(SimoneError):
    """A recorded run cannot be re-executed."""


class RunUnknown(ReplayError, InputError):
    """The ledger holds no such run."""


class RunForgotten(ReplayError):
    """What the run held was forgotten; its digests are left."""


class RunPruned(ReplayError):
    """The run's record was pruned for its age; its digests are left."""


class ReplayMiss(ReplayError):
    """Re-execution asked for something that was not recorded."""


class KernelError(SimoneError):
    """The computation door refused its input or its backend."""


class BackendMissing(KernelError):
    """The named backend is not installed."""


class BadArray(KernelError):
    """An array has the wrong shape, dtype or values."""
