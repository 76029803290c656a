"""The table of who may do what, read from `matrix.txt`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_TABLE = Path(__file__).with_name("matrix.txt")

#: Column of the table -> the persona of this unit.
HERE = {
    "admin": "admin",
    "uadmin": "unit_admin",
    "proc": "procurement",
    "legal": "legal",
    "audit": "auditor",
    "client": "api_client",
    "none": "member_of_nothing",
    "visitor": "visitor",
}
#: Column of the table -> the same role in another unit.
ELSEWHERE = {
    "uadmin": "outsider_admin",
    "proc": "outsider_procurement",
    "legal": "outsider_legal",
    "audit": "outsider_auditor",
    "client": "outsider_client",
}
#: What an address can name that is not an object of a unit: parts of one, and guesses.
#: The scoring method is one for all units.
NOT_OBJECTS = {
    "section",
    "stage",
    "tier",
    "step",
    "question",
    "clause",
    "guess",
    # Keys of the one who asks.
    "guess_number",
    "unknown",
    # Questionnaires are one set for all units.
    "questionnaire",
    "questionnaire_file",
    "system",
    "method",
    "method_draft",
    "method_hash",
    "questionnaire_hash",
    # Questionnaires are one for all units.
    "questionnaire_draft",
    "draft_section",
    "draft_question",
    "move_run",
    "run",
    "watch_list",
    "list_number",
    "list_upload",
    "list_upload_under_way",
    "indicator",
    "rate_import",
    # Countries and what is recorded about them are one for all units.
    "country",
    "country_id",
    "law_fact",
    "country_rating",
    "index_edition",
    "year",
    # A notification of nobody who asks; letters hold addresses of all units.
    "nobodys",
    "letter",
    # Only who administers all units renames one.
    "business_unit",
}
#: Answers that say nothing about the object that was named: they come before it is looked up.
REFUSED_BEFORE_LOOKING = {"401", "403", "405", "in"}


@dataclass(frozen=True)
class Line:
    """An address and a method, with what each role gets."""

    method: str
    name: str
    expected: Mapping[str, str]
    far: str
    objects: Mapping[str, str]
    body: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    @property
    def is_api(self) -> bool:
        """Whether it speaks JSON and knows no browser session."""
        return self.name.startswith("api:")

    def expected_of_outsider(self, column: str) -> set[str]:
        """What the role of this column may get here when it is held in another unit only."""
        here = self.expected[column]
        if self.far == "-":
            return {here}
        # A page that looks for the object before it looks at the role says 404 to all outsiders.
        return {here, self.far} if here in REFUSED_BEFORE_LOOKING else {self.far}


def lines() -> list[Line]:
    """The table."""
    rows = [
        row.split() for row in _TABLE.read_text().splitlines() if row and not row.startswith("#")
    ]
    head, *body = rows
    columns = head[1:-2]
    assert columns == list(HERE)
    return [_line(row, columns) for row in body]


def _line(row: list[str], columns: list[str]) -> Line:
    method, name, *cells = row
    codes, (far, *more) = cells[: len(columns)], cells[len(columns) :]
    return Line(
        method,
        name,
        expected=dict(zip(columns, codes, strict=True)),
        far=far,
        objects=dict(one.split("=", 1) for one in more if not one.startswith("&")),
        body=dict(one[1:].split("=", 1) for one in more if one.startswith("&")),
    )


@dataclass(frozen=True)
class Route:
    """An address as the resolver knows it."""

    name: str
    parameters: frozenset[str]
    view: Any


def routes() -> list[Route]:
    """Every address that is served, whoever added it."""
    return list(_routes(get_resolver().url_patterns))


def _routes(
    patterns: list[URLPattern | URLResolver], space: str = "", outer: frozenset[str] = frozenset()
) -> Iterator[Route]:
    for pattern in patterns:
        parameters = outer | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, inner, parameters)
        else:
            yield Route(f"{space}{pattern.name or ''}", parameters, pattern.callback)
