"""What the page of a mapping shows of a foreign workbook, and saved layouts put to use."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from assessments.exchange import book
from assessments.exchange.foreign import guessing, rows
from assessments.exchange.foreign.build import section_of
from assessments.exchange.foreign.mapping import Mapping, Role, plain
from assessments.models import Layout

#: Rows of the file that the page shows.
_ROWS: Final = 5
_SHORT: Final = 90


@dataclass(frozen=True)
class Sample:
    """A foreign workbook as its mapping stands.

    sheets: (name, rows, row of the headings that looks likeliest). columns: (heading, first
    values). answers, weights: plain word -> (as written, how often). sections: titles in order.
    """

    sheets: Sequence[tuple[str, int, int]]
    columns: Sequence[tuple[str, Sequence[str]]]
    answers: dict[str, tuple[str, int]]
    weights: dict[str, tuple[str, int]]
    sections: Sequence[str]
    questions: int


def sample(content: bytes, mapping: Mapping) -> Sample:
    """What the workbook holds, read by the mapping as it stands."""
    found = book.read(content)
    read = rows.read(found, mapping)
    sections = list(dict.fromkeys(section_of(item) for item in read.items))
    return Sample(
        sheets=[(one.name, len(one.rows), rows.header_row(one)) for one in found.sheets],
        columns=_columns(found, mapping),
        answers=guessing.answer_labels(read),
        weights=rows.labels(read.items, Role.WEIGHT),
        sections=sections[:200],
        questions=len(read.items),
    )


def _columns(found: book.Book, mapping: Mapping) -> list[tuple[str, Sequence[str]]]:
    values: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for name, header in mapping.sheets.items():
        sheet = found.sheet(name)
        if sheet is None:
            continue
        for at, heading in rows.headings(sheet, header):
            names.setdefault(plain(heading), heading)
            said = values.setdefault(plain(heading), [])
            for row in range(header, len(sheet.rows)):
                text = sheet.text(row, at).strip()
                if text and len(said) < _ROWS and text[:_SHORT] not in said:
                    said.append(text[:_SHORT])
                if len(said) >= _ROWS:
                    break
    return [(names[key], said) for key, said in values.items()]


def with_layout(content: bytes, mapping: Mapping, layout: Layout) -> Mapping:
    """The mapping with what a saved layout says; sheets it does not name are looked at anew."""
    found = book.read(content)
    data = {**mapping.as_json(), **layout.mapping}
    there = {one.name for one in found.sheets}
    data["sheets"] = {
        name: row for name, row in data["sheets"].items() if name in there
    } or mapping.sheets
    return guessing.words(found, Mapping.from_json(data))


def refreshed(content: bytes, mapping: Mapping) -> Mapping:
    """The mapping with the words that other columns brought in, as far as they can be guessed."""
    found = book.read(content)
    headings = {plain(one) for one in guessing.all_headings(found, mapping.sheets)}
    columns = {name: role for name, role in mapping.columns.items() if name in headings}
    return guessing.words(found, replace(mapping, columns=columns or mapping.columns))
