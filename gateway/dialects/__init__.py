"""Everything that is particular to one provider API: one file each, one table."""

from gateway.dialects.dialect import Dialect, Outcome, plain_error
from gateway.dialects.semantic import semantic_name
from gateway.dialects.table import DEFAULT_DIALECT, DIALECTS, PROVIDERS, Provider, outcome_of

__all__ = [
    "DEFAULT_DIALECT",
    "DIALECTS",
    "PROVIDERS",
    "Dialect",
    "Outcome",
    "Provider",
    "outcome_of",
    "plain_error",
    "semantic_name",
]
