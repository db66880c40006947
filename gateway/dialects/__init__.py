"""Everything that is particular to one provider API: one file each, one table."""

from gateway.dialects.dialect import Dialect, Outcome, plain_error
from gateway.dialects.table import DEFAULT_DIALECT, DIALECTS, PROVIDERS, Provider

__all__ = ["DEFAULT_DIALECT", "DIALECTS", "PROVIDERS", "Dialect", "Outcome", "Provider", "plain_error"]
