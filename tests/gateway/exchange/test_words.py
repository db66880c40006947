from gateway.exchange.words import phrase_of, text_of


def test_bytes_are_text_or_none():
    assert text_of("né".encode()) == "né"
    assert text_of(b"\xff") is None


def test_a_status_has_a_name_or_none():
    assert phrase_of(404) == "Not Found"
    assert phrase_of(529) == ""
