"""ES modules joined to one: a page that opens from a file cannot import, since browsers refuse modules of file: URLs.

    const m0 = (() => { ... return { el, append }; })();
    const m1 = (() => { const { el } = m0; ... return { table }; })();

What is understood is what our modules have: `import { a, b } from "./x.js";`, `import X from "./x.js";`, `export`
before `function`, `async function`, `class` and `const`, and `export { X as default };`. Anything else is a ValueError:
nothing may be lost without a word.
"""

import re
from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath

__all__ = ["joined"]

_IMPORT = re.compile(r'^import\s+(\w+|\{[\w\s,]+\})\s+from\s+"(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export \{ (\w+) as default \};$", re.MULTILINE)
_COMMENT = re.compile(r"^/\*.*?\*/", re.MULTILINE | re.DOTALL)  # may hold code that is no more
_FOREIGN = re.compile(r"^(?:import|export)\b.*$|\bimport\(.*$", re.MULTILINE)


def joined(entry: str, read: Callable[[str], str]) -> str:
    """One module that does what `entry` does; `read` gives the text of a module by its path."""
    names: dict[str, str] = {}
    return "\n".join(_with_imports(entry, read, names, ()))


def _with_imports(
    path: str, read: Callable[[str], str], names: dict[str, str], above: tuple[str, ...]
) -> Iterator[str]:
    """The modules that `path` needs and that are not in `names` yet, then itself."""
    if path in above:
        raise ValueError(
            f"{path} imports itself, by way of {' and '.join(above[above.index(path) + 1 :]) or 'nothing'}"
        )
    text = read(path)
    for found in _IMPORT.finditer(text):
        needed = normpath(join(dirname(path), found[2]))
        if needed not in names:
            yield from _with_imports(needed, read, names, (*above, path))
    name = f"m{len(names)}"
    yield f"// {path}\nconst {name} = (() => {{\n{_body(path, text, names)}}})();"
    names[path] = name


def _body(path: str, text: str, names: dict[str, str]) -> str:
    offered = [*_EXPORT.findall(_COMMENT.sub("", text)), *(f"default: {name}" for name in _DEFAULT.findall(text))]

    def from_above(found: re.Match[str]) -> str:
        wanted = found[1] if found[1].startswith("{") else f"{{ default: {found[1]} }}"
        return f"const {wanted} = {names[normpath(join(dirname(path), found[2]))]};"

    body = _DEFAULT.sub("", _EXPORT.sub("", _IMPORT.sub(from_above, text)))
    if foreign := _FOREIGN.search(body):
        raise ValueError(f"{path}: cannot be joined: {foreign[0]}")
    return f"{body.rstrip()}\nreturn {{ {', '.join(offered)} }};\n"
