"""The grammar."""

from random import Random

import pytest

from gateway.simulator.prose import capitals, speech, thoughts, topic


@pytest.mark.parametrize(
    ("prompt", "about"),
    [
        ("Tell me a short story about space.", "space"),
        ("Write me a 1 verse song about goldfish on the moon", "goldfish on the moon"),
        ("Wrap that code in a function.", "a function"),
        ("Hello", "the world"),
        ("", "the world"),
    ],
)
def test_what_a_prompt_is_about(prompt, about):
    assert topic(prompt) == about


def test_names_are_capitalised_words_inside_a_sentence():
    assert capitals("What is the weather in Paris, São Paulo and Łódź? Thanks, Paris") == ["Paris", "São Paulo", "Łódź"]
    assert capitals("Hello. What is it?") == []


@pytest.mark.parametrize(
    ("prompt", "has"),
    [
        ("A story about rain", "rain"),
        ("Write a song about rain", "\n"),
        ("Show me Python code that prints stars.", "```python\n"),
        ("Wrap that code in a function.", "def triangle"),
        ("Why is the sky blue?", ". "),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_the_form_follows_the_prompt_and_no_text_is_plain_ascii(prompt, has, seed):
    said = speech(Random(seed), prompt, 40)

    assert has in said
    assert {len(letter.encode()) for letter in said} == {1, 2, 3, 4}
    assert "{" not in said.replace("{row", "")


def test_the_code_runs():
    printed = speech(Random(1), "Show me Python code that prints a triangle of stars.", 40)
    program = printed.split("```python\n")[1].split("```")[0]

    lines = []
    exec(program, {"print": lines.append})
    assert [line.count("★") for line in lines] in ([1, 2, 3, 4, 5], [1, 3, 5, 7, 9])


def test_thoughts_are_about_it_and_shorter():
    assert "rain" in thoughts(Random(1), "A story about rain", 40)
    assert len(thoughts(Random(1), "x", 0).split()) > 3
