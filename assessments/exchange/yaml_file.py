"""A questionnaire written as YAML, in one form only: the same content gives the same bytes.

Pure: no Django, no clock. What is left at its default is left out, the fields stand in a fixed
order, a text in several languages follows the order of ``languages``, and what could be read as
something else (yes, no, 1.0, a date) is quoted, so that every reader of YAML reads the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from assessments.schema import Questionnaire

#: The order of the fields, by what holds them.
FILE: Final = ("key", "version", "title", "languages", "own_rule", "comment", "sections")
SECTION: Final = (
    "key", "comment", "title", "intro", "dimension", "weight", "reviewer", "applies", "questions",
)  # fmt: skip
QUESTION: Final = (
    "key", "comment", "kind", "respondent", "min_tier", "weight", "mandatory", "valid_for",
    "knock_out", "risk", "resolve", "counts", "applies", "allow_not_applicable",
    "evidence_expected", "max_length", "text", "why", "good_evidence", "help", "options", "curve",
    "date", "own", "gate",
)  # fmt: skip
OPTION: Final = ("key", "comment", "label", "risk", "exclusive")
_ORDERS: Final[Mapping[str, Sequence[str]]] = {
    "sections": SECTION,
    "questions": QUESTION,
    "children": QUESTION,
    "options": OPTION,
    "knock_out": ("at", "floor", "block", "reason"),
    "risk": ("yes", "no"),
    "applies": ("ip_kinds", "services", "tiers"),
    "curve": ("points", "unit", "minimum", "maximum", "whole"),
    "date": ("risk", "clock", "past_only"),
    "own": ("weight", "compliant", "half"),
    "own_rule": ("name", "measure"),
    "gate": ("opens_on", "children"),
}
_TEXTS: Final = frozenset(
    {"title", "intro", "text", "why", "good_evidence", "help", "label", "reason", "unit"}
)
#: Lists of these hold blank lines between their parts.
_AIRED: Final = frozenset({"sections", "questions"})
#: Begins with a letter, and holds nothing that YAML gives a meaning to.
_PLAIN: Final = re.compile(r"[^\W\d_](?:[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]*[^\s])?\Z")
_PLAIN_IN_A_LIST: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_WORDS: Final = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "nan"}
)
#: JSON writes these as they are; YAML does not take them so.
_ESCAPED: Final = re.compile(r"[\x7f-\xa0\u2028\u2029\ufeff]")


def write(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as canonical YAML; ``schema.load`` gives it back."""
    data = questionnaire.to_data()
    lines = _mapping(data, FILE, 0, questionnaire.languages)
    return "\n".join(line.rstrip(" ") if not line.strip() else line for line in lines) + "\n"


def _mapping(
    node: Mapping[str, Any], order: Sequence[str], depth: int, languages: Sequence[str]
) -> Iterator[str]:
    unknown = set(node) - set(order)
    if unknown:
        raise ValueError(f"no place is known for {sorted(unknown)}")
    for name in order:
        if name in node:
            yield from _field(name, node[name], depth, languages)


def _field(name: str, value: Any, depth: int, languages: Sequence[str]) -> Iterator[str]:
    pad = " " * depth
    lead = f"{pad}{_scalar(name, depth)}:"
    if name in _TEXTS and isinstance(value, Mapping):
        yield lead
        for language in languages:
            if language in value:
                inner = " " * (depth + 2) + _scalar(language, depth)
                yield f"{inner}: {_scalar(value[language], depth + 2)}"
    elif value in ({}, []):
        yield f"{lead} {value}"
    elif isinstance(value, Mapping):
        yield lead
        yield from _mapping(value, _ORDERS[name], depth + 2, languages)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield lead
        for index, part in enumerate(value):
            if name in _AIRED and (index or name == "sections"):
                yield ""
            yield from _dashed(_mapping(part, _ORDERS[name], depth + 4, languages), depth + 2)
    elif isinstance(value, list) and value and isinstance(value[0], list):
        yield lead
        for part in value:
            yield f"{' ' * (depth + 2)}- {_flow(part)}"
    elif isinstance(value, list):
        yield f"{lead} {_flow(value)}"
    else:
        yield f"{lead} {_scalar(value, depth)}"


def _dashed(lines: Iterator[str], depth: int) -> Iterator[str]:
    """The lines of a part of a list, the first one led by its dash."""
    first = next(lines)
    yield f"{' ' * depth}- {first[depth + 2 :]}"
    yield from lines


def _flow(values: Sequence[Any]) -> str:
    words = (
        value
        if isinstance(value, str) and _PLAIN_IN_A_LIST.match(value) and not _is_word(value)
        else _quoted(value)
        if isinstance(value, str)
        else _scalar(value, 0)
        for value in values
    )
    return f"[{', '.join(words)}]"


def _scalar(value: Any, depth: int) -> str:
    """One value; a text of several lines goes below, indented by two more than ``depth``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    if not isinstance(value, str):
        return str(value)
    if _fits_a_block(value):
        pad = " " * (depth + 2)
        return "|-\n" + "\n".join(f"{pad}{line}" if line else "" for line in value.split("\n"))
    if (
        _PLAIN.match(value)
        and ": " not in value
        and " #" not in value
        and not value.endswith(":")
        and not _is_word(value)
    ):
        return value
    return _quoted(value)


def _float(value: float) -> str:
    """As Python writes it, with the point that YAML needs to see a number: 1.0e-07."""
    written = repr(value)
    if "e" in written and "." not in written:
        written = written.replace("e", ".0e")
    return written


def _is_word(value: str) -> bool:
    return value.lower() in _WORDS


def _fits_a_block(value: str) -> bool:
    lines = value.split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith((" ", "\t"))
        and "\t" not in value
        and not _ESCAPED.search(value)
        and all(line == "" or line.strip() for line in lines)
    )


def _quoted(value: str) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
