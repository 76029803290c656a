"""One row of a list as a vendor, or the reason why it is refused."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _
from django_countries import countries

from vendors import master_data
from vendors.imports import columns
from vendors.imports.table import Line, Table

#: What lists write into a cell to say that there is nothing. "NA" is among them, but not for the
#: country, where it is Namibia.
_NOTHING: Final = frozenset({"", "n/a", "#n/a", "null", "none", "nil"})
_NO_NUMBER: Final = _NOTHING | {
    "na",
    "n a",
    "n.a.",
    "unknown",
    "tbd",
    "not available",
    "not applicable",
}
#: What such a cell never is: a name.
_NO_NAME: Final = frozenset({"n/a", "#n/a", "#name?", "#ref!", "#value!"})
#: A long number as spreadsheets show it; what it was cannot be told.
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
#: Fields without which a row still goes in; the others decide which company is meant.
_SPARE: Final = ("city", "website", "currency", "category")


Notice = Callable[[str, str], None]


@dataclass(frozen=True)
class Said:
    """Something said about a row: which line and column, the cell as it was, and why."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Candidate:
    """A vendor as a row describes it, every value tidied; "" where the row says nothing."""

    line: int
    name: str
    country: str = ""
    registration_number: str = ""
    lei: str = ""
    vat_number: str = ""
    city: str = ""
    website: str = ""
    currency: str = ""
    category: str = ""
    system: str = ""
    external_id: str = ""
    notices: tuple[Said, ...] = field(default=())

    @cached_property
    def external_key(self) -> tuple[str, str] | None:
        """What its external id is compared by."""
        if not self.external_id:
            return None
        return self.system, master_data.external_key(self.external_id, self.system)

    @cached_property
    def registration_key(self) -> str:
        """What its registration number is compared by."""
        return master_data.registration_key(self.registration_number)


def candidates(table: Table, *, system: str, choice: str = "") -> Iterator[Candidate | Said]:
    """Each row as a vendor, or why it is refused. `system`: of external ids without a column.

    `choice`: as what the list is read (`layouts.read_as`).
    """
    used, _unused = columns.columns_of(table.header, choice)
    for line in table.lines:
        yield _candidate(line, used, table.header, system)


class _Refusal(ValueError):
    """A cell makes its row unusable."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def _candidate(
    line: Line, used: Mapping[str, int], header: Sequence[str], system: str
) -> Candidate | Said:
    def heading(name: str) -> str:
        index = used.get(name)
        return header[index] if index is not None else ""

    if line.broken:
        return Said(line.number, "", " ".join(line.cells)[:120], line.broken)
    raw = {
        name: line.cells[index] if index < len(line.cells) else "" for name, index in used.items()
    }
    notices: list[Said] = []

    def notice(name: str, reason: str) -> None:
        notices.append(Said(line.number, heading(name), raw.get(name, "")[:120], reason))

    try:
        values = {"name": _name(raw["name"])}
        values["country"] = _country(raw.get("country"), notice)
        for name in ("registration_number", "lei"):
            values[name] = _checked(name, _number(raw.get(name, "")))
        values["vat_number"] = _vat(raw.get("vat_number", ""), values["country"], notice)
        values |= _external(raw, system)
    except _Refusal as refusal:
        cell = raw.get(refusal.field, "")
        return Said(line.number, heading(refusal.field), cell[:120], str(refusal))
    doubt = master_data.doubt_about_number(values["registration_number"], values["country"])
    if doubt:
        notice("registration_number", doubt)
    for name in _SPARE:
        cleaner = master_data.CLEANERS.get(name, master_data.clean_category)
        try:
            values[name] = cleaner(_number(raw.get(name, "")))
        except ValueError as error:
            notice(name, _("%(reason)s Left out.") % {"reason": error})
    return Candidate(line=line.number, notices=tuple(notices), **values)


def _name(cell: str) -> str:
    text = master_data.tidy(cell)
    if not text or text.casefold() in _NO_NAME:
        raise _Refusal("name", _("The name is missing."))
    try:
        return master_data.clean_name(text)
    except ValueError as error:
        raise _Refusal("name", str(error)) from error


def _country(cell: str | None, notice: Notice) -> str:
    if cell is None:
        return ""
    text = master_data.tidy(cell)
    if _says_nothing(text, _NOTHING | {"unknown"}):
        notice("country", _("No country is given: it goes in as not known."))
        return ""
    code = columns.country_code(text)
    if code is None:
        raise _Refusal("country", _("Country “%(value)s” is not known.") % {"value": text[:60]})
    if columns.is_part(text):
        notice("country", _("Taken as %(country)s.") % {"country": countries.name(code)})
    return code


def _number(cell: str) -> str:
    text = master_data.tidy(cell)
    return "" if _says_nothing(text, _NO_NUMBER) else text


def _says_nothing(text: str, words: frozenset[str]) -> bool:
    """Whether a cell has no letter or digit, or one of the words for "nothing"."""
    return text.casefold() in words or not any(char.isalnum() for char in text)


def _checked(name: str, text: str) -> str:
    try:
        return master_data.CLEANERS[name](text)
    except ValueError as error:
        raise _Refusal(name, str(error)) from error


def _vat(cell: str, country: str, notice: Notice) -> str:
    """The number, checked; one that cannot be right is left out and named: the row goes in."""
    try:
        text = master_data.clean_vat_number(_number(cell))
        return master_data.with_country(text, country)
    except ValueError as error:
        notice("vat_number", _("%(reason)s Left out.") % {"reason": error})
        return ""


def _external(raw: Mapping[str, str], system: str) -> dict[str, str]:
    value = _number(raw.get("external_id", ""))
    if not value:
        return {}
    if _SHORTENED.fullmatch(value):
        raise _Refusal(
            "external_id",
            _("A spreadsheet has shortened this id. Format its column as text and fill it anew."),
        )
    named = _number(raw.get("system", "")) or system
    try:
        return {
            "system": master_data.clean_system(named),
            "external_id": master_data.clean_external_id(value),
        }
    except ValueError as error:
        field = "external_id" if len(value) > 80 else "system"
        raise _Refusal(field, str(error)) from error
