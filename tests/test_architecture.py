"""The house holds: arrows point down, every effect is in its home, nothing grows too large. docs/adr/0001 says why."""

import ast
import re
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("gateway", "recorder")
    for path in sorted((ROOT / package).rglob("*.py"))
}

# Imports only point down. A package is one room: what is inside may import each other, without a cycle.
FLOORS = [
    {"gateway.cli", "gateway.pytest_plugin"},
    {"gateway.bench", "gateway.demo", "gateway.report", "gateway.tools"},
    {"gateway.embedded", "gateway.hosting"},
    {"gateway.server"},
    {"gateway.app", "gateway.health", "gateway.observing"},
    {"gateway.exports", "gateway.page", "gateway.proxy"},
    {"gateway.observer"},
    {
        "gateway.client",
        "gateway.guard",
        "gateway.listing",
        "gateway.measuring",
        "gateway.normalized",
        "gateway.routes",
        "gateway.sessions",
        "gateway.tap",
    },
    {"gateway.endings", "gateway.errors", "gateway.faults", "gateway.live", "gateway.rules", "gateway.simulator"},
    {"gateway.reader"},
    {"gateway.config"},
    {"gateway.dialects", "gateway.unfolding"},
    {"gateway.exchange", "gateway.metrics", "gateway.transcript", "gateway.wire"},
    {
        "gateway.environment",
        "gateway.escaping",
        "gateway.events",
        "gateway.headers",
        "gateway.schema",
        "gateway.settings",
    },
    {"recorder"},
]

# Whoever else needs one of these asks the one who has it.
HOMES = {
    "aiohttp": r"gateway\.(client|demo|errors|guard|hosting|live|observing|page|proxy|server|simulator|tap)\b",
    "anthropic": r"gateway\.bench\.sdk\.through_anthropic",  # seconds of start-up, and streams are bytes elsewhere
    "asyncio.create_subprocess_exec": r"gateway\.(cli\.child|tap\.link)",
    "click": r"gateway\.cli\b",
    "datetime.now": r"recorder\.clock",
    "logging.basicConfig": r"gateway\.cli\.console",
    "msgpack": r"recorder\.format",
    "open": "nobody: recorder.store opens by descriptor, with its flags",
    "openai": r"gateway\.bench\.sdk\.through_openai",  # the same
    "os": r"recorder\.(store|files|lock|naming|upkeep)|gateway\.(cli|embedded|observing|pytest_plugin)\b",
    "os.environ": r"gateway\.(cli\.(bench|options|run|doctor)|embedded|observing|pytest_plugin)\b",
    "print": r"nobody: gateway.cli.console has click.echo",
    "random.random": "nobody: a Random with a seed",
    "secrets": r"gateway\.guard\b",  # a token that could be foretold is none
    "subprocess": r"gateway\.cli\.git",
    "sys.exit": r"gateway\.cli\.program",
    "time": r"recorder\.clock",
    "tomllib": r"gateway\.config",
    "uuid.uuid1": "nobody: what is random takes a seed",
    "uuid.uuid4": "nobody: what is random takes a seed",
}

# A provider's name as a value decides something; that belongs where the providers are described.
PROVIDER_NAMES = {
    "anthropic",
    "openai",
    "gemini",
    "ollama",
    "mistral",
    "cohere",
    "groq",
    "openrouter",
    "deepseek",
    "xai",
}
KNOW_PROVIDERS = r"gateway\.(bench\.sdk|dialects|simulator|settings|environment|demo)\b"

MODULE_LINES, FUNCTION_LINES = 300, 40


@cache
def tree(module):
    return ast.parse(SOURCES[module].read_text())


def imports(module):
    """Dotted names that the module imports, `a.b.c` for `from a.b import c`."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def our_imports(module):
    """The modules of the house that the module imports."""
    for name in imports(module):
        if name.partition(".")[0] in ("gateway", "recorder"):
            yield name if name in SOURCES else name.rpartition(".")[0]


def uses(module):
    """Everything dotted that is imported, called or looked up: `os`, `os.environ`, `print`."""
    for name in imports(module):
        parts = name.split(".")
        yield from (".".join(parts[: count + 1]) for count in range(len(parts)))
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def room(module):
    return "recorder" if module.startswith("recorder") else ".".join(module.split(".")[:2])


def floor(module):
    return next((number for number, rooms in enumerate(FLOORS) if room(module) in rooms), None)


def functions(module):
    return [node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def docstrings(module):
    for node in ast.walk(tree(module)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            yield body[0].value


def test_no_import_goes_round_in_a_circle():
    TopologicalSorter({module: set(our_imports(module)) - {module} for module in SOURCES}).prepare()


@pytest.mark.parametrize("module", SOURCES)
class TestEachModule:
    def test_imports_point_down(self, module):
        if module == "gateway":
            assert not list(imports(module))
            return
        assert floor(module) is not None, f"{room(module)} has no floor yet"
        upward = [name for name in our_imports(module) if room(name) != room(module) and floor(name) <= floor(module)]
        assert upward == []

    def test_the_simulated_provider_is_for_the_demo_and_the_command_line(self, module):
        if any(room(name) == "gateway.simulator" for name in our_imports(module)):
            assert re.match(r"gateway\.(simulator|demo|cli)\b", module)

    def test_recorder_needs_the_standard_library_and_msgpack(self, module):
        if module.startswith("recorder"):
            allowed = sys.stdlib_module_names | {"recorder", "msgpack"}
            assert {name.partition(".")[0] for name in imports(module)} <= allowed

    def test_only_a_program_or_the_plugin_imports_late_and_says_why(self, module):
        lines = SOURCES[module].read_text().splitlines()
        for function in functions(module):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    reason = re.search(r"# noqa: PLC0415 - \w", lines[node.lineno - 1])
                    assert reason, f"line {node.lineno}"
                    programs = ("gateway.cli.", "gateway.observing", "gateway.pytest_plugin.")
                    assert module.startswith(programs), f"line {node.lineno}"

    def test_every_effect_is_in_its_home(self, module):
        strays = {name for name in uses(module) if name in HOMES and not re.match(HOMES[name], module)}
        assert strays == set()

    def test_only_the_clock_sleeps(self, module):
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "asyncio.sleep":
                is_a_turn = ast.unparse(node) == "asyncio.sleep(0)"  # lets others run, and waits for nothing
                assert is_a_turn or module == "recorder.clock", f"line {node.lineno}"

    def test_randomness_has_a_seed(self, module):
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Random", "random.Random"):
                assert node.args, f"line {node.lineno}"

    def test_no_provider_is_named_where_none_is_known(self, module):
        if not re.match(KNOW_PROVIDERS, module):
            constants = {node for node in ast.walk(tree(module)) if isinstance(node, ast.Constant)}
            values = {node.value for node in constants - set(docstrings(module))}
            assert not {value for value in values if isinstance(value, str)} & PROVIDER_NAMES

    def test_nothing_is_too_long(self, module):
        assert len(SOURCES[module].read_text().splitlines()) <= MODULE_LINES
        for function in functions(module):
            assert function.end_lineno - function.lineno < FUNCTION_LINES, f"{function.name}, line {function.lineno}"


def test_the_test_sees_what_it_should():
    """The walls stand where we think: a typo in this file must not make it blind."""
    assert {room(module) for module in SOURCES} - {"gateway"} <= set().union(*FLOORS)
    assert "recorder.interaction" in set(our_imports("recorder.upstream"))
    assert "os.environ" in set(uses("gateway.cli.options"))
    assert "time" in set(uses("recorder.clock"))
