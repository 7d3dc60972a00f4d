"""The compiled backend: native functions where the extension offers them, the reference for the rest.

Not for computing: the extension is built from crates/, and whatever it returns equals the reference to the bit.
"""

from __future__ import annotations

from simone.kernels.contract import Kernels
from simone.kernels.reference import Reference


class Compiled(Reference):
    """Implements `contract.Kernels`."""

    def __init__(self, native: object) -> None:
        promised = [name for name in dir(Kernels) if not name.startswith("_")]
        self.native = tuple(name for name in promised if hasattr(native, name))
        """Names of the native functions; each has the signature of the contract."""
        for name in self.native:
            setattr(self, name, getattr(native, name))  # bound once, so that a call costs nothing more

    @property
    def backend(self) -> str:
        """Name of the implementation."""
        return "rust"
