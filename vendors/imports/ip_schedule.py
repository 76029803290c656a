"""The file of an IP schedule: a row per registration, or per asset without any."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _

from vendors import ip_words, master_data
from vendors.imports.columns import country_code
from vendors.imports.rows import Said
from vendors.imports.table import Line, Table, Unreadable, read
from vendors.intake import IP_KINDS
from vendors.models import IpAsset, IpRegistration
from vendors.territories import REGIONS

MOST_ROWS: Final = 2_000
#: Column -> the headings that it may have, as `master_data.name_key` writes them.
HEADINGS: Final[Mapping[str, str]] = {
    "reference": "reference|our reference|file number|docket|docket number|case|case number",
    "name": "name|asset|title|designation|invention|mark|bezeichnung",
    "kind": "kind|type of ip|ip kind|category|art",
    "owner_entity": "owner|owned by|proprietor|applicant|owner entity|inhaber",
    "right": "right|type of right|right type|ip right|schutzrecht",
    "territory": "country|country code|territory|jurisdiction|register|country or region|land",
    "status": "status|legal status|state",
    "number": "number|registration number|patent number|publication number|grant number|nummer",
    "filed_on": "filed|filed on|filing date|application date|applied for on|anmeldetag",
    "granted_on": "registered|granted|grant date|registration date|registered on|granted on",
    "expires_on": "expires|expiry|expiry date|expiration date|expires on|valid until|ablauf",
    "unregistered_because": "not registered because|why not registered|reason not registered",
    "note": "note|notes|remark|remarks|comment|bemerkung",
}
_COLUMN_OF: Final = {
    heading: name for name, words in HEADINGS.items() for heading in words.split("|")
}
_ERRORS: Final = re.compile(r"^#(REF!|VALUE!|N/A|NAME\?|DIV/0!|NULL!|NUM!)", re.IGNORECASE)
_DOTTED: Final = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_OF_ASSET: Final = ("name", "kind", "owner_entity", "right", "unregistered_because", "note")
_STATUS_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("applied", "applied for", "filed", "application"), "pending"),
    **dict.fromkeys(("granted", "in force", "active", "issued"), "registered"),
    **dict.fromkeys(("rejected",), "refused"),
    **dict.fromkeys(("expired", "abandoned", "dead", "withdrawn", "ceased"), "lapsed"),
}


@dataclass
class Listed:
    """An asset as the rows of a file describe it. `line`: its first row; "" says nothing."""

    line: int
    reference: str
    values: dict[str, str]
    registrations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What its rows have in common."""
        return f"ref:{self.reference}" if self.reference else f"name:{self.values['name']}"


@dataclass(frozen=True)
class Schedule:
    """What a file says, and what cannot be taken, by line and column."""

    assets: Sequence[Listed]
    problems: Sequence[Said]
    rows: int
    columns: Sequence[tuple[str, str]]
    unused: Sequence[str]


class _Refusal(ValueError):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def schedule(content: bytes) -> Schedule:
    """The assets and registrations in a CSV file or a workbook.

    Raises Unreadable with a sentence where the file cannot be read, lacks a column or is too long.
    """
    table = read(content, is_header=_known)
    used = _columns(table)
    if len(table.lines) > MOST_ROWS:
        raise Unreadable(
            _("The list has %(count)d rows; at most %(most)d can be imported at once. Split it.")
            % {"count": len(table.lines), "most": MOST_ROWS}
        )
    assets: dict[str, Listed] = {}
    problems: list[Said] = []
    for line in table.lines:
        try:
            row = _row(line, used)
            there = assets.setdefault(row.key, row)
            if there is not row:
                _join(there, row)
        except _Refusal as refused:
            at = used.get(refused.column)
            problems.append(
                Said(
                    line.number,
                    table.header[at] if at is not None else refused.column,
                    (line.cells[at] if at is not None and at < len(line.cells) else "")[:120],
                    str(refused),
                )
            )
    named = [(table.header[at], name) for name, at in used.items()]
    unused = [cell for at, cell in enumerate(table.header) if cell and at not in used.values()]
    return Schedule(list(assets.values()), problems, len(table.lines), named, unused)


def _known(row: Sequence[str]) -> int:
    """A heading that we know counts much; two cells filled in make a row a header at least."""
    keys = [master_data.name_key(cell) for cell in row]
    known = sum(key in _COLUMN_OF for key in keys)
    return known * 10 + (sum(bool(key) for key in keys) > 1)


def _columns(table: Table) -> dict[str, int]:
    used: dict[str, int] = {}
    for at, heading in enumerate(table.header):
        name = _COLUMN_OF.get(master_data.name_key(heading))
        if name is not None:
            used.setdefault(name, at)
    missing = [f"“{name}”" for name in ("name", "kind") if name not in used]
    if missing:
        found = ", ".join(f"“{cell[:40]}”" for cell in table.header[:14] if cell)
        raise Unreadable(
            _("There is no column %(missing)s. The row of headings has: %(found)s.")
            % {"missing": _(" and ").join(missing), "found": found or _("nothing")}
        )
    return used


def _row(line: Line, used: Mapping[str, int]) -> Listed:
    if line.broken:
        raise _Refusal("", line.broken)
    raw = {
        name: line.cells[at].strip() if at < len(line.cells) else "" for name, at in used.items()
    }
    for name, cell in raw.items():
        if cell.startswith("=") and len(cell) > 1:
            raise _Refusal(name, _("This is a formula. Put its value into the cell."))
        if _ERRORS.match(cell):
            raise _Refusal(name, _("This is an error of a spreadsheet program, not a value."))
    values = dict(_values(raw))
    reference = _taken("reference", lambda: ip_words.line("reference", raw.get("reference")))
    made = Listed(line.number, reference, values)
    if entry := _registration(raw):
        made.registrations.append(entry)
    return made


def _values(raw: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in _OF_ASSET:
        cell = raw.get(name, "")
        if name == "kind":
            cell = _one_of(
                cell, IP_KINDS, _("This kind is not known. Use one of: %(known)s."), name
            )
        elif name == "right" and cell:
            rights = {str(key): str(label) for key, label in IpAsset.Right.choices}
            cell = _one_of(cell, rights, _("This right is not known. Use one of: %(known)s."), name)
        yield name, _taken(name, partial(ip_words.asset_field, name, cell))


def _registration(raw: Mapping[str, str]) -> dict[str, Any] | None:
    said = {name: raw.get(name, "") for name in ip_words.REGISTRATION_FIELDS}
    if not any(said.values()):
        return None
    if not said["territory"]:
        raise _Refusal("territory", _("The country is missing."))
    entry: dict[str, Any] = {"territory": _territory(said["territory"])}
    for name in ("filed_on", "granted_on", "expires_on"):
        entry[name] = _day(name, said[name])
    entry["number"] = said["number"]
    entry["status"] = _status(said["status"], entry)
    cleaned, errors = ip_words.registration(entry)
    for name, messages in errors.items():
        raise _Refusal(name, messages[0])
    return cleaned


def _territory(cell: str) -> str:
    text = master_data.tidy(cell)
    if text.upper() in REGIONS:
        return text.upper()
    regions = {master_data.name_key(label).split(" (")[0]: code for code, label in REGIONS.items()}
    key = master_data.name_key(text)
    regions |= {"european union": "EU", "euipo": "EU", "oapi": "OA"}
    code = regions.get(key) or country_code(text)
    if code is None:
        raise _Refusal(
            "territory", _("This country is not known. Use its code, such as VN; NA is Namibia.")
        )
    return code


def _status(cell: str, entry: Mapping[str, Any]) -> str:
    if not cell:
        # What has a day of registration is registered; what has one of application is applied for.
        if entry["granted_on"]:
            return "registered"
        if entry["filed_on"]:
            return "pending"
    words = {str(key): str(label) for key, label in IpRegistration.Status.choices}
    key = _STATUS_WORDS.get(master_data.name_key(cell))
    return key or _one_of(
        cell, words, _("This status is not known. Use one of: %(known)s."), "status"
    )


def _day(name: str, cell: str) -> date | None:
    dotted = _DOTTED.match(cell)
    if dotted:
        day, month, year = (int(part) for part in dotted.groups())
        cell = f"{year:04d}-{month:02d}-{day:02d}"
    found: date | None = _taken(name, lambda: ip_words.day(cell))
    return found


def _one_of(cell: str, known: Mapping[str, Any], message: str, column: str) -> str:
    """The key that a cell means, given as a key or in words of the reader's language or English."""
    wanted = master_data.name_key(cell.replace("_", " "))
    for key, label in known.items():
        said = {str(key).replace("_", " "), str(label), _(str(label))}
        if wanted and wanted in {master_data.name_key(one) for one in said}:
            return str(key)
    raise _Refusal(column, message % {"known": ", ".join(str(key) for key in known)})


def _taken(column: str, clean: Callable[[], Any]) -> Any:
    try:
        return clean()
    except _Refusal:
        raise
    except ValueError as error:
        raise _Refusal(column, str(error)) from error


def _join(there: Listed, row: Listed) -> None:
    """A further row of an asset: the same fields or empty ones, and another registration."""
    for name, value in row.values.items():
        if value and there.values[name] and there.values[name] != value:
            raise _Refusal(
                name,
                _("Line %(line)d says “%(other)s” of the same asset.")
                % {"line": there.line, "other": there.values[name][:80]},
            )
        there.values[name] = there.values[name] or value
    for entry in row.registrations:
        if any(
            (one["territory"], one["number"]) == (entry["territory"], entry["number"])
            for one in there.registrations
        ):
            raise _Refusal("territory", _("This registration is in the list already."))
        there.registrations.append(entry)
