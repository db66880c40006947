"""A comment that says the verdict first, and that no content of a cassette can break out of."""

import re
from dataclasses import replace

from gateway.tools.diff import diff_markdown
from tests.gateway.tools.diff.test_comparison import compared
from tests.gateway.tools.diff.test_lines import ONE, TWO
from tests.gateway.tools.samples import interaction


def test_a_comment():
    assert diff_markdown(compared(ONE[1:2], [TWO[2]])) == (
        "**⚠️ different content**: <code>one -&gt; two: 1 changed</code>\n"
        "\n"
        "<details><summary><code>changed #0 -&gt; #0  POST /v1/messages (anthropic)</code></summary>\n"
        "\n"
        "```diff\n"
        "request body.temperature\n"
        "- 1\n"
        "+ 0\n"
        "```\n"
        "\n"
        "</details>\n"
        "\n"
        "<details><summary>Times (they do not count)</summary>\n"
        "\n"
        "```text\n"
        "     first token            end                    chunks\n"
        "#0   300.0 ms -> 300.0 ms   601.0 ms -> 601.0 ms   6 -> 6\n"
        "```\n"
        "\n"
        "</details>\n"
    )


def test_the_same():
    assert diff_markdown(compared(ONE, ONE)).startswith("**✅ same content**: <code>one -&gt; two: 3 the same</code>\n")


def test_content_makes_no_html_and_closes_no_fence():
    evil = "```\n</details><script>alert(1)</script>\n````\n@everyone [x](http://x)"
    target = replace(interaction("b", "x").request, target="/v1/<img/src=x>`@everyone`")
    one = [interaction("a", "x")]
    two = [interaction(evil, evil), replace(interaction("b", "x"), request=target)]
    comment = diff_markdown(compared(one, two))
    outside = re.sub(r"^(`{3,})\w+\n.*?\n\1$", "", comment, flags=re.DOTALL | re.MULTILINE)
    assert "<script>" in comment
    assert re.findall(r"</?\w+", outside.replace("<code>", "").replace("</code>", "")) == [
        *["<details", "<summary", "</summary", "</details"] * 3
    ]
    assert "alert" not in outside
    assert all("@everyone" not in re.sub("<code>.*?</code>", "", line) for line in outside.splitlines())


def test_a_comment_fits_github():
    one = [interaction(f"{number} " + "\n".join("ab" * 20), "x") for number in range(900)]
    comment = diff_markdown(compared([], one))
    assert 50_000 < len(comment) < 60_000
    assert re.search(r"\.\.\. and \d+ more: too long for a comment\.\n$", comment)
