"""Importing a list of statements: looked at first, then written in one transaction, or not at all.

A list with a cell that cannot be taken is not imported in part: it names every such cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Invalid, Refused
from vendors import master_data, statement_data
from vendors.imports import formulas, statements, table
from vendors.imports.cells import Problem
from vendors.imports.statements import Row
from vendors.imports.watching import Watch, nobody
from vendors.models import ExternalId, FinanceImport, Statement, Vendor
from vendors.services import held_lists
from vendors.services import statements as writing
from vendors.services.held_lists import NotReady, finish
from vendors.services.imports import DEFAULT_SYSTEM
from vendors.services.statements import require_held
from vendors.statement_data import as_json, values_of

MOST_ROWS: Final = 1_000
#: How many problems a report keeps.
SHOWN: Final = 500


class NotWhole(Refused):
    """Some cells cannot be taken, so nothing of the list is."""

    code = "not_whole"


@dataclass
class _Read:
    """A list gone through: what each row becomes, and every problem."""

    table: table.Table
    rows: list[tuple[Row, Vendor]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def preview(
    *,
    unit: BusinessUnit,
    vendor: Vendor | None,
    file_name: str,
    content: bytes,
    system: str = DEFAULT_SYSTEM,
    by: Principal,
) -> FinanceImport:
    """A list read and kept with what would happen; no statement is written.

    With `vendor`, every row is a statement of it. Otherwise a row names a vendor of `unit` by id
    (`system` is where ids come from if the list does not say), LEI or name. Raises Invalid (field
    "file" or "system") when the file cannot be read.
    """
    require(by, Permission.EDIT_FACTS, unit.pk)
    if vendor is not None:
        require_held(vendor, by)
    try:
        system = master_data.clean_system(system)
    except ValueError as error:
        raise master_data.invalid({"system": [str(error)]}) from error
    found = _read(content, unit, vendor, system)
    return FinanceImport.objects.create(
        kind=FinanceImport.Kind.STATEMENTS,
        unit=unit,
        vendor=vendor,
        user_id=UUID(by.id) if by.kind == "user" else None,
        file_name=master_data.tidy(file_name)[-200:] or "list",
        content=content,
        report=_report(found, system),
        created_at=clock.now(),
    )


def run(*, made: FinanceImport, by: Principal) -> FinanceImport:
    """The import done: every row, or none. Running it again changes nothing.

    Raises NotReady for one that was discarded, NotWhole where a cell cannot be taken.
    """
    require(by, Permission.EDIT_FACTS, made.unit_id)
    with transaction.atomic():
        locked = FinanceImport.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if locked.status in (FinanceImport.Status.WRITING, FinanceImport.Status.DONE):
            return locked
        if locked.status != FinanceImport.Status.PREVIEW or locked.unit is None:
            raise NotReady(_("This import was discarded. Upload the list again."))
        locked.report = write(made=locked, by=by, watch=nobody)
        finish(locked, FinanceImport.Status.DONE)
    return locked


def write(*, made: FinanceImport, by: Principal, watch: Watch) -> dict[str, Any]:
    """The report of a list whose rows are written, in the transaction of the caller.

    Raises NotWhole where a cell cannot be taken.
    """
    require(by, Permission.EDIT_FACTS, made.unit_id)
    if made.unit is None:
        raise NotReady(_("This import was discarded. Upload the list again."))
    found = _read(bytes(made.content), made.unit, made.vendor, made.report["system"])
    if found.problems:
        raise NotWhole(_("Some cells cannot be taken. Put them right and upload the list again."))
    report = _report(found, made.report["system"])
    # In one order, so that two imports at once do not wait for each other in a circle.
    rows = sorted(found.rows, key=lambda pair: pair[1].pk)
    for done, (row, vendor) in enumerate(rows, start=1):
        writing.put(vendor=vendor, values=row.values, by=by)
        watch(done, len(rows))
    return report


def discard(*, made: FinanceImport, by: Principal) -> FinanceImport:
    """Let go of a previewed list. Raises NotReady once it was confirmed."""
    require(by, Permission.EDIT_FACTS, made.unit_id)
    return held_lists.discard(FinanceImport.objects.all(), made.pk)


def _read(content: bytes, unit: BusinessUnit, vendor: Vendor | None, system: str) -> _Read:
    try:
        found = table.read(content, is_header=statements.known_headings, wanted=statements.wanted())
    except table.Unreadable as error:
        raise _unusable(str(error)) from error
    used, _unused = statements.columns_of(found.header)
    for missing in statements.missing_columns(used, of_one_vendor=vendor is not None):
        raise _unusable(missing)
    if len(found.lines) > MOST_ROWS:
        raise _unusable(
            _("The list has %(count)d rows; at most %(most)d can be imported at once. Split it.")
            % {"count": len(found.lines), "most": MOST_ROWS}
        )
    marked = formulas.formula_cells(content, found.sheet) if found.kind == "sheet" else frozenset()
    if marked is None:
        raise _unusable(_("Save the list as .xlsx or CSV. In other files formulas go unseen."))
    read = _Read(found)
    good: list[Row] = []
    for one in statements.rows(found, marked, today=clock.today()):
        if isinstance(one, Row):
            good.append(one)
        else:
            read.problems += one
    whose = {row.line: vendor for row in good} if vendor else _Known(good, unit, system).find(read)
    _pair(read, good, whose)
    return read


def _unusable(message: str) -> Invalid:
    return Invalid(message, errors={"file": [message]})


def _pair(read: _Read, good: Iterable[Row], whose: Mapping[int, Vendor | None]) -> None:
    """Each row with its vendor; a year that stands twice in the list is a problem."""
    seen: dict[tuple[UUID, int], int] = {}
    for row in good:
        vendor = whose.get(row.line)
        if vendor is None:
            continue
        year = row.values["fiscal_year"]
        first = seen.setdefault((vendor.pk, year), row.line)
        if first != row.line:
            reason = _("%(year)d of %(name)s stands in line %(line)d already.") % {
                "year": year,
                "name": vendor.name,
                "line": first,
            }
            read.problems.append(_problem(read.table, row, "fiscal_year", str(year), reason))
            continue
        read.rows.append((row, vendor))


def _problem(found: table.Table, row: Row, name: str, value: str, reason: str) -> Problem:
    used, _unused = statements.columns_of(found.header)
    heading = found.header[used[name]] if name in used else ""
    return Problem(row.line, row.cells.get(name, ""), heading, value, reason)


class _Known:
    """The vendors of a unit that the rows may mean, by id, LEI and name."""

    def __init__(self, rows: Sequence[Row], unit: BusinessUnit, system: str) -> None:
        self._rows, self._system = rows, system
        self._ids: dict[tuple[str, str], Vendor] = {}
        self._leis: dict[str, list[Vendor]] = {}
        self._names: dict[str, list[Vendor]] = {}
        keys = {self._ref(row)[1] for row in rows} - {""}
        names = {row.identity.get("name", "") for row in rows} - {""}
        leis = {row.identity.get("lei", "").upper() for row in rows} - {""}
        linked = Vendor.objects.filter(unit_links__unit=unit)
        ids = ExternalId.objects.filter(key__in=keys, vendor__in=linked).select_related("vendor")
        for one in ids:
            self._ids[one.system, one.key] = one.vendor
        meant = (
            linked.annotate(small=Lower("name"))
            .filter(
                Q(small__in={name.lower() for name in names}) | Q(name__in=names) | Q(lei__in=leis)
            )
            .distinct()
        )
        for vendor in meant:
            self._names.setdefault(vendor.name.lower(), []).append(vendor)
            if vendor.lei:
                self._leis.setdefault(vendor.lei, []).append(vendor)

    def _ref(self, row: Row) -> tuple[str, str]:
        system = row.identity.get("system") or self._system
        return master_data.external_ref(system, row.identity.get("external_id", ""))

    def find(self, read: _Read) -> dict[int, Vendor | None]:
        """Line -> its vendor; who cannot be found, or told apart, becomes a problem."""
        return {row.line: self._vendor(read, row) for row in self._rows}

    def _vendor(self, read: _Read, row: Row) -> Vendor | None:
        found: Vendor | None = None
        for name, value in row.identity.items():
            if not value or name == "system":
                continue
            meant = self._meant(name, value, row)
            if len(meant) != 1 or (found is not None and meant[0] != found):
                reason = _reason(name, value, meant, found)
                read.problems.append(_problem(read.table, row, name, value, reason))
                return None
            found = meant[0]
        if found is None:
            reason = _("The row does not say whose statement it is.")
            read.problems.append(Problem(row.line, "", "", "", reason))
        return found

    def _meant(self, name: str, value: str, row: Row) -> list[Vendor]:
        if name == "external_id":
            one = self._ids.get(self._ref(row))
            return [one] if one else []
        if name == "lei":
            return self._leis.get(value.upper(), [])
        return self._names.get(value.lower(), [])


def _reason(name: str, value: str, meant: Sequence[Vendor], found: Vendor | None) -> str:
    if not meant:
        return {
            "external_id": _("No vendor of this business unit has this id."),
            "lei": _("No vendor of this business unit has this LEI."),
            "name": _("No vendor of this business unit has exactly this name."),
        }[name]
    if len(meant) > 1:
        return _("%(count)d vendors are meant by this. Add the vendor id or the LEI.") % {
            "count": len(meant)
        }
    return _("This is %(name)s, and the columns before mean %(other)s.") % {
        "name": meant[0].name,
        "other": found.name if found else "",
    }


def _report(found: _Read, system: str) -> dict[str, Any]:
    """What the page shows, as JSON values."""
    used, unused = statements.columns_of(found.table.header)
    there = _there(found.rows)
    lines = [_line(row, vendor, there) for row, vendor in found.rows]
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
            [found.table.header[index], name]
            for name, index in sorted(used.items(), key=lambda pair: pair[1])
        ],
        "unused": unused,
        "counts": {
            "rows": len(found.table.lines),
            "refused": len(refused),
            **{
                kind: sum(one["becomes"] == kind for one in lines)
                for kind in ("new", "changed", "unchanged")
            },
        },
        "lines": lines,
        "problems": [
            asdict(one)
            for one in sorted(found.problems, key=lambda one: (one.line, one.cell))[:SHOWN]
        ],
    }


def _there(rows: Sequence[tuple[Row, Vendor]]) -> dict[UUID, dict[int, Statement]]:
    """Vendor -> fiscal year -> the statement that there is."""
    found: dict[UUID, dict[int, Statement]] = {}
    for one in Statement.objects.filter(
        vendor__in={vendor.pk for _row, vendor in rows}, withdrawn_at__isnull=True
    ):
        found.setdefault(one.vendor_id, {})[one.fiscal_year] = one
    return found


def _line(
    row: Row, vendor: Vendor, there: Mapping[UUID, Mapping[int, Statement]]
) -> dict[str, Any]:
    years = there.get(vendor.pk, {})
    before = years.get(row.values["fiscal_year"])
    now = values_of(before) if before else {}
    changed = {
        name: [now[name], value]
        for name, value in row.values.items()
        if before is not None and now[name] != value
    }
    others = [one for year, one in years.items() if one is not before and not one.declined]
    nearest = min(
        others, key=lambda one: abs(one.fiscal_year - row.values["fiscal_year"]), default=None
    )
    return {
        "line": row.line,
        "vendor": str(vendor.pk),
        "name": vendor.name,
        "becomes": "new" if before is None else "changed" if changed else "unchanged",
        "changes": {
            name: list(as_json({"before": old, "after": new}).values())
            for name, (old, new) in changed.items()
        },
        "hints": statement_data.hints(row.values, nearest),
        **as_json(
            {
                name: row.values[name]
                for name in (
                    "fiscal_year",
                    "declined",
                    "currency",
                    "scale",
                    "source",
                    "total_assets",
                    "sales",
                )
            }
        ),
    }
