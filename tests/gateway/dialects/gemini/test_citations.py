"""Grounding and citation metadata as citations."""

import pytest

from gateway.dialects.gemini.citations import cited, grounded
from tests.gateway.dialects.kinds.gemini_generate import CHUNKS, CITATION

WEB, MAPS = {"web": CHUNKS["web"]}, {"maps": CHUNKS["maps"]}


def test_a_stretch_of_text_that_rests_on_two_sources_is_cited_twice():
    support = {"segment": {"startIndex": 4, "endIndex": 9, "text": "Paris"}, "groundingChunkIndices": [1, 0]}
    metadata = {"groundingChunks": [WEB, MAPS], "groundingSupports": [support]}

    assert list(grounded(metadata)) == [
        {
            "url": "https://maps.example/1",
            "title": "Café",
            "start": 4,
            "end": 9,
            "provider": {"groundingChunk": MAPS, "groundingSupport": support},
        },
        {
            "url": "https://a.example/x",
            "title": "a.example",
            "start": 4,
            "end": 9,
            "provider": {"groundingChunk": WEB, "groundingSupport": support},
        },
    ]


def test_a_source_that_nothing_rests_on_is_a_citation_without_a_place():
    [citation] = grounded({"groundingChunks": [WEB]})
    assert citation == {"url": "https://a.example/x", "title": "a.example", "provider": {"groundingChunk": WEB}}


def test_a_stretch_that_rests_on_nothing_is_kept():
    support = {"segment": {"endIndex": 9}}
    assert list(grounded({"groundingSupports": [support]})) == [{"end": 9, "provider": {"groundingSupport": support}}]


@pytest.mark.parametrize("metadata", [{}, {"groundingChunks": None, "groundingSupports": None}])
def test_nothing_is_nothing(metadata):
    assert list(grounded(metadata)) == []


@pytest.mark.parametrize("number", [1, -1])
def test_a_source_that_is_not_in_the_list_is_not_known(number):
    support = {"segment": {"endIndex": 9}, "groundingChunkIndices": [number]}
    assert list(grounded({"groundingChunks": [WEB], "groundingSupports": [support]})) == [
        {"end": 9, "provider": {"groundingSupport": support}},
        {"url": "https://a.example/x", "title": "a.example", "provider": {"groundingChunk": WEB}},
    ]


@pytest.mark.parametrize("field", ["citations", "citationSources"])
def test_a_citation_keeps_what_has_no_name_of_ours(field):
    expected = {"url": "https://a.example/x", "start": 0, "end": 5, "provider": {"license": "mit"}}
    assert list(cited({field: [CITATION]})) == [expected]
