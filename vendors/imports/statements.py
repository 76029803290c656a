"""A list of statements: which column holds what, and each row as a statement or its problems."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from audit.errors import Invalid
from vendors import master_data, statement_data
from vendors.imports import cells
from vendors.imports.cells import Problem
from vendors.imports.columns import field_of as vendor_field_of
from vendors.imports.table import Line, Table
from vendors.models.statement import LINES

#: Columns that say whose statement it is.
IDENTITY: Final = ("external_id", "system", "lei", "name")
_HEADINGS: Final[Mapping[str, str]] = {
    "fiscal_year": "fiscal year|year|fy|financial year|geschaeftsjahr|geschaftsjahr",
    "period_end": """period end|last day of the period|period ending|year end|balance sheet date|
        fiscal year end|reporting date|stichtag|bilanzstichtag""",
    "months": "months|period months|length in months",
    "currency": "currency|reporting currency|waehrung|wahrung",
    "scale": "unit|scale|amounts are in|units|amounts in|einheit",
    "source": "source|audited|assurance|audit status|quality",
    "scope": "covers|scope|consolidated|basis|consolidation",
    "going_concern_doubt": "doubt about going concern|going concern doubt|going concern",
    "declined": "declined to disclose|declined|refused",
    "total_assets": "total assets|assets|bilanzsumme|balance sheet total",
    "current_assets": "current assets|total current assets|umlaufvermoegen|umlaufvermogen",
    "inventories": "inventories|inventory|stocks|vorraete|vorrate",
    "cash": "cash|cash and cash equivalents|cash and equivalents",
    "intangible_assets": """intangible assets and goodwill|intangible assets|intangibles|
        goodwill and intangibles""",
    "current_liabilities": "current liabilities|total current liabilities|short term liabilities",
    "total_liabilities": "total liabilities|liabilities|verbindlichkeiten",
    "debt": "interest bearing debt|debt|total debt|financial debt|borrowings",
    "retained_earnings": "retained earnings|accumulated profit|gewinnruecklagen|gewinnrucklagen",
    "equity": """equity|total equity|shareholders equity|book value of equity|net worth|
        stockholders equity|eigenkapital""",
    "sales": "sales|revenue|revenues|net sales|turnover|total revenue|umsatz|umsatzerloese",
    "ebit": "ebit|operating result|operating profit|operating income",
    "depreciation": """depreciation and amortisation|depreciation and amortization|depreciation|
        d a|abschreibungen""",
    "ebitda": "ebitda",
    "interest_expense": "interest expense|interest|interest paid|finance costs|zinsaufwand",
    "net_income": "net income|net profit|profit for the year|net result|jahresueberschuss",
    "funds_from_operations": "funds from operations|ffo",
    "market_value": "market value of equity|market capitalisation|market capitalization|market cap",
    "kept_at": "where the document is kept|document|location of document|link",
    "note": "note|notes|comment|remark|remarks",
}
_FIELD_OF: Final[Mapping[str, str]] = {
    heading.strip(): name for name, words in _HEADINGS.items() for heading in words.split("|")
}
_SCALES: Final[Mapping[str, int]] = {
    "1": 1, "units": 1, "single units": 1, "unit": 1, "one": 1, "full": 1,
    "1000": 1_000, "thousand": 1_000, "thousands": 1_000, "k": 1_000, "t": 1_000, "tsd": 1_000,
    "1000000": 1_000_000, "million": 1_000_000, "millions": 1_000_000, "m": 1_000_000,
    "mn": 1_000_000, "mio": 1_000_000,
}  # fmt: skip
_SOURCES: Final[Mapping[str, str]] = {
    "audited": "audited", "yes": "audited", "geprueft": "audited", "gepruft": "audited",
    "reviewed": "reviewed", "reviewed by an accountant": "reviewed",
    "unaudited": "unaudited", "not audited": "unaudited", "no": "unaudited",
    "estimate": "estimate", "estimated": "estimate",
}  # fmt: skip
_SCOPES: Final[Mapping[str, str]] = {
    "company": "company", "the company alone": "company", "no": "company", "single": "company",
    "group": "group", "the group consolidated": "group", "consolidated": "group", "yes": "group",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One statement as a line of the list describes it, cleaned; whose it is, as written."""

    line: int
    identity: Mapping[str, str]
    values: Mapping[str, Any]
    cells: Mapping[str, str] = field(default_factory=dict)


def field_of(heading: str) -> str | None:
    """The field that a column with this heading holds; None where it is not known."""
    key = master_data.name_key(heading.replace("_", " ").replace("/", " "))
    if key in _FIELD_OF:
        return _FIELD_OF[key]
    found = vendor_field_of(heading)
    return found if found in IDENTITY else None


def known_headings(row: Sequence[str]) -> int:
    """How many headings of a row are known; 0 where the fiscal year is not among them."""
    found = {field_of(cell) for cell in row if len(cell) < 60} - {None}
    return len(found) if "fiscal_year" in found else 0


def wanted() -> str:
    """What a list that cannot be used lacks."""
    return _("No column with the fiscal year was found. Give it the heading “fiscal year”.")


def columns_of(header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """(field -> index of its column, headings that are not used). The first of two counts."""
    used: dict[str, int] = {}
    unused: list[str] = []
    for index, heading in enumerate(header):
        name = field_of(heading)
        if name is not None and name not in used:
            used[name] = index
        elif heading:
            unused.append(heading)
    return used, unused


def missing_columns(used: Mapping[str, int], *, of_one_vendor: bool) -> list[str]:
    """Sentences about columns without which nothing can be read."""
    said = []
    if not of_one_vendor and not set(used) & {"external_id", "lei", "name"}:
        said.append(
            _("No column says whose statement it is. Add “vendor id”, “LEI” or “vendor name”.")
        )
    if not set(used) & {*LINES, "declined"}:
        said.append(_("No column holds a figure. Add at least “total assets”."))
    return said


def rows(table: Table, formulas: frozenset[str], *, today: date) -> Iterator[Row | list[Problem]]:
    """Each line as a statement, or as what is wrong with it."""
    used, _unused = columns_of(table.header)
    mark = "."
    if table.kind == "csv":
        mark = cells.decimal_mark(
            line.cells[index]
            for line in table.lines
            for name, index in used.items()
            if name in LINES and index < len(line.cells)
        )
    for line in table.lines:
        yield _Reading(table, used, formulas, mark, line).row(today)


class _Reading:
    """One line, being read."""

    def __init__(
        self,
        table: Table,
        used: Mapping[str, int],
        formulas: frozenset[str],
        mark: str,
        line: Line,
    ) -> None:
        self._table, self._used, self._formulas = table, used, formulas
        self._mark, self._line = mark, line
        self._problems: list[Problem] = []

    def row(self, today: date) -> Row | list[Problem]:
        if self._line.broken:
            return [Problem(self._line.number, "", "", "", self._line.broken)]
        identity = {name: self._text(name) for name in IDENTITY if name in self._used}
        values: dict[str, Any] = {}
        for name in self._used:
            if name in IDENTITY:
                continue
            try:
                self._refuse_formula(name)
                values[name] = self._value(name, self._text(name))
            except ValueError as error:
                self._note(name, str(error))
        for name in identity:
            try:
                self._refuse_formula(name)
            except ValueError as error:
                self._note(name, str(error))
        if self._problems:
            return self._problems
        try:
            cleaned = statement_data.clean(values, today=today)
        except Invalid as refused:
            for name, messages in refused.extra["errors"].items():
                for message in messages:
                    self._note(name, message)
            return self._problems
        return Row(self._line.number, identity, cleaned, {n: self._cell(n) for n in self._used})

    def _text(self, name: str) -> str:
        index = self._used[name]
        return self._line.cells[index].strip() if index < len(self._line.cells) else ""

    def _cell(self, name: str) -> str:
        if self._table.kind == "csv" or name not in self._used:
            return ""
        return cells.name_of(self._used[name], self._line.number)

    def _refuse_formula(self, name: str) -> None:
        if self._cell(name) in self._formulas:
            raise ValueError(_("This is a formula, or its error. Paste the value instead."))
        cells.refuse_formula(self._text(name))

    def _note(self, name: str, reason: str) -> None:
        known = name in self._used
        heading = self._table.header[self._used[name]] if known else str(_label(name))
        value = self._text(name) if known else ""
        self._problems.append(
            Problem(self._line.number, self._cell(name), heading, value[:80], reason)
        )

    def _value(self, name: str, text: str) -> Any:
        if name in LINES:
            return cells.number(text, self._mark)
        match name:
            case "fiscal_year" | "months":
                return _whole(name, text)
            case "period_end":
                return cells.day(text)
            case "scale":
                return _coded(text, _SCALES, _("Write units, thousands or millions."), 1)
            case "source":
                return _coded(
                    text, _SOURCES, _("Write audited, reviewed, unaudited or estimate."), ""
                )
            case "scope":
                return _coded(text, _SCOPES, _("Write company or group."), "company")
            case "declined" | "going_concern_doubt":
                return cells.yes(text)
        return text


def _whole(name: str, text: str) -> int | None:
    found = cells.number(text, ".")
    if found is None:
        return 12 if name == "months" else None
    if found != int(found):
        raise ValueError(_("Write a whole number."))
    return int(found)


def _coded(text: str, codes: Mapping[str, Any], message: str, nothing: Any) -> Any:
    if cells.is_nothing(text):
        return nothing
    key = master_data.name_key(text)
    if key.replace(" ", "") in codes:
        return codes[key.replace(" ", "")]
    if key not in codes:
        raise ValueError(message)
    return codes[key]


def _label(name: str) -> Any:
    return LINES[name] if name in LINES else label(name)


def label(name: str) -> str:
    """What a field other than a line is called."""
    return {
        "fiscal_year": _("Fiscal year"),
        "period_end": _("Last day of the period"),
        "months": _("Months"),
        "currency": _("Currency"),
        "scale": _("Unit"),
        "source": _("Source"),
        "scope": _("Covers"),
        "going_concern_doubt": _("Doubt about going concern"),
        "declined": _("Declined to disclose"),
        "kept_at": _("Where the document is kept"),
        "note": _("Note"),
        "external_id": _("Vendor id"),
        "system": _("System"),
        "lei": _("LEI"),
        "name": _("Vendor name"),
    }.get(name, str(LINES.get(name, name)))
