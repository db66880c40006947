"""TLS to the upstream: not one byte of a request goes over a connection that has not been verified."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from tests.integration.gateways import ask, gateway
from tests.integration.test_no_response import asked_with_key, assert_plain_error
from tests.integration.upstreams import HANG, Visit, response, scripted, scripted_tls, sse

OK = response(b"ok")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts, in the way that a person would make it do so."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return authority


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_trusted_upstream_is_relayed(trusted: trustme.CA, host: str) -> None:
    stream = sse(b"data: 1\n\n", b"data: 2\n\n")
    async with (
        scripted_tls(stream, _context(trusted.issue_cert(host)), host) as upstream,
        gateway(upstream.url) as gate,
    ):
        answered = await ask(gate)
        assert (answered.ended, answered.body) == ("clean", b"data: 1\n\ndata: 2\n\n")
        assert upstream.requests[0].header("host") == f"{host}:{upstream.port}"


async def test_an_unknown_authority_is_refused() -> None:
    context = _context(trustme.CA().issue_cert("127.0.0.1"))
    async with scripted_tls(OK, context) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, asked_with_key())
        assert "certificate that does not hold" in assert_plain_error(answered, 502)
        assert answered.took < 1
        assert upstream.requests == []


async def test_a_certificate_of_another_host_is_refused(trusted: trustme.CA) -> None:
    context = _context(trusted.issue_cert("another.example"))
    async with scripted_tls(OK, context) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, asked_with_key())
        assert "certificate that does not hold" in assert_plain_error(answered, 502)
        assert upstream.requests == []


async def test_an_expired_certificate_is_refused(trusted: trustme.CA) -> None:
    expired = trusted.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    async with scripted_tls(OK, _context(expired)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, asked_with_key())
        assert "expired" in assert_plain_error(answered, 502)
        assert upstream.requests == []


async def _speak_plain_http(visit: Visit) -> None:
    await visit.at_least(1)
    await visit.play(response(b"this is HTTP", status=b"400 Bad Request"), HANG)


async def _stall_the_handshake(visit: Visit) -> None:
    await visit.at_least(1)
    await visit.play(HANG)


async def test_plain_http_where_tls_was_expected() -> None:
    async with scripted(_speak_plain_http) as upstream:
        async with gateway(upstream.url.replace("http:", "https:")) as gate:
            answered = await ask(gate, asked_with_key())
        assert "does not speak TLS" in assert_plain_error(answered, 502)
        assert answered.took < 1
        assert b"/v1/messages" not in upstream.visits[0].received


async def test_a_handshake_that_stalls() -> None:
    async with scripted(_stall_the_handshake) as upstream:
        async with gateway(upstream.url.replace("http:", "https:"), connect_timeout=0.5) as gate:
            answered = await ask(gate, asked_with_key())
            assert "within 0.5 s" in assert_plain_error(answered, 504)
            assert answered.took < 2
            await upstream.visits[0].gone.wait()
        assert b"/v1/messages" not in upstream.visits[0].received


async def test_tls_where_plain_http_was_expected(trusted: trustme.CA) -> None:
    async with scripted_tls(OK, _context(trusted.issue_cert("127.0.0.1"))) as upstream:
        async with gateway(upstream.url.replace("https:", "http:")) as gate:
            answered = await ask(gate, asked_with_key())
        assert_plain_error(answered, 502)
        assert upstream.requests == []


async def test_a_stream_over_tls_that_is_cut_without_close_notify(trusted: trustme.CA) -> None:
    async with scripted_tls(sse(b"data: 1\n\n", end=False), _context(trusted.issue_cert("127.0.0.1"))) as upstream:
        async with gateway(upstream.url) as gate:
            answered = await ask(gate)
        assert answered.ended != "clean"
        assert answered.body == b"data: 1\n\n"
