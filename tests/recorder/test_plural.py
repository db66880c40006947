from recorder.plural import count


def test_numbers_have_their_nouns():
    assert [count(number, "byte") for number in (0, 1, 2, 1234)] == ["0 bytes", "1 byte", "2 bytes", "1,234 bytes"]
