"""The reference of `contract.validation`: exact checks of claims, and of statements among themselves.

Not for verdicts: codes and spans leave here, and the truth floor decides.
"""

from __future__ import annotations


class ValidationReference:
    """Implements `contract.validation.Validation`."""
