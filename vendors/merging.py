"""Two people changed the same row: what can be joined, and what needs a person. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Merged:
    """`values`: theirs, with every change of mine on top. `clashes`: fields both changed, apart."""

    values: dict[str, Any]
    clashes: tuple[str, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Join what I changed since `base` with what they changed since.

    A field that only one of us touched takes that one's value. One that we both set, differently,
    keeps mine and is named among the clashes.
    """
    touched = {field for field, value in mine.items() if value != base.get(field)}
    clashes = tuple(
        field
        for field in mine
        if field in touched
        and theirs.get(field) != base.get(field)
        and theirs.get(field) != mine[field]
    )
    return Merged({**theirs, **{field: mine[field] for field in touched}}, clashes)
