"""Importing a list of vendors: looked at first, then written in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record
from vendors import master_data
from vendors.events import VendorsImported
from vendors.imports import columns, table
from vendors.imports.known import FIELDS, Known
from vendors.imports.layouts import choices_for, read_as
from vendors.imports.plan import Plan, Step, plan
from vendors.imports.rows import Candidate, Said, candidates
from vendors.imports.watching import Watch, nobody
from vendors.models import VendorImport
from vendors.selectors.alike_rows import Described, alike_of
from vendors.services import held_lists, samples, vendor_rows
from vendors.services.held_lists import NotReady, finish

#: How many rows of each kind a report shows; refused rows are all kept.
SHOWN: Final = 200
DEFAULT_SYSTEM: Final = "erp"


class ChangedMeanwhile(Refused):
    """Somebody else wrote the same vendors at the same moment; nothing was imported."""

    code = "changed_meanwhile"


def preview(
    *,
    unit: BusinessUnit,
    file_name: str,
    content: bytes,
    system: str = DEFAULT_SYSTEM,
    by: Principal,
) -> VendorImport:
    """A list read and gone through, kept with what would happen; no vendor is written.

    `system` is where external ids come from if the list does not say. Raises Invalid (field
    "file" or "system") when the file cannot be read.
    """
    made = taken(unit=unit, file_name=file_name, content=content, system=system, by=by)
    made.report = looked_through(made)
    made.save()
    return made


def taken(
    *, unit: BusinessUnit, file_name: str, content: bytes, system: str, by: Principal
) -> VendorImport:
    """The row of a list that waits to be looked through, not saved. Raises Invalid ("system")."""
    require(by, Permission.IMPORT_VENDORS, unit.pk)
    samples.refuse_lists(unit)
    try:
        system = master_data.clean_system(system)
    except ValueError as error:
        raise master_data.invalid({"system": [str(error)]}) from error
    return VendorImport(
        unit=unit,
        user_id=UUID(by.id) if by.kind == "user" else None,
        file_name=master_data.tidy(file_name)[-200:] or "list",
        content=content,
        report={"system": system},
        created_at=clock.now(),
    )


def looked_through(made: VendorImport, watch: Watch = nobody) -> dict[str, Any]:
    """The report of a list before anything is written, read as was asked for last.

    Raises Invalid ("file").
    """
    return _looked_through(
        _read(bytes(made.content)),
        made.unit,
        made.report["system"],
        made.report.get("wanted", ""),
        watch,
    )


def choose(*, vendor_import: VendorImport, choice: str, by: Principal) -> VendorImport:
    """Look through a list once more, read as a list of another system, or of none.

    `choice`: one of `layouts.choices_for` its headings. Raises NotReady unless it waits to be
    confirmed, Invalid (field "choice").
    """
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    with transaction.atomic():
        locked = VendorImport.objects.select_for_update(of=("self",)).get(pk=vendor_import.pk)
        check_choice(locked, choice)
        read = _read(bytes(locked.content))
        locked.report = _looked_through(read, locked.unit, locked.report["system"], choice)
        locked.save(update_fields=["report"])
    return locked


def check_choice(locked: VendorImport, choice: str) -> None:
    """Raise NotReady, or Invalid ("choice"), where a list cannot be read once more like this."""
    if locked.status != VendorImport.Status.PREVIEW:
        raise NotReady(_("This list is imported or discarded. Upload it again."))
    if choice not in {key for key, _title in locked.report.get("choices", ())}:
        raise master_data.invalid({"choice": [_("The list cannot be read like this.")]})


def run(*, vendor_import: VendorImport, by: Principal) -> VendorImport:
    """The import done: all of its good rows, or, when anything fails, none of them.

    What happens is decided anew at this moment and stands in the report; running it again changes
    nothing: the row is locked meanwhile, so a second click waits for what becomes of the first.
    For short lists, which hold it for a moment; long ones are written by workers, which do not
    (`file_jobs`). Raises NotReady for one that was discarded, ChangedMeanwhile.
    """
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    try:
        with transaction.atomic():
            vendor_rows.lock()
            locked = VendorImport.objects.select_for_update(of=("self",)).get(pk=vendor_import.pk)
            if locked.status == VendorImport.Status.DONE or locked.is_under_way:
                return locked
            if locked.status != VendorImport.Status.PREVIEW:
                raise NotReady(_("This import was discarded. Upload the list again."))
            locked.report = _written(locked, by, nobody)
            finish(locked, VendorImport.Status.DONE)
    except IntegrityError as error:
        raise _changed_meanwhile() from error
    return locked


def write(*, vendor_import: VendorImport, by: Principal, watch: Watch) -> dict[str, Any]:
    """The report of a list whose rows are written, in the transaction of the caller.

    Raises ChangedMeanwhile.
    """
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    vendor_rows.lock()
    try:
        return _written(vendor_import, by, watch)
    except IntegrityError as error:
        raise _changed_meanwhile() from error


def _changed_meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        _("Somebody else changed the same vendors at this moment. Nothing was imported. Try again.")
    )


def _written(made: VendorImport, by: Principal, watch: Watch) -> dict[str, Any]:
    read = _read(bytes(made.content))
    system, choice = made.report["system"], made.report.get("choice", "")
    rows = list(candidates(read, system=system, choice=choice))
    planned = plan(rows, _known(rows, made.unit, lock=True))
    _write(planned, made, by, watch)
    return _report(read, rows, planned, system, choice)


def discard(*, vendor_import: VendorImport, by: Principal) -> VendorImport:
    """Let go of a previewed list. Raises NotReady once it was confirmed."""
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    return held_lists.discard(VendorImport.objects.all(), vendor_import.pk)


def _read(content: bytes) -> table.Table:
    try:
        return table.read(content, is_header=columns.known_headings)
    except table.Unreadable as error:
        raise Invalid(str(error), errors={"file": [str(error)]}) from error


def _known(rows: Sequence[Candidate | Said], unit: BusinessUnit, *, lock: bool) -> Known:
    """The vendors that any of the rows may mean."""
    good = [row for row in rows if isinstance(row, Candidate)]
    return vendor_rows.known(good, [unit.pk], lock=lock)


def _write(made: Plan, into: VendorImport, by: Principal, watch: Watch) -> None:
    writing = [step for step in made.steps if step.writes]
    done, total = 0, len(made.new) + len(writing)
    for new in vendor_rows.chunks(made.new):
        ids = vendor_rows.create([_new(row, into) for row in new])
        _record(into, by, ids, created=len(ids))
        done += len(new)
        watch(done, total)
    for steps in vendor_rows.chunks(writing):
        vendor_rows.change([_changed(step, into) for step in steps])
        _record(
            into,
            by,
            [step.vendor.id for step in steps],
            changed=sum(not step.link for step in steps),
            linked=sum(step.link for step in steps),
            changes={
                str(step.vendor.id): {
                    name: [step.before[name], step.after[name]] for name in step.after
                }
                for step in steps
                if step.after
            },
        )
        done += len(steps)
        watch(done, total)


def _record(
    into: VendorImport,
    by: Principal,
    ids: list[UUID],
    *,
    created: int = 0,
    changed: int = 0,
    linked: int = 0,
    changes: dict[str, dict[str, list[str]]] | None = None,
) -> None:
    record(
        VendorsImported(
            aggregate_id=into.pk,
            unit_id=into.unit_id,
            file_name=into.file_name,
            vendor_ids=ids,
            created=created,
            changed=changed,
            linked=linked,
            changes=changes or {},
        ),
        by=by,
    )


def _new(row: Candidate, into: VendorImport) -> vendor_rows.New:
    return vendor_rows.New(
        values={name: getattr(row, name) for name in FIELDS},
        links={into.unit_id: row.category},
        ids=_ids(row) if row.external_id else [],
    )


def _changed(step: Step, into: VendorImport) -> vendor_rows.Changed:
    category = {into.unit_id: step.row.category}
    return vendor_rows.Changed(
        step.vendor.id,
        values=step.after,
        links=category if step.link else {},
        categories=category if step.category and not step.link else {},
        ids=_ids(step.row) if step.new_id else [],
    )


def _ids(row: Candidate) -> list[tuple[str, str]]:
    return [(row.system, row.external_id)]


def _looked_through(
    read: table.Table, unit: BusinessUnit, system: str, choice: str = "", watch: Watch = nobody
) -> dict[str, Any]:
    """The report of a list that waits to be confirmed."""
    rows: list[Candidate | Said] = []
    for row in candidates(read, system=system, choice=choice):
        rows.append(row)
        watch(len(rows), len(read.lines))
    made = plan(rows, _known(rows, unit, lock=False))
    return {**_report(read, rows, made, system, choice), "alike": _alike(made)}


def _report(
    read: table.Table, rows: Sequence[Candidate | Said], made: Plan, system: str, choice: str
) -> dict[str, Any]:
    """What pages and the command show, as JSON values."""
    used, unused = columns.columns_of(read.header, choice)
    becomes = {row.line: "new" for row in made.new}
    becomes |= {step.row.line: _word(step) for step in made.steps}
    becomes |= {said.line: "duplicate" for said in made.duplicates}
    becomes |= {said.line: "refused" for said in made.refused}
    heading = {field: read.header[index] for field, index in used.items()}
    refused = sorted(made.refused, key=lambda said: said.line)
    return {
        "system": system,
        "layout": read_as(read.header, choice)[0],
        "choice": choice,
        "choices": choices_for(read.header),
        "format": {
            "kind": read.kind,
            "encoding": read.encoding,
            "delimiter": read.delimiter,
            "sheet": read.sheet,
        },
        # As pairs: the database does not keep the order of an object's keys.
        "columns": [[heading[field], field] for field in sorted(used, key=lambda f: used[f])],
        "unused": unused,
        "counts": {
            "rows": len(rows),
            "new": len(made.new),
            "unchanged": len(made.unchanged),
            "changed": len(made.changed),
            "linked": len(made.linked),
            "duplicates": len(made.duplicates),
            "refused": len(made.refused),
            "notices": len(made.notices),
        },
        "sample": [
            {
                "line": row.line,
                "becomes": becomes[row.line],
                **{name: getattr(row, name) for name in (*FIELDS, "category", "external_id")},
            }
            for row in rows[: SHOWN // 10]
            if isinstance(row, Candidate)
        ],
        "refused": [
            {**asdict(said), "column": heading.get(said.column, said.column)} for said in refused
        ],
        "duplicates": [asdict(said) for said in made.duplicates[:SHOWN]],
        "notices": [asdict(said) for said in made.notices[:SHOWN]],
        "changes": [
            {
                "line": step.row.line,
                "vendor": str(step.vendor.id),
                "name": step.row.name,
                "values": _values(step),
            }
            for step in made.steps
            if step.writes and not step.link
        ][:SHOWN],
    }


def _alike(made: Plan) -> list[dict[str, Any]]:
    """New rows that look like vendors there are, by line: two records hide a part of the risk."""
    rows = {row.line: row for row in made.new}
    found = alike_of([Described(r.line, r.name, r.country, r.website) for r in made.new])
    return [
        {"line": line, "name": rows[line].name, "alike": [list(other) for other in others]}
        for line, others in list(found.items())[:SHOWN]
    ]


def _values(step: Step) -> dict[str, list[str]]:
    """Field -> [value before, value after]."""
    return {name: [step.before[name], value] for name, value in step.after.items()}


def _word(step: Step) -> str:
    if step.link:
        return "linked"
    return "changed" if step.writes else "unchanged"
