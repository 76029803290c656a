"""The translatable texts of the sources, found without gettext's tools.

Python is read as a syntax tree, so the names under which a module imports Django's functions do not
matter; templates go through Django's own translation of templates into calls.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).parents[1]
#: Where texts that people see may stand.
SOURCES: Final = (
    "accounts",
    "assessments",
    "audit",
    "backups",
    "config",
    "reports",
    "scoring",
    "search",
    "vendors",
    "webhooks",
    "templates",
)
#: Function -> names of its leading arguments.
FUNCTIONS: Final = {
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
    "npgettext_lazy": ("context", "text", "plural"),
}
#: Sentences of pure modules, which know no Django: translated by whoever shows them.
MARKED: Final = {
    "NotAnAnswer": "gettext",
    "gettext_noop": "gettext",
    "ngettext_noop": "ngettext",
    "translatable": "gettext",
}
#: What templates call, besides the names above.
_IN_TEMPLATES: Final = {"_": "gettext", **{name: name for name in FUNCTIONS}}


class Text(NamedTuple):
    """One translatable text: its context, the text, and its plural where it has one."""

    context: str | None
    text: str
    plural: str | None


def texts_of(path: Path) -> set[Text]:
    """Return the translatable texts of one source file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return {*_of_python(source)}
    return {*_of_template(source, str(path))}


def sources() -> list[Path]:
    """Return every file in which such texts may stand, in a fixed order."""
    return sorted(
        path
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts
    )


def _of_python(source: str) -> Iterator[Text]:
    if "translation" not in source and not any(name in source for name in MARKED):
        return
    tree = ast.parse(source)
    names = MARKED | {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }
    yield from _calls(tree, names)


def _of_template(source: str, name: str) -> Iterator[Text]:
    """Read what Django makes of a template: calls amid blanked-out words, one or more per line."""
    for line in templatize(source, origin=name).splitlines():
        for start in _starts(line):
            try:
                tree = ast.parse(line[start : _end(line, start)])
            except SyntaxError:
                continue
            yield from _calls(tree, _IN_TEMPLATES)


def _starts(line: str) -> Iterator[int]:
    for name in _IN_TEMPLATES:
        at = -1
        while (at := line.find(f"{name}(", at + 1)) >= 0:
            if at == 0 or not (line[at - 1].isalnum() or line[at - 1] == "_"):
                yield at


def _end(line: str, start: int) -> int:
    """Return where the call ends: at the first bracket that makes it whole."""
    end = line.find(")", start)
    while end >= 0:
        try:
            ast.parse(line[start : end + 1])
        except SyntaxError:
            end = line.find(")", end + 1)
        else:
            return end + 1
    return start


def _calls(tree: ast.AST, names: dict[str, str]) -> Iterator[Text]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        function = names.get(node.func.id)
        if function is None:
            continue
        said: dict[str, str] = {}
        for argument, value in zip(FUNCTIONS[function], node.args, strict=False):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                said[argument] = value.value
        if said.get("text"):
            yield Text(said.get("context"), said["text"], said.get("plural"))
