"""Lists of contracts and of policies: which column holds what, and each row as values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vendors import master_data
from vendors.clauses import checklist
from vendors.imports import cells
from vendors.imports.cells import Problem
from vendors.imports.columns import country_code
from vendors.imports.columns import field_of as vendor_field_of
from vendors.imports.table import Line, Table
from vendors.models import Clause, Contract, InsurancePolicy

#: Columns that say whose it is; `engagement` only of contracts.
IDENTITY: Final = ("external_id", "system", "lei", "name", "engagement")
_COMMON: Final[Mapping[str, str]] = {
    "engagement": "engagement|engagement title|project|for|work|auftrag",
    "note": "note|notes|comment|remark|remarks",
}
_CONTRACT: Final[Mapping[str, str]] = {
    "title": "title|contract|contract title|contract name|agreement|document|vertrag",
    "reference": """reference|contract number|contract no|contract id|agreement number|number|
        contract reference|vertragsnummer""",
    "status": "status|contract status|state",
    "our_party": "our party|our contracting party|our entity|our company",
    "vendor_party": "vendor party|the vendors contracting party|their party|contracting party",
    "signed_on": "signed on|signed|signature date|date signed|unterzeichnet",
    "starts_on": "starts on|start|start date|effective date|valid from|from|beginn",
    "ends_on": "ends on|end|end date|expiry date|expires on|expiry|valid to|until|ende",
    "renewal": "renewal|at the end|renews",
    "renewal_months": "renews by|renewal months|renewal term|renewal period|months of renewal",
    "notice_days": "notice period|notice days|days of notice|notice|kuendigungsfrist",
    "notice_by": "notice by|last day for notice|notice date",
    "law_country": "governing law|law|applicable law|country of law|recht",
    "law_region": "state or region|state of law|region of law",
    "forum": "forum|disputes go to|dispute resolution",
    "forum_place": "court or seat|seat|court|place of jurisdiction|gerichtsstand",
    "forum_rules": "rules of arbitration|arbitration rules|rules",
    "cap_kind": "cap on liability|cap kind|kind of cap|liability cap kind",
    "cap_amount": "amount of the cap|cap|cap amount|liability cap|haftungsgrenze",
    "cap_currency": "currency of the cap|cap currency|currency",
    "cap_percent": "percentage of the yearly fees|cap percent|cap in percent",
    "carve_outs": "what the cap does not cover|carve outs|carved out|exceptions from the cap",
    "indemnity": "indemnity for ip claims of others|indemnity|ip indemnity kind",
    "indemnity_amount": "limit of the indemnity|indemnity limit|indemnity amount",
    "indemnity_currency": "currency of the limit|indemnity currency",
    "kept_at": "where the document is kept|kept at|location|link|archive|ablage",
}
_POLICY: Final[Mapping[str, str]] = {
    "kind": "kind|kind of insurance|type|line|coverage|cover",
    "insurer": "insurer|insurance company|carrier|underwriter|versicherer",
    "number": "policy number|policy|policy no|number|certificate number|police",
    "status": "status|state",
    "limit": """limit|limit for the period|sum insured|aggregate limit|limit of indemnity|
        deckungssumme""",
    "per_claim": "limit per claim|per claim|each claim",
    "currency": "currency|waehrung|wahrung",
    "deductible": "deductible|excess|retention|selbstbehalt",
    "eroded": "used up|eroded|used up by other claims|erosion",
    "excluded_percent": """share of an ip loss that is excluded|ip excluded|excluded percent|
        excluded""",
    "exclusions": "exclusions|exclusions that concern ip",
    "territory": "territory|territorial scope",
    "valid_from": "from|valid from|start|start date|inception|beginn",
    "expires_on": "expires on|expiry|expiry date|valid to|until|end|end date|ablauf",
    "certificate_seen_on": "certificate seen on|certificate seen|i have seen the certificate on",
}
_DAYS: Final = frozenset(
    {"signed_on", "starts_on", "ends_on", "notice_by", "valid_from", "expires_on",
     "certificate_seen_on"}
)  # fmt: skip
_NUMBERS: Final = frozenset(
    {"renewal_months", "notice_days", "cap_amount", "cap_percent", "indemnity_amount", "limit",
     "per_claim", "deductible", "eroded", "excluded_percent"}
)  # fmt: skip
_CHOICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "contracts": {
        "status": Contract.Status,
        "renewal": Contract.Renewal,
        "forum": Contract.Forum,
        "cap_kind": Contract.Cap,
        "indemnity": Contract.Indemnity,
    },
    "policies": {"status": InsurancePolicy.Status, "kind": InsurancePolicy.Kind},
}
#: Columns whose heading is a point of the checklist, by this prefix.
POINT: Final = "clause:"


@dataclass(frozen=True)
class Layout:
    """A kind of list: its headings, what it needs, and the sentence where that is missing."""

    kind: str
    field_of: Mapping[str, str]
    key: str
    needed: Sequence[str]
    wanted: str | Promise


@dataclass(frozen=True)
class Row:
    """One line: whose it is as written, values by field, points by key; where each cell is."""

    line: int
    identity: Mapping[str, str]
    values: Mapping[str, Any]
    points: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


def _words(headings: Mapping[str, str]) -> dict[str, str]:
    return {
        heading.strip(): name for name, words in headings.items() for heading in words.split("|")
    }


def _points() -> dict[str, str]:
    """Titles and keys of the checklist, as headings."""
    found: dict[str, str] = {}
    for key, one in checklist().by_key.items():
        for words in (key.replace("_", " "), *one.title.root.values()):
            found[master_data.name_key(words)] = f"{POINT}{key}"
    return found


CONTRACTS: Final = Layout(
    "contracts",
    {**_points(), **_words(_COMMON), **_words(_CONTRACT)},
    "title",
    ("title",),
    lazy("No column with the titles of the contracts was found. Give it the heading “title”."),
)
POLICIES: Final = Layout(
    "policies",
    {**_words(_COMMON), **_words(_POLICY)},
    "insurer",
    ("kind", "insurer", "number", "limit", "currency", "valid_from", "expires_on"),
    lazy("No column with the insurers was found. Give it the heading “insurer”."),
)
LAYOUTS: Final[Mapping[str, Layout]] = {"contracts": CONTRACTS, "policies": POLICIES}


def field_of(layout: Layout, heading: str) -> str | None:
    """The field that a column with this heading holds; None where it is not known."""
    key = master_data.name_key(heading.replace("_", " ").replace("/", " "))
    if key in layout.field_of:
        found = layout.field_of[key]
        return None if found == "engagement" and layout.kind == "policies" else found
    name = vendor_field_of(heading)
    return name if name in IDENTITY else None


def known_headings(layout: Layout) -> Callable[[Sequence[str]], int]:
    """Counts the known headings of a row; 0 where the most telling one is missing."""

    def count(row: Sequence[str]) -> int:
        found = {field_of(layout, cell) for cell in row if len(cell) < 80} - {None}
        return len(found) if layout.key in found else 0

    return count


def columns_of(layout: Layout, header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """(field -> index of its column, headings that are not used). The first of two counts."""
    used: dict[str, int] = {}
    unused: list[str] = []
    for index, heading in enumerate(header):
        name = field_of(layout, heading)
        if name is not None and name not in used:
            used[name] = index
        elif heading:
            unused.append(heading)
    return used, unused


def missing_columns(layout: Layout, used: Mapping[str, int]) -> list[str]:
    """Sentences about columns without which nothing can be read."""
    said = []
    if not set(used) & {"external_id", "lei", "name"}:
        said.append(
            _("No column says which vendor is meant. Add “vendor id”, “LEI” or “vendor name”.")
        )
    lacking = [name for name in layout.needed if name not in used]
    if lacking:
        headings = ", ".join(f"“{name.replace('_', ' ')}”" for name in lacking)
        said.append(_("These columns are missing: %(columns)s.") % {"columns": headings})
    return said


def rows(layout: Layout, table: Table, formulas: frozenset[str]) -> Iterator[Row | list[Problem]]:
    """Each line as values, or as what is wrong with it."""
    used, _unused = columns_of(layout, table.header)
    mark = "."
    if table.kind == "csv":
        mark = cells.decimal_mark(
            line.cells[index]
            for line in table.lines
            for name, index in used.items()
            if name in _NUMBERS and index < len(line.cells)
        )
    for line in table.lines:
        yield _Reading(
            layout=layout, table=table, used=used, formulas=formulas, mark=mark, line=line
        ).row()


class _Reading:
    """One line, being read."""

    def __init__(
        self,
        *,
        layout: Layout,
        table: Table,
        used: Mapping[str, int],
        formulas: frozenset[str],
        mark: str,
        line: Line,
    ) -> None:
        self._layout, self._table, self._used = layout, table, used
        self._formulas, self._mark, self._line = formulas, mark, line

    def row(self) -> Row | list[Problem]:
        if self._line.broken:
            return [Problem(self._line.number, "", "", "", self._line.broken)]
        identity: dict[str, str] = {}
        values: dict[str, Any] = {}
        points: dict[str, str] = {}
        problems: list[Problem] = []
        for name in self._used:
            text = self._text(name)
            try:
                self._refuse_formula(name, text)
                if name in IDENTITY:
                    identity[name] = text
                elif name.startswith(POINT):
                    if not cells.is_nothing(text):
                        points[name.removeprefix(POINT)] = _choice(Clause.Status, text)
                else:
                    values[name] = self._value(name, text)
            except ValueError as error:
                problems.append(
                    problem(
                        self._table,
                        self._used,
                        self._line,
                        name=name,
                        value=text,
                        reason=str(error),
                    )
                )
        if problems:
            return problems
        where = {name: cell_of(self._table, self._used, self._line, name) for name in self._used}
        return Row(self._line.number, identity, self._settled(values), points, where)

    def _text(self, name: str) -> str:
        index = self._used[name]
        return self._line.cells[index].strip() if index < len(self._line.cells) else ""

    def _problem(self, name: str, text: str, reason: str) -> Problem:
        return problem(self._table, self._used, self._line, name=name, value=text, reason=reason)

    def _refuse_formula(self, name: str, text: str) -> None:
        if cell_of(self._table, self._used, self._line, name) in self._formulas:
            raise ValueError(_("This is a formula. Paste its value instead."))
        cells.refuse_formula(text)

    def _value(self, name: str, text: str) -> Any:
        if name in _DAYS:
            return cells.day(text)
        if name in _NUMBERS:
            return cells.number(text.rstrip("% "), self._mark)
        choices = _CHOICES[self._layout.kind].get(name)
        if choices is not None:
            return _choice(choices, text)
        if name == "law_country":
            return _country(text)
        if name == "carve_outs":
            return _carve_outs(text)
        return text

    def _settled(self, values: dict[str, Any]) -> dict[str, Any]:
        """What one column says about another: an amount alone is a cap of an amount."""
        if self._layout is CONTRACTS and not values.get("cap_kind"):
            if values.get("cap_amount") is not None:
                return {**values, "cap_kind": Contract.Cap.AMOUNT.value}
            if values.get("cap_percent") is not None:
                return {**values, "cap_kind": Contract.Cap.PERCENT.value}
        return values


def _choice(choices: Any, text: str) -> str:
    """The value that a cell means, by its key or its words; "" for nothing."""
    if cells.is_nothing(text) and "none" not in choices.values:
        return ""
    said = master_data.name_key(text.replace("_", " "))
    if not said:
        return ""
    for value, label in choices.choices:
        words = (value.replace("_", " "), str(label))
        if said in {master_data.name_key(one) for one in words}:
            return str(value)
    listed = ", ".join(str(label) for _value, label in choices.choices)
    raise ValueError(_("Write one of: %(listed)s.") % {"listed": listed})


def _country(text: str) -> str:
    """A country by name or code; NA is Namibia."""
    if not text or text.lower() in {"n/a", "-"}:
        return ""
    code = country_code(text)
    if code is None:
        raise ValueError(_("This country is not known. Write its name or its two letters."))
    return code


def _carve_outs(text: str) -> list[str] | None:
    """Several, separated by commas, semicolons or line breaks; "nothing" for none."""
    if not text:
        return None
    if master_data.name_key(text) in {"nothing", "none", "nothing is carved out"}:
        return []
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return [_choice(Contract.CarveOut, part.strip()) for part in parts if part.strip()]


def cell_of(table: Table, used: Mapping[str, int], line: Line | Row, name: str) -> str:
    """How a spreadsheet names a cell; "" in a CSV file."""
    if table.kind == "csv" or name not in used:
        return ""
    number = line.line if isinstance(line, Row) else line.number
    return cells.name_of(used[name], number)


def problem(
    table: Table,
    used: Mapping[str, int],
    line: Line | Row,
    *,
    name: str,
    value: str,
    reason: str,
) -> Problem:
    """What is wrong with one cell of a line."""
    heading = table.header[used[name]] if name in used else ""
    number = line.line if isinstance(line, Row) else line.number
    return Problem(number, cell_of(table, used, line, name), heading, value[:120], reason)
