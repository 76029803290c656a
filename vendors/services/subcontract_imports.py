"""Importing a list of subcontractors: gone through without writing, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Invalid, Refused
from vendors import master_data, selectors
from vendors.imports import formulas, table
from vendors.imports.rows import Said
from vendors.imports.subcontracts import Listed, Read, known_headings, listed
from vendors.imports.watching import Watch, nobody
from vendors.models import Engagement, ExternalId, Subcontract, SubcontractImport, Vendor
from vendors.selectors import subcontracts as reading
from vendors.services import held_lists, subcontract_rows, subcontracts
from vendors.services.held_lists import finish

DEFAULT_SYSTEM: Final = "erp"
#: How many rows a report shows of each kind.
SHOWN: Final = 200
Becomes = Literal["new", "changed", "unchanged"]


class HasProblems(Refused):
    """Something in the list cannot be taken; nothing was imported."""

    code = "list_has_problems"


@dataclass
class _Outcome:
    """What became, or would become, of each row."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Said] = field(default_factory=list)
    notices: list[Said] = field(default_factory=list)
    companies: int = 0


class _Problem(ValueError):
    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value


def preview(
    *,
    unit: BusinessUnit,
    file_name: str,
    content: bytes,
    system: str = DEFAULT_SYSTEM,
    by: Principal,
) -> SubcontractImport:
    """A list gone through as it would be imported, and kept with what would happen.

    `system` is where vendor ids come from if the list does not say. Raises Invalid (field "file").
    """
    require(by, Permission.EDIT_FACTS, unit.pk)
    read = _read(content)
    with transaction.atomic():
        found = _go_through(read, unit, system, by)
        # All of it was only tried.
        transaction.set_rollback(True)
    return SubcontractImport.objects.create(
        unit=unit,
        user_id=UUID(by.id) if by.kind == "user" else None,
        file_name=master_data.tidy(file_name)[-200:] or "list",
        content=content,
        report=_report(read, found, system),
        created_at=clock.now(),
    )


def run(*, made: SubcontractImport, by: Principal) -> SubcontractImport:
    """The list imported: what happens is decided anew at this moment. Raises HasProblems."""
    require(by, Permission.EDIT_FACTS, made.unit_id)
    with transaction.atomic():
        locked = SubcontractImport.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if locked.status in (SubcontractImport.Status.WRITING, SubcontractImport.Status.DONE):
            return locked
        if locked.status != SubcontractImport.Status.PREVIEW:
            raise HasProblems(_("This list was discarded. Upload it again."))
        locked.report = write(made=locked, by=by, watch=nobody)
        finish(locked, SubcontractImport.Status.DONE)
    return locked


def write(*, made: SubcontractImport, by: Principal, watch: Watch) -> dict[str, Any]:
    """The report of a list whose rows are written, in the transaction of the caller.

    Raises HasProblems.
    """
    require(by, Permission.EDIT_FACTS, made.unit_id)
    read = _read(bytes(made.content))
    system = made.report["system"]
    found = _go_through(read, made.unit, system, by, watch)
    if problems := [*read.problems, *found.problems]:
        raise HasProblems(
            _("Line %(line)d: %(reason)s Nothing was imported.")
            % {"line": problems[0].line, "reason": problems[0].reason}
        )
    return _report(read, found, system)


def discard(*, made: SubcontractImport, by: Principal) -> SubcontractImport:
    """Let go of a previewed list. Raises NotReady once it was confirmed."""
    require(by, Permission.EDIT_FACTS, made.unit_id)
    return held_lists.discard(SubcontractImport.objects.all(), made.pk)


def _read(content: bytes) -> Read:
    try:
        found = table.read(content, is_header=known_headings)
        marked = formulas.formula_cells(content, found.sheet) if found.kind == "sheet" else None
        return listed(found, marked or frozenset())
    except table.Unreadable as error:
        raise Invalid(str(error), errors={"file": [str(error)]}) from error


def _go_through(
    read: Read, unit: BusinessUnit, system: str, by: Principal, watch: Watch = nobody
) -> _Outcome:
    """Write every row, each by itself: one that is refused leaves the others as they are."""
    subcontracts.lock()
    found = _Outcome()
    for done, row in enumerate(read.rows):
        watch(done, len(read.rows))
        try:
            with transaction.atomic():
                _take(row, unit, system, by, found)
        except _Problem as problem:
            found.problems.append(Said(row.line, problem.column, problem.value, str(problem)))
        except Refused as refused:
            errors = refused.extra.get("errors") or {"": [refused.message]}
            column = next(iter(errors)).replace("subcontractor", "name")
            found.problems.append(Said(row.line, column, "", refused.message))
    return found


def _take(row: Listed, unit: BusinessUnit, system: str, by: Principal, found: _Outcome) -> None:
    vendor = _vendor(row, unit, system, by)
    engagement = _engagement(row, vendor, by)
    company = _company(row, by)
    there = None
    if company is not None:
        there = Subcontract.objects.filter(
            vendor=vendor,
            subcontractor=company,
            engagement=engagement,
            service__iexact=row.service,
            status=Subcontract.Status.ACTIVE,
        ).first()
    becomes: Becomes
    if there is None:
        subcontracts.add_company(
            vendor=vendor,
            company=company or row.company,
            service=row.service,
            engagement=engagement,
            by=by,
            **row.values,
        )
        becomes = "new"
    else:
        after = subcontracts.change(
            subcontract=there, version=there.version, values=row.values, by=by
        )
        becomes = "unchanged" if after.version == there.version else "changed"
    if company is None:
        found.companies += 1
        _say_lookalikes(row, vendor, by, found)
    found.steps.append(
        {
            "line": row.line,
            "vendor": vendor.name,
            "company": company.name if company else row.company["name"],
            "known": company is not None,
            "service": row.service,
            "becomes": becomes,
        }
    )


def _vendor(row: Listed, unit: BusinessUnit, system: str, by: Principal) -> Vendor:
    """The vendor that passes work on: by its id, else by its name; also one of the list itself."""
    if row.vendor_id:
        of, key = master_data.external_ref(row.system or system, row.vendor_id)
        ids = ExternalId.objects.filter(system=of, key=key).values("vendor")
        vendor = _known(Vendor.objects.filter(pk__in=ids), by)
        if not vendor:
            raise _Problem("vendor_id", row.vendor_id, _("No vendor of yours has this id."))
    else:
        vendor = _known(Vendor.objects.filter(name__iexact=row.vendor), by)
        linked = [one for one in vendor if one.unit_links.filter(unit=unit).exists()]
        vendor = linked or vendor
        if not vendor:
            raise _Problem(
                "vendor",
                row.vendor,
                _("No vendor of yours has this name. Add it first, or put it further up."),
            )
        if len(vendor) > 1:
            raise _Problem(
                "vendor", row.vendor, _("Several vendors have this name. Give the id of one.")
            )
    if not reading.recorded_by(by, [vendor[0].pk]):
        raise _Problem(
            "vendor", row.vendor or row.vendor_id, _("Another business unit records this one.")
        )
    return vendor[0]


def _known(rows: Any, by: Principal) -> list[Vendor]:
    found = list(rows.filter(merged_into=None).order_by("pk")[:20])
    return [vendor for vendor in found if reading.known_to(by, vendor.pk)]


def _engagement(row: Listed, vendor: Vendor, by: Principal) -> Engagement | None:
    if not row.engagement:
        return None
    rows = selectors.engagements_visible_to(by, Permission.EDIT_FACTS).filter(vendor=vendor)
    found = list(rows.filter(title__iexact=row.engagement)[:2])
    if len(found) != 1:
        raise _Problem(
            "engagement",
            row.engagement,
            _("%(vendor)s has no single engagement of this title.") % {"vendor": vendor.name},
        )
    return found[0]


def _company(row: Listed, by: Principal) -> Vendor | None:
    """The company that is meant: by LEI, VAT or registration number, else by name and country."""
    marked = subcontract_rows.company(row.company, by=by)
    if marked is not None:
        return marked
    country = row.company["country"]
    named = Vendor.objects.filter(name__iexact=row.company["name"])
    same = [one for one in _known(named, by) if country in {one.country.code or "", ""}]
    if len(same) > 1:
        raise _Problem(
            "name",
            row.company["name"],
            _("Several companies have this name. Give the country or a number of the one meant."),
        )
    return same[0] if same else None


def _say_lookalikes(row: Listed, vendor: Vendor, by: Principal, found: _Outcome) -> None:
    """Companies on record that look like the new one, so that nobody enters one twice."""
    alike = selectors.lookalikes(
        by,
        unit=None,
        name=row.company["name"],
        country=row.company["country"],
        website=row.company["website"],
        leave_out=[vendor.pk],
    )
    others = [one.name for one in alike if one.name != row.company["name"]]
    if others:
        found.notices.append(
            Said(
                row.line,
                "name",
                row.company["name"],
                _("Looks like %(names)s, on record already. It goes in as another company.")
                % {"names": ", ".join(f"“{name}”" for name in others[:3])},
            )
        )


def _report(read: Read, found: _Outcome, system: str) -> dict[str, Any]:
    """What the page shows, as JSON values."""
    heading = {name: column for column, name in read.columns}
    problems = sorted([*read.problems, *found.problems], key=lambda said: said.line)
    return {
        "system": system,
        "columns": [list(pair) for pair in read.columns],
        "unused": list(read.unused),
        "counts": {
            "rows": len(read.rows) + len(read.problems),
            **{
                key: sum(step["becomes"] == key for step in found.steps)
                for key in ("new", "changed", "unchanged")
            },
            "companies": found.companies,
            "problems": len(problems),
        },
        "problems": _said(problems, heading),
        "notices": _said(found.notices, heading),
        "steps": found.steps[:SHOWN],
    }


def _said(lines: Sequence[Said], heading: dict[str, str]) -> list[dict[str, Any]]:
    return [{**asdict(one), "column": heading.get(one.column, one.column)} for one in lines[:SHOWN]]
