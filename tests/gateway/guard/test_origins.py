"""Which pages may have a browser send requests."""

import pytest

from gateway.guard.hosts import Hosts
from gateway.guard.origins import Origins
from gateway.settings import Config

APP = "http://localhost:5173"


def origins(*allowed, **settings):
    return Origins(allowed, Hosts(Config(**settings)))


def sent(host="127.0.0.1:8077", **headers):
    return {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec_Fetch_Mode": "cors"},  # of Node.js
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "same-origin", "Origin": "http://127.0.0.1:8077"},
        {"Origin": "http://127.0.0.1:8077"},
        {"Origin": "https://127.0.0.1:8077"},  # something in front of us does TLS
    ],
    ids=str,
)
def test_sdks_the_own_page_and_typed_addresses(headers):
    assert origins().allow(sent(**headers))


@pytest.mark.parametrize("origin", ["null", "", APP, "http://127.0.0.1", "http://127.0.0.1:8077.evil.example", "x"])
def test_other_pages(origin):
    assert not origins().allow(sent(Origin=origin))
    assert not origins().allow(sent(Origin=origin, Sec_Fetch_Site="same-origin"))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "unheard-of"])
def test_what_the_browser_says_counts_whatever_the_origin(site):
    assert not origins().allow(sent(Sec_Fetch_Site=site))
    assert not origins().allow(sent(Sec_Fetch_Site=site, Origin="http://127.0.0.1:8077"))


def test_a_name_that_leads_here_makes_no_origin_ours():
    """On an address that others reach any name is taken; a page below that name may still be anybody's."""
    everywhere = {"host": "0.0.0.0", "allow_remote": True}
    rebound = sent("evil.example:8077", Origin="http://evil.example:8077")
    assert not origins(**everywhere).allow(rebound)
    assert origins(**everywhere).allow(sent("192.168.1.5:8077", Origin="http://192.168.1.5:8077"))
    assert origins(**everywhere, allow_hosts=("evil.example",)).allow(rebound)


def test_origins_that_were_allowed_may_read():
    allowed = sent(Origin=APP, Sec_Fetch_Site="cross-site")
    assert origins(APP).allow(allowed)
    assert dict(origins(APP).readers(allowed))["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize("headers", [sent(), sent(Origin="http://127.0.0.1:8077"), sent(Origin="http://localhost:1")])
def test_nobody_else_may(headers):
    assert origins(APP).readers(headers) == ()
    assert origins().readers(headers) == ()
