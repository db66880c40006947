"""The page holds all it needs, allows nothing else, and no text from outside can end an element of it."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from gateway.report.document import document
from tests.gateway.report.recorded_chats import HOSTILE


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.texts, self._key = [], {}, None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self._key = dict(attributes).get("type", tag)

    def handle_endtag(self, _):
        self._key = None

    def handle_data(self, data):
        if self._key:
            self.texts[self._key] = self.texts.get(self._key, "") + data

    def all(self, tag):
        return [attributes for found, attributes in self.found if found == tag]


def checksum(text):
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_the_one_style_and_the_one_script():
    page = Elements(document({}, title="x"))
    policy = next(each["content"] for each in page.all("meta") if each.get("http-equiv"))
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "script-src": checksum(page.texts["module"]),
        "style-src": checksum(page.texts["style"]),
        "img-src": "data:",
    }


def test_it_names_no_place_to_load_from():
    page = Elements(document({}, title="x"))
    links = [value for _, attributes in page.found for name, value in attributes.items() if name in ("src", "href")]
    assert [link for link in links if not link.startswith("#")] == ["data:,"]
    assert not re.search(r"@import|url\((?!data:)", page.texts["style"])
    assert not [name for _, attributes in page.found for name in attributes if name.startswith("on") or name == "style"]


def test_data_and_title_come_back_as_they_were_and_are_no_elements():
    page = Elements(document({"said": HOSTILE}, title=HOSTILE.replace("\ud83d", "")))
    assert json.loads(page.texts["application/json"]) == {"said": HOSTILE}
    assert page.texts["title"] == HOSTILE.replace("\ud83d", "")
    assert len(page.all("script")) == 2
    assert not page.all("img")
    assert not page.all("svg")


def test_no_script_of_ours_puts_markup_into_a_page():
    script = Elements(document({}, title="x")).texts["module"]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|fetch\(|<!--", script
    )


def test_every_colour_that_is_used_is_there():
    page = Elements(document({}, title="x"))
    defined = set(re.findall(r"(--[\w-]+):", page.texts["style"]))
    used = set(re.findall(r"var\((--[\w-]+)", page.texts["style"] + page.texts["module"]))
    assert used - {"--series-"} <= defined
