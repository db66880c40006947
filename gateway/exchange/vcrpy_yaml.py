"""The YAML of vcrpy. The one module that needs PyYAML, which is an extra: import it when a file is YAML, not before.

What is read may come from a stranger: only plain values are built, and before any is, the file's events are added up,
so that neither nesting nor aliases of aliases can take endless memory.
"""

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from gateway.exchange.cursor import Cursor, Refused

__all__ = ["from_yaml", "to_yaml"]

# vcrpy's own files have 6 levels, bodies that were stored as values (`parsed_body`) as many as the JSON had.
_DEPTH_LIMIT = 100
# What all aliases together may add, in characters. vcrpy writes aliases for lists and objects that occur twice.
_ALIASES_LIMIT = 16 << 20

# libyaml's where it was built in: ten times as fast.
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BaseDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


# Both are safe; ours, because constructors are added to the one, and the other writes no aliases.
_Loader: Any = type("_Loader", (_BaseLoader,), {})
_Dumper: Any = type("_Dumper", (_BaseDumper,), {"ignore_aliases": lambda *_: True})


def to_yaml(values: Mapping[str, object]) -> str:
    """`values` as vcrpy writes them."""
    return str(yaml.dump(values, Dumper=_Dumper))


def from_yaml(text: str, of: str) -> Cursor:
    """The value of a YAML document; `of` is what messages call it. Raises Refused."""
    try:
        _check(text, of)
        return Cursor(yaml.load(text, Loader=_Loader), of)  # noqa: S506 - a safe loader, see above
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark is not None else ""
        raise Refused(f"{of}: expected YAML as vcrpy writes it; {where}{str(error.problem)[:200]}") from None
    except (yaml.YAMLError, ValueError) as error:  # a character that YAML does not allow; a number, date or base64
        if isinstance(error, Refused):
            raise
        raise Refused(f"{of}: expected YAML as vcrpy writes it; {str(error).splitlines()[0][:200]}") from None


def _check(text: str, of: str) -> None:
    """Raise Refused if building the value would take far more memory than its text, by nesting or by aliases."""
    sizes: dict[str | None, int] = {}  # of each anchored node that is complete, what its aliases add counted in
    around: list[tuple[str | None, int]] = []  # the collections that are open: anchor, size of all before
    size = added = 0
    for event in yaml.parse(text, Loader=_BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            again = sizes.get(event.anchor, _ALIASES_LIMIT)  # one that is not complete would hold itself
            size, added = size + again, added + again
        elif isinstance(event, yaml.ScalarEvent):
            size += 1 + len(event.value)
            sizes[event.anchor] = 1 + len(event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            around.append((event.anchor, size))
            size += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = around.pop()
            sizes[anchor] = size - before
        line = event.start_mark.line + 1
        if len(around) > _DEPTH_LIMIT:
            raise Refused(f"{of}: line {line}: expected at most {_DEPTH_LIMIT} levels; got more")
        if added >= _ALIASES_LIMIT:
            raise Refused(f"{of}: line {line}: expected aliases for what is short, as vcrpy writes them; got a bomb")


def _plain(loader: Any, node: Any) -> str:
    return str(loader.construct_scalar(node))


def _tuple(loader: Any, node: Any) -> tuple[object, ...]:
    return tuple(loader.construct_sequence(node, deep=True))


def _first_of(name: str) -> Callable[[Any, Any], object]:
    """What a Python object of vcrpy's was made from: the first element of this member. No object is made."""

    def construct(loader: Any, node: Any) -> object:
        value = loader.construct_mapping(node, deep=True).get(name)
        return value[0] if isinstance(value, list | tuple) and value else None

    return construct


_TAG = "tag:yaml.org,2002:python/"
_Loader.add_constructor(f"{_TAG}str", _plain)
_Loader.add_constructor(f"{_TAG}unicode", _plain)
_Loader.add_constructor(f"{_TAG}tuple", _tuple)
_Loader.add_constructor(f"{_TAG}object/new:_io.BytesIO", _first_of("state"))
_Loader.add_constructor(f"{_TAG}object/apply:builtins.iter", _first_of("args"))
