"""The configuration as a value."""

import pytest

from gateway.settings import Config


@pytest.mark.parametrize(
    ("host", "remote"),
    [("127.0.0.1", False), ("localhost", False), ("::1", False), ("[::1]", False), ("0.0.0.0", True), ("box", True)],
)
def test_other_machines_reach_every_host_but_a_loopback_address(host, remote):
    assert Config(host=host).remote is remote
