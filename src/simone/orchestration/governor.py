"""GOV: asks the policy what may leave.

Not for rules: they are data, in a policy file.
"""

from __future__ import annotations

import msgspec

from simone.clock import Deadline
from simone.governance.policy import Policy
from simone.records import Case


class Governor:
    """GOV: release, revise or withhold, with the rules that decided."""

    code = "GOV"
    purpose = "decides under the policy: release, revise or withhold"
    reads = frozenset({"plan", "draft", "verdicts", "critique"})
    writes = frozenset({"decision"})

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its decision."""
        assert case.plan is not None and case.draft is not None
        deadline.check("deciding")
        left = case.plan.revisions + 1 - case.draft.revision  # the last repair removes
        return msgspec.structs.replace(case, decision=self._policy.decide(case, max(0, left)))
