"""The file of a methodology: YAML in, with the line of each value; YAML out, with comments.

What the values mean is in `scoring.engine.methodology`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml

#: Longer than any methodology; a larger file is something else.
MOST_CHARACTERS: Final = 100_000
#: Deeper than any methodology.
_DEEPEST: Final = 10

Path = tuple[str, ...]


def gettext_noop(message: str) -> str:
    """Mark a message for translation."""
    return message


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: a message with parameters, so that a page can translate it."""

    path: Path
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None

    @property
    def place(self) -> str:
        """The path as it is written, "" for the file as a whole."""
        return ".".join(self.path)

    def __str__(self) -> str:
        said = self.message % self.params
        place = f"{self.place}: {said}" if self.path else said
        return f"{place} (line {self.line})" if self.line else place


class MethodologyError(ValueError):
    """A methodology cannot be used; each problem names its place, and its line in a file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds, as plain values, and the line on which each of them stands."""

    data: object
    lines: Mapping[Path, int]

    def located(self, problem: Problem) -> Problem:
        """The problem with the line of its path, or of what should hold it."""
        path = problem.path
        while path and path not in self.lines:
            path = path[:-1]
        return replace(problem, line=self.lines.get(path))


def read(text: str) -> Document:
    """Read YAML. Raises MethodologyError for what is no YAML, is too large, or says a key twice."""
    if len(text) > MOST_CHARACTERS:
        message = gettext_noop("The file is longer than %(most)s characters.")
        raise MethodologyError([Problem((), message, {"most": f"{MOST_CHARACTERS:,}"})])
    try:
        return _read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context or ""
        message = gettext_noop("not readable as YAML: %(why)s")
        line = mark.line + 1 if mark else None
        raise MethodologyError([Problem((), message, {"why": why}, line)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, MethodologyError):
            raise
        message = gettext_noop("not readable as YAML: %(why)s")
        why = str(error).partition("\n")[0]
        raise MethodologyError([Problem((), message, {"why": why})]) from error


def _read(text: str) -> Document:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            message = gettext_noop("*%(anchor)s refers to another place; write the value out")
            line = event.start_mark.line + 1 if event.start_mark else None
            raise MethodologyError([Problem((), message, {"anchor": event.anchor}, line)])
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Document(None, {})
        found = list(_walk(node, ()))
        twice = [problem for _path, _line, problem in found if problem is not None]
        if twice:
            raise MethodologyError(twice)
        data = loader.construct_document(node)
    finally:
        loader.dispose()
    return Document(data, {path: line for path, line, _problem in found})


def _walk(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int, Problem | None]]:
    line = node.start_mark.line + 1
    if len(path) > _DEEPEST:
        message = gettext_noop("is nested too deeply")
        yield path, line, Problem(path[:_DEEPEST], message, {}, line)
    elif isinstance(node, yaml.MappingNode):
        yield path, line, None
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            at = key.start_mark.line + 1
            if name in seen:
                # YAML itself would silently keep the last.
                message = gettext_noop("%(key)s is given twice")
                yield path, at, Problem(path, message, {"key": name}, at)
            seen.add(name)
            yield from _walk(value, (*path, name))
            yield (*path, name), at, None
    else:
        yield path, line, None
        if isinstance(node, yaml.SequenceNode):
            for at, value in enumerate(node.value):
                yield from _walk(value, (*path, str(at)))


_HEAD: Final = (
    "# A scoring method. Every number in it is expert judgement; none was fitted to losses.\n"
    "# The formulas that use them are in docs/scoring-method.md.\n\n"
)
#: What stands above each part of a file that is written.
_COMMENTS: Final[Mapping[str, str]] = {
    "kappa": "How much of the inherent risk controls can take away at best, 0 to 1.",
    "p": "The order of the power mean over the dimensions: 1, 2, 4 or 8.",
    "inherent_min": "The least inherent risk there is, above 0 to 1.",
    "dimensions": "How much each dimension counts; only the proportions matter.",
    "evidence": "What a proof is worth: in the score (credit), at the upper end (pessimistic).",
    "tier_cuts": "Where one tier ends and the next begins, as inherent risk from 0 to 1.",
    "band_cuts": "Where one band ends and the next begins, in points.",
    "coverage": "The share of the weight that must be known for a status.",
    "valid_days": "Days an answer holds where its question does not say, by tier; 0: no end.",
    "decay": "Over how many further such periods a proof then fades to nothing; 0: at once.",
    "knock_outs": "Rules that replace or add to those of the questionnaires; null: switched off.",
    "indicators": "What recorded facts count for, where there are any; replaces: questions.",
    "rationale": "Why the values are what they are.",
}


class _Inline(dict[str, Any]):
    """An innermost mapping, written on one line as people write it."""


class _Dumper(yaml.SafeDumper):
    """Lists and innermost mappings on one line, longer texts as they were typed."""


def _one_line(dumper: yaml.SafeDumper, value: Mapping[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)


def _list(dumper: yaml.SafeDumper, value: Sequence[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(_Inline, _one_line)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(str, _text)


def write(content: Mapping[str, Any]) -> str:
    """Return the file of a methodology's content; reading it gives the same content again."""
    parts = [_HEAD]
    for name, value in content.items():
        if name in _COMMENTS:
            parts.append(f"\n# {_COMMENTS[name]}\n")
        parts.append(
            yaml.dump(
                {name: _plain(value)},
                Dumper=_Dumper,
                sort_keys=False,
                allow_unicode=True,
                width=100,
                default_flow_style=False,
            )
        )
    return "".join(parts)


def _plain(value: Any) -> Any:
    """Whole numbers without a point, and the numbers of tiers as numbers."""
    if isinstance(value, Mapping):
        return {
            int(key) if key.isdecimal() else key: _Inline(_plain(inner))
            if isinstance(inner, Mapping)
            else _plain(inner)
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
