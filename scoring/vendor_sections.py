"""What is on record of a vendor, as short lists for its page: each line leads to the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from audit import clock
from scoring.links import address
from scoring.selectors.vendor_records import SHOWN, Records
from vendors import incident_life
from vendors.models import (
    Contact,
    Contract,
    Evidence,
    Finding,
    Incident,
    InsurancePolicy,
    Match,
    Statement,
    Subcontract,
    TrainingPerson,
    Vendor,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on record. `pill`: kind and words of its state; `band`: how grave, "" for none."""

    title: str
    url: str
    note: str = ""
    pill: tuple[str, str] | None = None
    band: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of records: the first lines, where all of them are, and what to say of none."""

    key: str
    title: str | Promise
    lines: Sequence[Line]
    more: bool
    url: str
    none: str | Promise

    @property
    def count(self) -> str:
        """How many there are, for the index: "5+" where not all were read."""
        return f"{len(self.lines)}+" if self.more else str(len(self.lines))


def sections(vendor: Vendor, records: Records) -> list[Section]:
    """All kinds, what may stop an order first."""

    def of(key: str, rows: Sequence[T], line: Callable[[T], Line]) -> Section:
        title, page, none = _KINDS[key]
        lines = [line(row) for row in rows[:SHOWN]]
        return Section(key, title, lines, len(rows) > SHOWN, _page(page, vendor), none)

    people: list[Contact | TrainingPerson] = [*records.contacts, *records.trained]
    return [
        of("findings", records.findings, _finding),
        of("matches", records.matches, _match),
        of("incidents", records.incidents, _incident),
        of("contracts", records.contracts, _contract),
        of("insurance", records.policies, _policy),
        of("finances", records.statements, _statement),
        of("fourth", records.subcontracts, _subcontract),
        of("people", people, _person),
        of("documents", records.documents, _document),
    ]


#: Key -> heading, page of all of them, and what an empty list says.
_KINDS: Final[dict[str, tuple[str | Promise, str, str | Promise]]] = {
    "findings": (
        lazy("Open findings"),
        "vendors:findings",
        lazy("None: nothing waits to be put right."),
    ),
    "matches": (
        lazy("Matches with watch-lists"),
        "vendors:screening",
        lazy("None that waits to be decided or was confirmed."),
    ),
    "incidents": (lazy("Incidents"), "vendors:incidents", lazy("None on record.")),
    "contracts": (
        lazy("Contracts"),
        "vendors:contracts",
        lazy("None on record: what protects the intellectual property is not known."),
    ),
    "insurance": (lazy("Insurance"), "vendors:contracts", lazy("No policy on record.")),
    "finances": (
        lazy("Finances"),
        "scoring:finances",
        lazy("No annual statement on record."),
    ),
    "fourth": (
        lazy("Fourth parties"),
        "vendors:fourth_parties",
        lazy("No subcontractor on record."),
    ),
    "people": (
        lazy("People"),
        "vendors:contacts",
        lazy("Nobody on record: add whom to write to."),
    ),
    "documents": (lazy("Documents"), "vendors:vendor_evidence", lazy("No evidence on record.")),
}


def _page(name: str, vendor: Vendor) -> str:
    if name == "vendors:findings":
        return f"{address(name)}?vendor={vendor.pk}"
    return address(name, vendor.pk)


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _until(day: date | None) -> tuple[str, str] | None:
    """The pill of what ends on a day; None while it holds for a while."""
    if day is None:
        return None
    left = (day - clock.today()).days
    if left < 0:
        return "stale", _("Expired")
    return ("attention", _("Ends soon")) if left <= _SOON else None


#: What ends within so many days ends soon.
_SOON: Final = 30


def _finding(row: Finding) -> Line:
    late = row.due_on is not None and row.due_on < clock.today() and row.status != "accepted"
    return Line(
        row.title,
        address("vendors:finding", row.pk),
        _joined(
            _("due %(day)s") % {"day": _day(row.due_on)} if row.due_on else "",
            row.owner or _("no owner"),
        ),
        ("attention", _("Overdue")) if late else ("active", row.get_status_display()),
        row.severity,
    )


def _match(row: Match) -> Line:
    confirmed = row.status == Match.Status.CONFIRMED
    return Line(
        row.listed_name,
        address("vendors:screening", row.vendor_id),
        _joined(row.watch_list, row.get_side_display()),
        ("stopped" if confirmed else "waiting", row.get_status_display()),
    )


def _incident(row: Incident) -> Line:
    going = row.status in incident_life.OPEN
    return Line(
        row.title,
        address("vendors:incident", row.pk),
        _joined(row.get_severity_display(), _day(row.found_on), row.get_found_how_display()),
        ("attention" if going else "done", row.get_status_display()),
    )


def _contract(row: Contract) -> Line:
    kinds = {Contract.Status.IN_FORCE: "done", Contract.Status.DRAFT: "todo"}
    ending = _until(row.term_ends_on) if row.status == Contract.Status.IN_FORCE else None
    return Line(
        row.title,
        address("vendors:contract", row.pk),
        _joined(
            row.engagement.title,
            _("until %(day)s") % {"day": _day(row.term_ends_on)} if row.term_ends_on else "",
            _("notice by %(day)s") % {"day": _day(row.notice_on)} if row.notice_on else "",
        ),
        ending or (kinds.get(Contract.Status(row.status), "stopped"), row.get_status_display()),
    )


def _policy(row: InsurancePolicy) -> Line:
    return Line(
        f"{row.get_kind_display()}: {row.insurer}",
        f"{address('vendors:contracts', row.vendor_id)}#insurance",
        _joined(
            f"{number_format(row.limit, 0)} {row.currency}",
            _("until %(day)s") % {"day": _day(row.expires_on)},
        ),
        _until(row.expires_on) or ("done", row.get_status_display()),
    )


def _statement(row: Statement) -> Line:
    doubt = ("attention", _("Doubt about going concern")) if row.going_concern_doubt else None
    return Line(
        _("Fiscal year %(year)s") % {"year": row.fiscal_year},
        address("scoring:finances", row.vendor_id),
        _joined(row.get_source_display() if row.source else "", row.get_scope_display()),
        ("stopped", _("Declined to disclose")) if row.declined else doubt,
    )


def _subcontract(row: Subcontract) -> Line:
    words = {
        True: ("done", _("Our terms passed on")),
        False: ("attention", _("Our terms not passed on")),
    }
    return Line(
        row.subcontractor.name,
        address("vendors:fourth_parties", row.vendor_id),
        row.service,
        words.get(row.flowed_down) if row.flowed_down is not None else None,
    )


def _person(row: Contact | TrainingPerson) -> Line:
    if isinstance(row, TrainingPerson):
        return Line(
            row.name,
            address("vendors:training_person", row.pk),
            _joined(_("training on record"), row.job),
        )
    off = None if row.is_active else ("stopped", _("Switched off"))
    return Line(
        row.name,
        address("vendors:contacts", row.vendor_id),
        _joined(row.position, row.email),
        off,
    )


def _document(row: Evidence) -> Line:
    return Line(
        row.title,
        address("vendors:evidence", row.pk),
        _joined(
            row.get_kind_display(),
            _("valid until %(day)s") % {"day": _day(row.expires_on)} if row.expires_on else "",
        ),
        _until(row.expires_on),
    )
