"""By which names a gateway may be called."""

import pytest

from gateway.guard.hosts import Hosts
from gateway.settings import Config

HERE = Hosts(Config())
NAMED = Hosts(Config(allow_hosts=("tape.example.com", "[fd00::1]")))
EVERYWHERE = Hosts(Config(host="0.0.0.0", allow_remote=True))
EVERYWHERE_NAMED = Hosts(Config(host="::", allow_remote=True, allow_hosts=("tape",)))

OURS = ["127.0.0.1", "127.0.0.1:8077", "localhost", "LocalHost:1", "[::1]", "[::1]:65535"]
NOT_OURS = [
    None,
    "",
    "evil.example",
    "evil.example:8077",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example#127.0.0.1",
    "127.0.0.1@evil.example",
    "127.0.0.1:8077@evil.example",
    "localhost.",
    "127.0.0.1:",
    "127.0.0.1:x",
    "127.0.0.1:123456",
    "127.0.0.1, evil.example",
    "127.0.0.1 ",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "::1",
    "[::1",
    "[::1].evil.example",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
    "192.168.1.5",
    "127.0.0.2",
    "lоcalhost",
]


@pytest.mark.parametrize("host", OURS)
@pytest.mark.parametrize(
    "hosts", [HERE, NAMED, EVERYWHERE, EVERYWHERE_NAMED], ids=["here", "named", "all", "all named"]
)
def test_names_of_this_machine_are_ours_everywhere(hosts, host):
    assert hosts.allow(host)
    assert hosts.trust(host)


@pytest.mark.parametrize("host", NOT_OURS)
def test_other_names_are_not(host):
    assert not HERE.allow(host)
    assert not HERE.trust(host)


@pytest.mark.parametrize("host", ["127.0.0.2", "::1", "[::1]", "LOCALHOST"])
def test_the_name_that_it_was_bound_to_is_ours(host):
    assert Hosts(Config(host=host)).allow("[::1]" if "::1" in host else host)


def test_names_that_were_allowed_are_ours():
    assert NAMED.allow("tape.example.com")
    assert NAMED.allow("Tape.Example.com:443")
    assert NAMED.allow("[fd00::1]:80")
    assert not NAMED.allow("other.example.com")


@pytest.mark.parametrize("host", ["192.168.1.5:8077", "10.0.0.9", "[fd00::2]:1"])
def test_no_rebinding_makes_an_address_lead_here(host):
    assert EVERYWHERE.trust(host)
    assert EVERYWHERE_NAMED.allow(host)


def test_a_gateway_that_others_reach_has_any_name_that_is_not_trusted():
    assert EVERYWHERE.allow("box.example:8077")
    assert not EVERYWHERE.trust("box.example:8077")
    assert not EVERYWHERE.allow(None)


def test_unless_it_was_said_which():
    assert EVERYWHERE_NAMED.allow("tape:8077")
    assert not EVERYWHERE_NAMED.allow("box.example:8077")
