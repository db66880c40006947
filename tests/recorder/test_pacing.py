import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.pacing import Pacing

RECORDED = [0, 10_000, 15_000, 2_015_000, 2_016_000]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("recorded", RECORDED),
        ("instant", [0, 0, 0, 0, 0]),
        ("scaled=0.5", [0, 5_000, 7_500, 1_007_500, 1_008_000]),
        ("scaled=2", [0, 20_000, 30_000, 4_030_000, 4_032_000]),
        ("capped=50", [0, 10_000, 15_000, 65_000, 66_000]),
    ],
)
def test_each_way_of_pacing(text: str, expected: list[int]) -> None:
    assert list(Pacing.parse(text).offsets(RECORDED)) == expected


@pytest.mark.parametrize("text", ["recorded", "instant", "scaled=0.25", "capped=50"])
def test_what_is_printed_can_be_read_again(text: str) -> None:
    assert str(Pacing.parse(text)) == text


@pytest.mark.parametrize("text", ["", "fast", "scaled", "scaled=", "scaled=0", "scaled=-1", "capped=inf", "capped=x"])
def test_a_mistake_is_told_what_was_expected(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected recorded, instant, scaled=X .* got "):
        Pacing.parse(text)


@given(gaps=st.lists(st.integers(0, 10**9)), cap=st.integers(1, 10**6))
def test_capped_keeps_short_gaps_and_never_runs_backwards(gaps: list[int], cap: int) -> None:
    recorded = [sum(gaps[: i + 1]) for i in range(len(gaps))]
    replayed = list(Pacing("capped", cap / 1000).offsets(recorded))
    assert [b - a for a, b in zip([0, *replayed], replayed, strict=False)] == [min(gap, cap) for gap in gaps]
