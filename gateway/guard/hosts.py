"""By which names the gateway may be called, as the Host header says.

A web page can have its own name lead to 127.0.0.1 (DNS rebinding); its requests are then of one origin with the
gateway, and a browser lets it read the answers. Such a request still says the page's name. An address in the Host
header is never a name that leads elsewhere, so that it can be trusted wherever the gateway listens.

Only names count, not ports: published ports of containers and forwarded ones of ssh are others than our own, and
rebinding cannot do without a name.
"""

import re
from functools import lru_cache
from ipaddress import ip_address

from gateway.settings import Config

__all__ = ["Hosts"]

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")

# A host comes as one or two texts for the life of a process; a hostile client can only fill a cache of this size.
_KNOWN = 256


class Hosts:
    """The names of a gateway. One that others can reach has any, unless `allow_hosts` says which."""

    def __init__(self, config: Config) -> None:
        self._names = frozenset((*_LOOPBACK, _in_url(config.host), *config.allow_hosts))
        self._addresses = config.remote
        self._any = config.remote and not config.allow_hosts
        self.allow = lru_cache(maxsize=_KNOWN)(self._allow)
        """Whether requests to this host are taken."""

    def _allow(self, host: str | None) -> bool:
        return (self._any and host is not None) or self.trust(host)

    def trust(self, host: str | None) -> bool:
        """Whether nobody else can have made this host lead here."""
        match = _HOST.fullmatch(host or "")
        if match is None:
            return False
        name = match[1].lower()
        return name in self._names or (self._addresses and _is_address(name))


def _in_url(host: str) -> str:
    bare = host.strip("[]").lower()
    return f"[{bare}]" if ":" in bare else bare


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
