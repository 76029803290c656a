"""The files of the repository, as the house rules read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = (
    "accounts",
    "assessments",
    "audit",
    "backups",
    "reports",
    "scoring",
    "search",
    "vendors",
    "webhooks",
)
#: What people do not write themselves.
GENERATED = ("package-lock.json", "requirements/", "docs/", "tests/vendors/data/")


@cache
def tracked() -> tuple[str, ...]:
    """Every file that is part of the repository and is there, by its path from the root."""
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(name for name in found.stdout.split("\0") if name and (ROOT / name).is_file())


def files(*endings: str, under: tuple[str, ...] = ()) -> Iterator[str]:
    """Tracked files with one of these endings, in one of these folders if any are given."""
    folders = tuple(f"{folder}/" for folder in under)
    for name in tracked():
        if name.endswith(endings) and (not folders or name.startswith(folders)):
            yield name


def text(name: str) -> str:
    """What a file says."""
    return (ROOT / name).read_text()


@cache
def tree(name: str) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(text(name), filename=name)


def functions(module: ast.AST, outer: str = "") -> Iterator[tuple[str, ast.AST]]:
    """(dotted name, node) of every function and method; code outside of them as ""."""
    for node in ast.iter_child_nodes(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{outer}.{node.name}" if outer else node.name
            if isinstance(node, ast.ClassDef):
                yield from functions(node, name)
            else:
                yield name, node
        else:
            yield outer, node
