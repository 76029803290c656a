"""Long lists of exchange rates, looked through and written by workers; short ones at once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from vendors.imports.watching import Watch
from vendors.models import FinanceImport
from vendors.services import file_jobs, held_lists, rates
from vendors.services.held_lists import NotReady, finish

#: Files of up to so many bytes are read at once, those with up to so many rates to write written.
AT_ONCE_BYTES: Final = 50_000
AT_ONCE_RATES: Final = 2_000

Status = FinanceImport.Status


def start(
    *, file_name: str, content: bytes, base: str, source: str, by: Principal
) -> FinanceImport:
    """A list to be looked through; no rate is written.

    Raises Invalid ("base", "source"; "file" where it is so short that it is read at once).
    """
    if len(content) <= AT_ONCE_BYTES:
        return rates.preview(file_name=file_name, content=content, base=base, source=source, by=by)
    with transaction.atomic():
        made = rates.taken(file_name=file_name, content=content, base=base, source=source, by=by)
        file_jobs.hand_over(_KIND, made, Status.READING, by)
    return made


def confirm(*, made: FinanceImport, by: Principal) -> FinanceImport:
    """Import a list that was looked through. Raises NotReady, NotWhole."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    if made.is_under_way:
        return made
    if not made.was_read:
        raise NotReady(_("This import does not wait to be confirmed."))
    if made.status != Status.PREVIEW or _is_short(made):
        return rates.run(made=made, by=by)
    with transaction.atomic():
        row = file_jobs.locked(_KIND, made.pk)
        if row.status == Status.PREVIEW:
            file_jobs.hand_over(_KIND, row, Status.WRITING, by)
    return row


def _is_short(made: FinanceImport) -> bool:
    """Whether little is written, and little is read for it: all of the file is read once more."""
    counts = made.report["counts"]
    if counts["new"] + counts["changed"] > AT_ONCE_RATES:
        return False
    return held_lists.size_of(FinanceImport.objects.all(), made.pk) <= AT_ONCE_BYTES


def cancel(*, made: FinanceImport, by: Principal) -> FinanceImport:
    """Stop what a worker does, as `file_jobs.cancel`."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    return file_jobs.cancel(_KIND, made.pk)


def go_on(*, import_id: UUID) -> None:
    """What a worker does: look through a list, or write it."""
    file_jobs.go_on(_KIND, import_id)


def sweep() -> None:
    """Queue the lists that nobody works on."""
    file_jobs.sweep(_KIND)


def _step(made: FinanceImport, by: Principal, watch: Watch) -> None:
    reading = made.status == Status.READING
    report = (rates.looked_through if reading else rates.write)(made=made, by=by, watch=watch)
    file_jobs.ended(_KIND, made, report)


_KIND: Final = file_jobs.Kind(
    rows=FinanceImport.objects.filter(kind=FinanceImport.Kind.RATES).all,
    step=_step,
    finish=finish,
    task="vendors.import_rates",
    lock=7_308_649,
)
