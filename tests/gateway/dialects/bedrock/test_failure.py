import pytest

from gateway.dialects.bedrock.failure import say_failure
from gateway.dialects.composer import Composer
from gateway.wire import Frame


def said(fields, value, event=None):
    out = Composer()
    failed = say_failure(out, Frame(0, 0, 0, 0, "data", event, fields=tuple(fields.items())), value)
    return failed, out.take()


def test_an_exception_is_called_by_its_type():
    failed, [error] = said({":message-type": "exception"}, {"message": "slow down"}, "throttlingException")
    assert failed
    assert (error.source, error.kind, error.message) == ("provider", "throttlingException", "slow down")
    assert error.provider == {"message": "slow down"}


def test_an_exception_may_say_nothing():
    _, [error] = said({":message-type": "exception"}, {}, "throttlingException")
    assert error.message == "the provider gave no message"


def test_an_error_says_all_in_its_headers():
    headers = {":message-type": "error", ":error-code": "InternalError", ":error-message": "It broke."}
    _, [error] = said(headers, {}, "InternalError")
    assert (error.kind, error.message, error.provider) == ("InternalError", "It broke.", headers)


@pytest.mark.parametrize("fields", [{}, {":message-type": "event"}])
def test_an_event_is_no_failure(fields):
    assert said(fields, {"message": "slow down"}, "messageStart") == (False, [])
