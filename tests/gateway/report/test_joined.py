"""Modules joined to one: in the order of need, each once, and nothing that is not understood gets lost."""

import pytest

from gateway.report.joined import joined

MODULES = {
    "app/main.js": 'import { add, ONE } from "../lib/sum.js";\nimport Thing from "./thing.js";\nThing(add(ONE, 1));\n',
    "app/thing.js": 'import {\n  ONE\n} from "../lib/sum.js";\n/*\nexport class A{}\n*/\nexport { T as default };\n',
    "lib/sum.js": "export const ONE = 1;\nexport function add(a, b) { return a; }\nexport async function wait() {}\n",
}


def test_each_module_once_and_what_is_needed_first():
    assert joined("app/main.js", MODULES.__getitem__) == (
        "// lib/sum.js\nconst m0 = (() => {\nconst ONE = 1;\nfunction add(a, b) { return a; }\n"
        "async function wait() {}\nreturn { ONE, add, wait };\n})();\n"
        "// app/thing.js\nconst m1 = (() => {\nconst {\n  ONE\n} = m0;\n/*\nclass A{}\n*/\n"
        "return { default: T };\n})();\n"
        "// app/main.js\nconst m2 = (() => {\nconst { add, ONE } = m0;\nconst { default: Thing } = m1;\n"
        "Thing(add(ONE, 1));\nreturn {  };\n})();"
    )


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./x.js";',
        'import "./x.js";',
        'import x from "https://cdn.example/x.js";',
        "export default 1;",
        'export { a, b } from "./x.js";',
        'const late = import("./x.js");',
    ],
)
def test_what_is_not_understood_is_refused(line):
    with pytest.raises(ValueError, match=r"a\.js: cannot be joined: "):
        joined("a.js", {"a.js": f"{line}\n"}.__getitem__)


def test_a_circle_is_refused():
    circle = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    with pytest.raises(ValueError, match=r"a\.js imports itself, by way of b\.js"):
        joined("a.js", circle.__getitem__)
