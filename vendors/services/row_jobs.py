"""Lists of contracts, policies, subcontractors and statements: many rows are written by workers.

Each row takes some queries of its own, so that a list of some hundreds takes longer than anybody
should look at a page that does not move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from vendors.imports.watching import Watch
from vendors.models import ContractImport, FinanceImport, SubcontractImport
from vendors.models.file_job import FileJob
from vendors.services import contract_imports, file_jobs, statement_imports, subcontract_imports
from vendors.services.held_lists import finish

#: Lists with up to so many rows to write are written while the page waits.
AT_ONCE_ROWS: Final = 100
#: The same, of lists that are to be read for it and may have nothing new.
READ_AT_ONCE_ROWS: Final = 500

Status = FileJob.Status


@dataclass(frozen=True)
class _List:
    """One kind of list: all in the request (`run`), or in the transaction of a worker (`write`)."""

    run: Callable[..., Any]
    write: Callable[..., dict[str, Any]]
    job: file_jobs.Kind[Any]


def confirm(*, kind: str, made: Any, by: Principal) -> Any:
    """Import a list that was looked through; `kind` is a key of `KINDS`. Raises what `run` does."""
    one = KINDS[kind]
    if made.is_under_way:
        return made
    counts = made.report["counts"]
    short = counts["new"] + counts["changed"] <= AT_ONCE_ROWS
    if (short and counts["rows"] <= READ_AT_ONCE_ROWS) or made.status != Status.PREVIEW:
        return one.run(made=made, by=by)
    require(by, Permission.EDIT_FACTS, made.unit_id)
    with transaction.atomic():
        row = file_jobs.locked(one.job, made.pk)
        if row.status == Status.PREVIEW:
            file_jobs.hand_over(one.job, row, Status.WRITING, by)
    return row


def cancel(*, kind: str, made: Any, by: Principal) -> Any:
    """Stop what a worker does, as `file_jobs.cancel`."""
    require(by, Permission.EDIT_FACTS, made.unit_id)
    return file_jobs.cancel(KINDS[kind].job, made.pk)


def go_on(*, kind: str, import_id: UUID) -> None:
    """What a worker does: write a list."""
    file_jobs.go_on(KINDS[kind].job, import_id)


def sweep() -> None:
    """Queue the lists that nobody works on."""
    for one in KINDS.values():
        file_jobs.sweep(one.job)


def _list(
    kind: str, *, module: Any, rows: Callable[[], QuerySet[Any]], lock: int
) -> tuple[str, _List]:
    def step(made: Any, by: Principal, watch: Watch) -> None:
        report = module.write(made=made, by=by, watch=watch)
        row = file_jobs.settled(job, made)
        row.report = report
        finish(row, Status.DONE)

    job: file_jobs.Kind[Any] = file_jobs.Kind(
        rows=rows,
        step=step,
        finish=finish,
        task="vendors.import_rows",
        lock=lock,
        names=(kind,),
    )
    return kind, _List(module.run, module.write, job)


#: Key of a kind of list, as tasks name it -> what is its own about it.
KINDS: Final[Mapping[str, _List]] = dict(
    [
        _list(
            "contracts",
            module=contract_imports,
            rows=ContractImport.objects.select_related("unit").all,
            lock=7_308_644,
        ),
        _list(
            "subcontracts",
            module=subcontract_imports,
            rows=SubcontractImport.objects.select_related("unit").all,
            lock=7_308_645,
        ),
        _list(
            "statements",
            module=statement_imports,
            rows=FinanceImport.objects.filter(kind="statements").select_related("unit").all,
            lock=7_308_646,
        ),
    ]
)
