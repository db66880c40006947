"""Chunks: when a stream of them is whole, and what comes after its finish reason."""

from recorder.interaction import End
from tests.gateway.dialects.kinds.openai_chat import HELLO, START, STOP, choice, chunk, delta
from tests.gateway.dialects.openai.conversation import DONE, ended, named, said, told


class TestIsWhole:
    def test_with_done(self):
        assert ended(told(START, HELLO, STOP, DONE)) == ("complete", [("stop", "stop")])

    def test_without_done_after_every_finish_reason_which_is_noted(self):
        events = told(START, HELLO, STOP)

        assert ended(events) == ("complete", [("stop", "stop")])
        assert {"type": "provider", "name": "no [DONE]"} in events

    def test_with_done_and_no_finish_reason_but_none_is_invented(self):
        assert ended(told(START, HELLO, DONE)) == ("complete", [("other", None)])

    def test_not_at_a_clean_end_while_a_choice_goes_on(self):
        assert ended(told(START, delta(1, content="b"), STOP)) == ("truncated", [])

    def test_not_when_the_connection_was_lost_before_done(self):
        body = b'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n'
        assert said(body, end=End("upstream_error", "reset"))[-1]["outcome"] == "truncated"

    def test_not_with_done_alone(self):
        assert ended(told(DONE)) == ("truncated", [])

    def test_once(self):
        events = told(START, HELLO, STOP, DONE, DONE)

        assert ended(events) == ("complete", [("stop", "stop")])
        assert {"type": "provider", "name": "[DONE]"} in events


class TestAfterTheFinishReason:
    def test_it_may_come_again(self):
        assert ended(told(START, HELLO, STOP, STOP, DONE)) == ("complete", [("stop", "stop")])

    def test_an_error_has_the_last_word(self):
        failed = chunk(choice(), error={"code": 400, "message": "Token limit reached"})
        events = told(START, HELLO, STOP, failed, DONE)

        assert ended(events) == ("error", [])
        assert named(events, "stream.error") == [
            {
                "type": "stream.error",
                "source": "provider",
                "kind": "400",
                "message": "Token limit reached",
                "provider": {"code": 400, "message": "Token limit reached"},
            }
        ]
