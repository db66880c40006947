"""The demonstration's pure parts: hearing a stream, and showing two side by side."""

from gateway.demo import Demonstration, Heard, Piece, heard, side_by_side


def frame(text):
    return b'event: content_block_delta\ndata: {"type": "content_block_delta", "delta": {"text": "%b"}}\n\n' % text


def test_a_piece_has_the_time_of_the_read_that_completed_its_frame():
    one, two = frame(b"Gold"), frame(b"fish")
    assert heard([(100, one[:5]), (200, one[5:] + two), (300, b"event: ping\ndata: {}\n\n")]) == Heard(
        one + two + b"event: ping\ndata: {}\n\n", (Piece(200, "Gold"), Piece(200, "fish"))
    )


def test_side_by_side():
    recorded = heard([(300_000, frame(b"Gold")), (350_000, frame(b"fish"))])
    replayed = heard([(300_400, frame(b"Gold")), (349_900, frame(b"fish"))])
    assert list(side_by_side(Demonstration(recorded, replayed))) == [
        "  recorded    replayed  difference   text",
        '  300.0 ms    300.4 ms     +0.4 ms   "Gold"',
        '  350.0 ms    349.9 ms     -0.1 ms   "fish"',
        "all 186 bytes of the replay equal the recorded ones",
    ]


def test_a_difference_is_not_hidden():
    shown = Demonstration(heard([(1, frame(b"a"))]), heard([(1, frame(b"b"))]))
    assert not shown.same
    assert list(side_by_side(shown))[-1] == "THE REPLAY DIFFERS: 90 bytes recorded, 90 replayed"
    assert not Demonstration(heard([]), heard([])).same
