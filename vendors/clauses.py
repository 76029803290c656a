"""The checklist of clauses, read from `vendors/data/clauses.yaml`. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, ValidationError, model_validator

from vendors.question_file import (
    Frozen,
    Key,
    QuestionFileInvalid,
    Text,
    problems_of,
    read_translated,
    read_yaml,
)

CLAUSES_FILE: Final = Path(__file__).parent / "data" / "clauses.yaml"


class ClauseDefinition(Frozen):
    """One point: why it matters, what to ask for, and what can be lived with."""

    key: Key
    title: Text
    why: Text
    weight: Annotated[int, Field(ge=1, le=5)]
    preferred: Text
    fallback: Text
    # An exclusive licence may stand in for an assignment.
    licence: bool = False
    # ISO 3166-1 codes of countries whose law lets authors license but not assign.
    no_assignment: tuple[str, ...] = ()


class ClauseGroup(Frozen):
    """Points that belong together."""

    key: Key
    title: Text
    clauses: Annotated[tuple[ClauseDefinition, ...], Field(min_length=1)]


class Checklist(Frozen):
    """All points, in the order in which they are shown."""

    version: str
    groups: Annotated[tuple[ClauseGroup, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [clause.key for group in self.groups for clause in group.clauses]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"stand there twice: {', '.join(twice)}")
        return self

    @cached_property
    def by_key(self) -> Mapping[str, ClauseDefinition]:
        """Every point by its key, in their order."""
        return {clause.key: clause for group in self.groups for clause in group.clauses}


def parse_checklist(text: str) -> Checklist:
    """The checklist in a YAML text. Raises QuestionFileInvalid with the place of each problem."""
    return _checklist_of(read_yaml(text))


def _checklist_of(data: Any) -> Checklist:
    try:
        return Checklist.model_validate(data)
    except ValidationError as error:
        raise QuestionFileInvalid(problems_of(error)) from error


@cache
def checklist() -> Checklist:
    """The checklist as it is delivered."""
    return _checklist_of(read_translated(CLAUSES_FILE))
