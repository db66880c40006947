"""What OpenTelemetry's semantic conventions call a provider, where that is not its name here."""

__all__ = ["semantic_name"]

_NAMES = {
    "bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "xai": "x_ai",
}


def semantic_name(upstream: str) -> str:
    """The provider's name there; of one that they do not know, its own."""
    return _NAMES.get(upstream, upstream)
