"""The tests mirror the code: who reads a module finds its tests at once. And each module says what it offers."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [path for package in ("gateway", "recorder") for path in sorted((ROOT / package).rglob("*.py"))]


def named(path):
    return str(path.relative_to(ROOT))


def does_something(path):
    """Whether there is a function with more than a docstring; names and protocols need no test of their own."""
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if hasattr(node, "returns")]
    return any(len(function.body) > bool(ast.get_docstring(function)) for function in functions)


@pytest.mark.parametrize("path", list(filter(does_something, MODULES)), ids=named)
def test_every_module_has_its_tests(path):
    beside = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
    with_real_sockets = ROOT / "tests" / "integration" / f"test_{path.name}"
    assert beside.exists() or with_real_sockets.exists(), f"expected {named(beside)} or {named(with_real_sockets)}"


@pytest.mark.parametrize("path", [path for path in MODULES if path != ROOT / "gateway" / "__init__.py"], ids=named)
def test_every_module_says_what_it_is_for_and_what_it_offers(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    offered = next(
        (
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and names(node) == ["__all__"]
        ),
        None,
    )
    if path.name == "__init__.py" and not any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body):
        return
    assert offered is not None, "no __all__"
    assert offered == sorted(set(offered), key=shape)


def names(node):
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def shape(name):
    """CONSTANTS, then Classes, then functions, each by name: the order that the linter repairs to."""
    return (not name.isupper(), name[0].islower(), name)
