"""Importing lists of contracts or policies: looked at first, then written whole or not at all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Invalid
from audit.record import record
from vendors import master_data
from vendors.events.contracts import ContractsImported
from vendors.imports import contract_lists, formulas, table
from vendors.imports.cells import Problem
from vendors.imports.contract_lists import LAYOUTS, POINT, Layout, Row
from vendors.imports.watching import Watch, nobody
from vendors.models import Contract, ContractImport, Engagement, InsurancePolicy, Vendor
from vendors.services import agreements, clauses, contracts, held_lists, insurance
from vendors.services.contract_places import Places
from vendors.services.held_lists import NotReady, finish
from vendors.services.imports import DEFAULT_SYSTEM
from vendors.services.statement_imports import NotWhole

MOST_ROWS: Final = 2_000
#: How many problems and rows a report keeps.
SHOWN: Final = 500


@dataclass
class _Step:
    """What becomes of one row."""

    row: Row
    vendor: Vendor
    engagement: Engagement | None
    there: Contract | InsurancePolicy | None
    becomes: str


@dataclass
class _Read:
    """A list gone through: what each row becomes, and every problem."""

    layout: Layout
    table: table.Table
    used: Mapping[str, int]
    unused: list[str]
    steps: list[_Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, row: Row, name: str, reason: str) -> None:
        value = self._cell(row, name)
        self.problems.append(
            contract_lists.problem(
                self.table, self.used, row, name=name, value=value, reason=reason
            )
        )

    def _cell(self, row: Row, name: str) -> str:
        if name not in self.used:
            return ""
        line = next(one for one in self.table.lines if one.number == row.line)
        index = self.used[name]
        return line.cells[index] if index < len(line.cells) else ""


def preview(
    *,
    unit: BusinessUnit,
    kind: str,
    file_name: str,
    content: bytes,
    system: str = DEFAULT_SYSTEM,
    by: Principal,
) -> ContractImport:
    """A list read and kept with what would happen; nothing is written.

    `kind` is "contracts" or "policies". Raises Invalid (field "file" or "system").
    """
    require(by, Permission.EDIT_FACTS, unit.pk)
    try:
        system = master_data.clean_system(system)
    except ValueError as error:
        raise master_data.invalid({"system": [str(error)]}) from error
    found = _read(LAYOUTS[kind], content, unit, system)
    return ContractImport.objects.create(
        unit=unit,
        user_id=UUID(by.id) if by.kind == "user" else None,
        kind=kind,
        file_name=master_data.tidy(file_name)[-200:] or "list",
        content=content,
        report=_report(found, system),
        created_at=clock.now(),
    )


def run(*, made: ContractImport, by: Principal) -> ContractImport:
    """The import done: every row, or none. Running it again changes nothing.

    Raises NotReady for one that was discarded, NotWhole where a cell cannot be taken.
    """
    require(by, Permission.EDIT_FACTS, made.unit_id)
    with transaction.atomic():
        locked = ContractImport.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if locked.status in (ContractImport.Status.WRITING, ContractImport.Status.DONE):
            return locked
        if locked.status != ContractImport.Status.PREVIEW:
            raise NotReady(_("This import was discarded. Upload the list again."))
        locked.report = write(made=locked, by=by, watch=nobody)
        finish(locked, ContractImport.Status.DONE)
    return locked


def write(*, made: ContractImport, by: Principal, watch: Watch) -> dict[str, Any]:
    """The report of a list whose rows are written, in the transaction of the caller.

    Raises NotWhole where a cell cannot be taken.
    """
    require(by, Permission.EDIT_FACTS, made.unit_id)
    system = made.report["system"]
    found = _read(LAYOUTS[made.kind], bytes(made.content), made.unit, system)
    if found.problems:
        raise NotWhole(_("Some cells cannot be taken. Put them right and upload the list again."))
    steps = [step for step in found.steps if step.becomes != "unchanged"]
    # In one order, so that two imports at once do not wait for each other in a circle.
    steps.sort(key=lambda one: (one.vendor.pk, one.row.line))
    for done, step in enumerate(steps, start=1):
        _write(step, by)
        watch(done, len(steps))
    report = _report(found, system)
    record(
        ContractsImported(
            aggregate_id=made.pk,
            unit_id=made.unit_id,
            kind=made.kind,
            file_name=made.file_name,
            created=report["counts"]["new"],
            changed=report["counts"]["changed"],
        ),
        by=by,
    )
    return report


def discard(*, made: ContractImport, by: Principal) -> ContractImport:
    """Let go of a previewed list. Raises NotReady once it was confirmed."""
    require(by, Permission.EDIT_FACTS, made.unit_id)
    return held_lists.discard(ContractImport.objects.all(), made.pk)


def _write(step: _Step, by: Principal) -> None:
    values = _started(step)
    if isinstance(step.there, InsurancePolicy):
        insurance.change(policy=step.there, version=step.there.version, values=values, by=by)
    elif step.engagement is None:
        insurance.create(vendor=step.vendor, values=values, by=by)
    else:
        agreements.put(
            engagement=step.engagement,
            contract=step.there,
            values=values,
            points=[{"key": key, "status": status} for key, status in step.row.points.items()],
            by=by,
        )


def _started(step: _Step) -> dict[str, Any]:
    """The values of a row; a new contract whose status the list does not tell is in force."""
    values = dict(step.row.values)
    for name in ("status", "renewal"):
        if not values.get(name):
            values.pop(name, None)
    if step.there is None and step.engagement is not None:
        values.setdefault("status", Contract.Status.IN_FORCE.value)
    return values


def _read(layout: Layout, content: bytes, unit: BusinessUnit, system: str) -> _Read:
    try:
        found = table.read(
            content, is_header=contract_lists.known_headings(layout), wanted=str(layout.wanted)
        )
    except table.Unreadable as error:
        raise _unusable(str(error)) from error
    used, unused = contract_lists.columns_of(layout, found.header)
    for missing in contract_lists.missing_columns(layout, used):
        raise _unusable(missing)
    if len(found.lines) > MOST_ROWS:
        raise _unusable(
            _("The list has %(count)d rows; at most %(most)d can be imported at once. Split it.")
            % {"count": len(found.lines), "most": MOST_ROWS}
        )
    marked = formulas.formula_cells(content, found.sheet) if found.kind == "sheet" else frozenset()
    if marked is None:
        raise _unusable(_("Save the list as .xlsx or CSV. In other files formulas go unseen."))
    read = _Read(layout, found, used, unused)
    good: list[Row] = []
    for one in contract_lists.rows(layout, found, marked):
        if isinstance(one, Row):
            good.append(one)
        else:
            read.problems += one
    _plan(read, good, Places(good, unit, system))
    return read


def _unusable(message: str) -> Invalid:
    return Invalid(message, errors={"file": [message]})


def _plan(read: _Read, rows: list[Row], places: Places) -> None:
    """What becomes of each row; a row that stands twice in the list is a problem."""
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        problems: list[tuple[str, str]] = []
        vendor = places.vendor(row, problems)
        engagement = None
        if vendor is not None and read.layout is contract_lists.CONTRACTS:
            engagement = places.engagement(row, vendor, problems)
        if vendor is not None and not problems:
            key = _key(row, vendor, engagement)
            first = seen.setdefault(key, row.line)
            if first != row.line:
                said = _("The same stands in line %(line)d already.") % {"line": first}
                problems.append((read.layout.key, said))
        if vendor is None or problems:
            for name, reason in problems:
                read.note(row, name, reason)
            continue
        step = _Step(row, vendor, engagement, None, "new")
        step.there = places.there(row, vendor, engagement)
        _judge(read, step)


def _key(row: Row, vendor: Vendor, engagement: Engagement | None) -> tuple[Any, ...]:
    if engagement is None:
        return vendor.pk, row.values.get("number"), row.values.get("valid_from")
    return engagement.pk, row.values.get("reference") or row.values.get("title")


def _judge(read: _Read, step: _Step) -> None:
    """Whether a row can be written, and whether it changes anything."""
    try:
        if isinstance(step.there, InsurancePolicy) or step.engagement is None:
            policy = step.there if isinstance(step.there, InsurancePolicy) else None
            changes = insurance.check(vendor=step.vendor, policy=policy, values=_started(step))
        else:
            changes = contracts.check(
                engagement=step.engagement, contract=step.there, values=_started(step)
            )
            changes = clauses.differ(step.there, step.row.points) or changes
    except Invalid as refused:
        for name, messages in refused.extra["errors"].items():
            for message in messages:
                read.note(step.row, name, message)
        return
    step.becomes = "new" if step.there is None else "changed" if changes else "unchanged"
    read.steps.append(step)


def _report(found: _Read, system: str) -> dict[str, Any]:
    """What the page shows, as JSON values."""
    refused = {problem.line for problem in found.problems}
    return {
        "system": system,
        "format": {
            "kind": found.table.kind,
            "encoding": found.table.encoding,
            "delimiter": found.table.delimiter,
            "sheet": found.table.sheet,
        },
        "columns": [
            [found.table.header[index], name.removeprefix(POINT), name.startswith(POINT)]
            for name, index in sorted(found.used.items(), key=lambda pair: pair[1])
        ],
        "unused": found.unused,
        "counts": {
            "rows": len(found.table.lines),
            "refused": len(refused),
            **{
                kind: sum(step.becomes == kind for step in found.steps)
                for kind in ("new", "changed", "unchanged")
            },
        },
        "lines": [_line(step) for step in found.steps[:SHOWN]],
        "problems": [
            asdict(one)
            for one in sorted(found.problems, key=lambda one: (one.line, one.cell))[:SHOWN]
        ],
    }


def _line(step: _Step) -> dict[str, Any]:
    values = step.row.values
    return {
        "line": step.row.line,
        "vendor": str(step.vendor.pk),
        "name": step.vendor.name,
        "engagement": step.engagement.title if step.engagement else "",
        "what": values.get("title") or f"{values.get('insurer', '')} {values.get('number', '')}",
        "until": str(values.get("ends_on") or values.get("expires_on") or ""),
        "points": len(step.row.points),
        "becomes": step.becomes,
    }
