"""The providers' own SDKs as the clients of a run, a module each: who does not measure an SDK imports none of them."""

__all__ = ["SDKS"]

SDKS = {"anthropic": f"{__name__}.through_anthropic", "openai": f"{__name__}.through_openai"}
"""The module of each, by the name of its package and provider. It has `client(url, key, clock, fresh=...)`."""
