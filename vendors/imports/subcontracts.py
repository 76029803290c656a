"""The file of a list of subcontractors: a row for each part that a company takes in some work."""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from vendors import master_data
from vendors.imports import cells
from vendors.imports.columns import country_code
from vendors.imports.rows import Said
from vendors.imports.table import Line, Table, Unreadable
from vendors.intake import IP_KINDS

MOST_ROWS: Final = 1_000
#: Column -> the headings that it may have, as `master_data.name_key` writes them.
HEADINGS: Final[Mapping[str, str]] = {
    "vendor": "vendor|vendor name|supplier|supplier name|prime contractor|contractor|works for",
    "vendor_id": """vendor id|vendor number|vendor no|supplier id|supplier number|external id|
        lifnr|erp id|sap id""",
    "system": "system|external system|source system|erp system",
    "name": """subcontractor|subcontractor name|sub contractor|subsupplier|sub supplier|
        fourth party|subprocessor|sub processor|company|company name|name""",
    "country": "country|country code|subcontractor country|country of subcontractor|land",
    "registration_number": """registration number|registration no|company number|reg no|
        register number""",
    "lei": "lei|lei code|legal entity identifier",
    "vat_number": "vat|vat number|vat id|vat no|tax id",
    "website": "website|web|homepage|url",
    "service": "service|what it does|work|activity|task|part|purpose|leistung",
    "ip_kinds": "ip|ip kinds|kinds of ip|what reaches it|what of ours reaches it|entrusted",
    "flowed_down": "terms passed on|our terms|terms|flow down|flowed down|flowdown",
    "approved_on": "approved|approved on|approval date|approved by us on",
    "engagement": "engagement|for engagement|project",
    "note": "note|notes|remark|remarks|comment",
}
_COLUMN_OF: Final = {
    heading.strip(): name for name, words in HEADINGS.items() for heading in words.split("|")
}
_COMPANY: Final = ("country", "registration_number", "lei", "vat_number", "website")
_UNKNOWN: Final = frozenset({"?", "unknown", "not known"})


@dataclass(frozen=True)
class Listed:
    """One row: for whom, which company, and its part. `values`: only what the row says."""

    line: int
    vendor: str
    vendor_id: str
    system: str
    company: Mapping[str, str]
    service: str
    engagement: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """What a file says, and what cannot be taken, by line and column."""

    rows: Sequence[Listed]
    problems: Sequence[Said]
    columns: Sequence[tuple[str, str]]
    unused: Sequence[str]


class _Refusal(ValueError):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def known_headings(row: Sequence[str]) -> int:
    """How many headings of a row are known; two cells filled in make it a header at least."""
    keys = [master_data.name_key(cell.replace("_", " ")) for cell in row if len(cell) < 60]
    known = sum(key in _COLUMN_OF for key in keys)
    return known * 10 + (sum(bool(key) for key in keys) > 1)


def listed(table: Table, formulas: AbstractSet[str] = frozenset()) -> Read:
    """The rows of a table. `formulas`: cells of a workbook that hold one, such as C7.

    Raises Unreadable with a sentence where a column is missing or there are too many rows.
    """
    used = _columns(table)
    if len(table.lines) > MOST_ROWS:
        raise Unreadable(
            _("The list has %(count)d rows; at most %(most)d can be imported at once. Split it.")
            % {"count": len(table.lines), "most": MOST_ROWS}
        )
    rows: list[Listed] = []
    problems: list[Said] = []
    for line in table.lines:
        try:
            rows.append(_row(line, used, formulas))
        except _Refusal as refused:
            at = used.get(refused.column)
            named = table.header[at] if at is not None else ""
            cell = line.cells[at] if at is not None and at < len(line.cells) else ""
            problems.append(Said(line.number, named, cell[:120], str(refused)))
    columns = [(table.header[at], name) for name, at in used.items()]
    unused = [cell for at, cell in enumerate(table.header) if cell and at not in used.values()]
    return Read(rows, problems, columns, unused)


def _columns(table: Table) -> dict[str, int]:
    used: dict[str, int] = {}
    for at, heading in enumerate(table.header):
        name = _COLUMN_OF.get(master_data.name_key(heading.replace("_", " ")))
        if name is not None:
            used.setdefault(name, at)
    missing = [
        f"“{title}”"
        for name, title in (("name", "subcontractor"), ("service", "service"))
        if name not in used
    ]
    if not {"vendor", "vendor_id"} & set(used):
        missing.append("“vendor”")
    if missing:
        found = ", ".join(f"“{cell[:40]}”" for cell in table.header[:14] if cell)
        raise Unreadable(
            _("There is no column %(missing)s. The row of headings has: %(found)s.")
            % {"missing": _(" and ").join(missing), "found": found or _("nothing")}
        )
    return used


def _row(line: Line, used: Mapping[str, int], formulas: AbstractSet[str]) -> Listed:
    if line.broken:
        raise _Refusal("name", line.broken)
    raw: dict[str, str] = {}
    for name, at in used.items():
        cell = line.cells[at].strip() if at < len(line.cells) else ""
        if cells.name_of(at, line.number) in formulas:
            raise _Refusal(name, _("This is a formula. Paste its value instead."))
        _taken(name, cells.refuse_formula, cell)
        # Namibia is NA; elsewhere that says that there is nothing.
        raw[name] = "" if name != "country" and cells.is_nothing(cell) else cell
    if not (raw.get("vendor") or raw.get("vendor_id")):
        at_fault = "vendor" if "vendor" in used else "vendor_id"
        raise _Refusal(at_fault, _("Say for which vendor: by its name, or by its id."))
    company = {"name": _taken("name", master_data.clean_name, raw.get("name", ""))}
    company["country"] = _country(raw.get("country", ""))
    for name in _COMPANY[1:]:
        company[name] = _taken(name, master_data.CLEANERS[name], raw.get(name, ""))
    return Listed(
        line=line.number,
        vendor=master_data.tidy(raw.get("vendor", "")),
        vendor_id=master_data.tidy(raw.get("vendor_id", "")),
        system=_taken("system", master_data.clean_system, raw["system"])
        if raw.get("system")
        else "",
        company=company,
        service=master_data.tidy(raw.get("service", "")),
        engagement=master_data.tidy(raw.get("engagement", "")),
        values=_values(raw),
    )


def _values(raw: Mapping[str, str]) -> dict[str, Any]:
    """What a row says of the subcontract; an empty cell says nothing."""
    values: dict[str, Any] = {}
    if raw.get("ip_kinds"):
        values["ip_kinds"] = _kinds(raw["ip_kinds"])
    if raw.get("flowed_down") and raw["flowed_down"].lower() not in _UNKNOWN:
        values["flowed_down"] = _taken("flowed_down", cells.yes, raw["flowed_down"])
    if raw.get("approved_on"):
        day: date | None = _taken("approved_on", cells.day, raw["approved_on"])
        values["approved_on"] = day
    if raw.get("note"):
        values["note"] = raw["note"]
    return values


def _country(cell: str) -> str:
    text = master_data.tidy(cell)
    if not text:
        return ""
    code = country_code(text)
    if code is None:
        raise _Refusal("country", _("Country “%(value)s” is not known.") % {"value": text[:60]})
    return code


def _kinds(cell: str) -> list[str]:
    """Kinds of IP by key or in words, several with semicolons or commas between them."""
    found: list[str] = []
    for part in re.split(r"[;|\n]", cell):
        whole = _kind(part)
        for piece in [part] if whole else part.split(","):
            if not piece.strip():
                continue
            kind = _kind(piece)
            if kind is None:
                raise _Refusal(
                    "ip_kinds",
                    _("“%(value)s” is no kind of IP. Use: %(known)s.")
                    % {"value": piece.strip()[:60], "known": ", ".join(map(str, IP_KINDS))},
                )
            found.append(kind)
    return found


def _kind(text: str) -> str | None:
    wanted = master_data.name_key(text.replace("_", " "))
    for key, label in IP_KINDS.items():
        said = {str(key).replace("_", " "), label, _(label)}
        if wanted and wanted in {master_data.name_key(one) for one in said}:
            return str(key)
    return None


def _taken(column: str, clean: Callable[[str], Any], cell: str) -> Any:
    try:
        return clean(cell)
    except ValueError as error:
        raise _Refusal(column, str(error)) from error
