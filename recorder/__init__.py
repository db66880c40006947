"""Bytes and times: interactions, cassettes, replay. Knows nothing of providers and nothing of sockets."""

__version__ = "0.1.0"
