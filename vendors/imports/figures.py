"""The file of an index: a country and its value per row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from accounts.figures import figure
from vendors import master_data
from vendors.imports.columns import country_code
from vendors.imports.rows import Said
from vendors.imports.table import Line, Table, Unreadable, read

#: Headings of the two columns that are read, as `master_data.name_key` writes them.
_COUNTRY: Final = frozenset(
    {
        *("country", "country code", "country name", "country territory", "country jurisdiction"),
        *("code", "iso", "iso2", "iso code", "iso country code", "economy", "jurisdiction", "land"),
    }
)
_VALUE: Final = frozenset(
    {
        *("value", "score", "index", "overall score", "index score", "figure", "estimate"),
        *("rule of law", "rule of law index", "overall", "wert", "punkte"),
    }
)
_ERRORS: Final = re.compile(r"#(REF!|VALUE!|N/A|NAME\?|DIV/0!|NULL!|NUM!)", re.IGNORECASE)
_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a file says: country code -> value; what cannot be taken, by line and column."""

    values: Mapping[str, Decimal]
    problems: Sequence[Said]
    country_heading: str
    value_heading: str
    rows: int


def _known(row: Sequence[str]) -> int:
    """A heading that we know counts much; two cells filled in make a row a header at least."""
    keys = [master_data.name_key(cell) for cell in row]
    known = sum(key in _COUNTRY or key in _VALUE for key in keys)
    return known * 10 + (sum(bool(key) for key in keys) > 1)


def figures(content: bytes, *, best: Decimal, worst: Decimal) -> Figures:
    """The figures of a CSV file or a workbook, each within the scale from `best` to `worst`.

    Raises Unreadable with a sentence where the file cannot be read or lacks a column.
    """
    table = read(content, is_header=_known)
    country, value = _columns(table)
    made: dict[str, Decimal] = {}
    lines: dict[str, int] = {}
    problems: list[Said] = []
    for line in table.lines:
        found = _row(line, table, country, value, sorted((best, worst)))
        if isinstance(found, Said):
            problems.append(found)
            continue
        code, number = found
        if code in made:
            problems.append(
                Said(
                    line.number,
                    table.header[country],
                    code,
                    _("This country stands on line %(line)d already.") % {"line": lines[code]},
                )
            )
            continue
        made[code], lines[code] = number, line.number
    return Figures(made, problems, table.header[country], table.header[value], len(table.lines))


def _columns(table: Table) -> tuple[int, int]:
    keys = [master_data.name_key(cell) for cell in table.header]
    country = next((at for at, key in enumerate(keys) if key in _COUNTRY), None)
    value = next((at for at, key in enumerate(keys) if key in _VALUE), None)
    missing = [name for name, at in (("“country”", country), ("“value”", value)) if at is None]
    if country is None or value is None:
        found = ", ".join(f"“{cell[:40]}”" for cell in table.header[:12] if cell)
        raise Unreadable(
            _("There is no column %(missing)s. The first row has: %(found)s.")
            % {"missing": _(" and ").join(missing), "found": found or _("nothing")}
        )
    return country, value


def _row(
    line: Line, table: Table, country: int, value: int, scale: Sequence[Decimal]
) -> tuple[str, Decimal] | Said:
    def said(at: int, reason: str) -> Said:
        cell = line.cells[at] if at < len(line.cells) else ""
        return Said(line.number, table.header[at], cell[:120], reason)

    if line.broken:
        return Said(line.number, "", " ".join(line.cells)[:120], line.broken)
    cells = [*line.cells, *[""] * len(table.header)]
    for at in (country, value):
        if cells[at].lstrip().startswith("=") or _ERRORS.search(cells[at]):
            return said(at, _("This is a formula or its error. Put the value itself there."))
    text = master_data.tidy(cells[country])
    if not text:
        return said(country, _("The country is missing."))
    code = country_code(text)
    if code is None:
        return said(
            country, _("This country is not known. Use its code, such as VN; NA is Namibia.")
        )
    number = _number(cells[value])
    if number is None:
        return said(value, _("This is not a number. Leave out rows without a value."))
    if not scale[0] <= number <= scale[1]:
        return said(
            value,
            _("This is outside the scale from %(low)s to %(high)s.")
            % {"low": figure(scale[0]), "high": figure(scale[1])},
        )
    return code, number


def _number(cell: str) -> Decimal | None:
    """A number with a point or a comma for its decimals; None for anything else."""
    text = cell.strip().replace("\u2212", "-").replace("\u00a0", "")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    if not re.fullmatch(r"[-+]?\d{1,5}(\.\d+)?(e-?\d)?", text, re.IGNORECASE):
        return None
    try:
        return Decimal(text).quantize(_PLACES)
    except InvalidOperation:
        return None
