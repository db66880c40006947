"""One tree; whoever catches a branch catches all of it, and the drawing of it is true."""

import re

import recorder.errors as errors
from recorder.errors import CassetteError, RecorderError, UpstreamFailed


def test_every_error_is_in_the_tree_and_in_its_drawing():
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__)) | {"RecorderError"}
    raised = {name for name in errors.__all__ if isinstance(getattr(errors, name), type)}
    assert raised == drawn
    assert all(issubclass(getattr(errors, name), RecorderError) for name in raised)


def test_what_is_wrong_with_a_file_is_one_branch():
    cassette = {name for name in errors.__all__ if name.startswith("Cassette")}
    assert all(issubclass(getattr(errors, name), CassetteError) for name in cassette)


def test_an_upstreams_failure_carries_its_reason_beside_the_message():
    error = UpstreamFailed("refused", "https://provider:443 refused the connection")
    assert (error.reason, str(error)) == ("refused", "https://provider:443 refused the connection")
