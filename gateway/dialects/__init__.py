"""Everything that is particular to one provider API: one file each, one table."""

from gateway.dialects.dialect import Dialect, Outcome
from gateway.dialects.table import DIALECTS, PROVIDERS, Provider

__all__ = ["DIALECTS", "PROVIDERS", "Dialect", "Outcome", "Provider"]
