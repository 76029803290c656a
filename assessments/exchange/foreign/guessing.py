"""A first mapping of a workbook, from what it looks like; people correct it on the pages."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from assessments.exchange.book import Book
from assessments.exchange.foreign import profiles, rows
from assessments.exchange.foreign.mapping import (
    REPEATABLE,
    Mapping,
    Meaning,
    Role,
    guess_columns,
    meaning_of,
    plain,
    weight_of,
)
from assessments.schema import Dimension

#: A column of answers with more different words than this holds texts, not labels.
_MOST_LABELS: Final = 40
_LONGEST_LABEL: Final = 60
#: Words in the title of a section -> its dimension.
_DIMENSIONS: Final = (
    (Dimension.FINANCIAL_STABILITY, ("financ", "insurance", "continuity", "company")),
    (Dimension.TRAINING_AWARENESS, ("training", "awareness", "human resources", "people")),
    (Dimension.CONTRACT_TERMS, ("contract", "agreement", "terms", "sla", "supply chain")),
    (Dimension.MONITORING_ENFORCEMENT, ("monitor", "audit", "logging", "incident", "assurance")),
    (Dimension.LIABILITIES, ("liabilit", "indemnit")),
    (Dimension.IP_LAW_COMPLIANCE, ("legal", "compliance", "privacy", "intellectual", "licen")),
)


def first(book: Book, *, file_name: str = "") -> Mapping:
    """The mapping to begin with: the sheets that look like lists, and the roles of columns."""
    found: dict[str, int] = {}
    by_content: dict[str, str] = {}
    for sheet in book.sheets:
        header = rows.header_row(sheet)
        names = [heading for _at, heading in rows.headings(sheet, header)]
        guessed = guess_columns(names)
        if header and Role.TEXT.value not in guessed.values():
            told = rows.by_content(sheet, header)
            by_content |= {plain(heading): role.value for heading, role in told.items()}
            guessed |= by_content if told else {}
        if header and Role.TEXT.value in guessed.values():
            found[sheet.name] = header
    headings = list(all_headings(book, found))
    columns = guess_columns(headings)
    profile = profiles.matching(headings)
    base: dict[str, Any] = dict(profile.mapping) if profile else {}
    if profile:
        columns = _completed(profile.mapping["columns"], columns, headings)
    columns |= {name: role for name, role in by_content.items() if name not in columns}
    name = file_name.rpartition(".")[0] or file_name
    mapping = Mapping.from_json(
        {
            **base,
            "columns": columns,
            "sheets": found,
            "title": name[:150] or "Questionnaire",
            "key": _slug(name),
        }
    )
    return words(book, mapping)


def _completed(
    known: dict[str, str], guessed: dict[str, str], headings: Iterable[str]
) -> dict[str, str]:
    """The columns of a known layout that are there, and what can be guessed of the others."""
    there = {plain(one) for one in headings}
    columns = {heading: role for heading, role in known.items() if heading in there}
    for heading, role in guessed.items():
        if Role(role) in REPEATABLE or role not in columns.values():
            columns.setdefault(heading, role)
    return columns


def all_headings(book: Book, sheets: dict[str, int]) -> Iterable[str]:
    """The headings of the chosen sheets, each once, in order."""
    seen: set[str] = set()
    for name, header in sheets.items():
        sheet = book.sheet(name)
        if sheet is None:
            continue
        for _at, heading in rows.headings(sheet, header):
            if plain(heading) not in seen:
                seen.add(plain(heading))
                yield heading


def words(book: Book, mapping: Mapping) -> Mapping:
    """The mapping with a meaning guessed for each answer and importance not mapped yet."""
    found = rows.read(book, mapping)
    answers = dict(mapping.answers)
    for label in answer_labels(found):
        if label not in answers and (meaning := meaning_of(label)):
            answers[label] = meaning.value
    weights = dict(mapping.weights)
    for word in rows.labels(found.items, Role.WEIGHT):
        if word not in weights and (weight := weight_of(word)) is not None:
            weights[word] = weight
    return replace(mapping, answers=answers, weights=weights)


def answer_labels(found: rows.Rows) -> dict[str, tuple[str, int]]:
    """The labels whose meaning has to be known: of compliant answers, and of short answers."""
    compliant = rows.labels(found.items, Role.COMPLIANT)
    judged = found.items
    if compliant:
        judged = [one for one in judged if meaning_of(one.get(Role.COMPLIANT)) != Meaning.BLANK]
    said = {
        label: pair
        for label, pair in rows.labels(judged, Role.ANSWER).items()
        if compliant or meaning_of(label) or (pair[1] > 1 and len(label) <= _LONGEST_LABEL)
    }
    many = len(said) > _MOST_LABELS
    return {
        label: pair
        for label, pair in (compliant | said).items()
        if not many or label in compliant or pair[1] > 1 or meaning_of(label)
    }


def dimension_of(title: str) -> Dimension:
    """The dimension that the title of a section most likely belongs to."""
    said = plain(title)
    return next(
        (one for one, names in _DIMENSIONS if any(name in said for name in names)),
        Dimension.TECHNOLOGY_PROTECTION,
    )


def _slug(name: str) -> str:
    bare = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower())
    bare = "-".join(part for part in bare.split("-") if part)[:50]
    return bare if bare[:1].isalpha() else f"q-{bare}".rstrip("-")
