"""Long lists of vendors, looked through and written by workers; short ones while the page waits."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from vendors.imports.watching import Watch
from vendors.models import VendorImport
from vendors.services import file_jobs, held_lists, imports
from vendors.services.held_lists import NotReady, finish

#: Files of up to so many bytes are read at once, those with up to so many rows to write written.
AT_ONCE_BYTES: Final = 50_000
AT_ONCE_ROWS: Final = 500

Status = VendorImport.Status


def start(
    *, unit: BusinessUnit, file_name: str, content: bytes, system: str, by: Principal
) -> VendorImport:
    """A list to be looked through; no vendor is written. Raises Invalid ("system"; "file" where it
    is so short that it is read at once)."""
    if len(content) <= AT_ONCE_BYTES:
        return imports.preview(
            unit=unit, file_name=file_name, content=content, system=system, by=by
        )
    made = imports.taken(unit=unit, file_name=file_name, content=content, system=system, by=by)
    with transaction.atomic():
        file_jobs.hand_over(_KIND, made, Status.READING, by)
    return made


def confirm(*, vendor_import: VendorImport, by: Principal) -> VendorImport:
    """Import a list that was looked through. Raises NotReady, ChangedMeanwhile."""
    if "counts" not in vendor_import.report:
        raise NotReady(_("This import does not wait to be confirmed."))
    if _is_short(vendor_import):
        return imports.run(vendor_import=vendor_import, by=by)
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    with transaction.atomic():
        row = file_jobs.locked(_KIND, vendor_import.pk)
        if row.status == Status.PREVIEW:
            file_jobs.hand_over(_KIND, row, Status.WRITING, by)
    return row


def _is_short(made: VendorImport) -> bool:
    """Whether little is written, and little is read for it: all of the file is read once more."""
    counts = made.report["counts"]
    if sum(counts[key] for key in ("new", "changed", "linked")) > AT_ONCE_ROWS:
        return False
    return held_lists.size_of(VendorImport.objects.all(), made.pk) <= AT_ONCE_BYTES


def choose(*, vendor_import: VendorImport, choice: str, by: Principal) -> VendorImport:
    """Look through a list once more, read as `choice` says. Raises NotReady, Invalid ("choice")."""
    if vendor_import.report.get("counts", {}).get("rows", 0) <= AT_ONCE_ROWS:
        return imports.choose(vendor_import=vendor_import, choice=choice, by=by)
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    with transaction.atomic():
        row = file_jobs.locked(_KIND, vendor_import.pk)
        imports.check_choice(row, choice)
        row.report = {**row.report, "wanted": choice}
        file_jobs.hand_over(_KIND, row, Status.READING, by)
    return row


def cancel(*, vendor_import: VendorImport, by: Principal) -> VendorImport:
    """Stop what a worker does, as `file_jobs.cancel`."""
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    return file_jobs.cancel(_KIND, vendor_import.pk)


def go_on(*, import_id: UUID) -> None:
    """What a worker does: look through a list, or write it."""
    file_jobs.go_on(_KIND, import_id)


def sweep() -> None:
    """Queue the lists that nobody works on."""
    file_jobs.sweep(_KIND)


def _step(made: VendorImport, by: Principal, watch: Watch) -> None:
    if made.status == Status.READING:
        require(by, Permission.IMPORT_VENDORS, made.unit_id)
        report = imports.looked_through(made, watch)
    else:
        report = imports.write(vendor_import=made, by=by, watch=watch)
    file_jobs.ended(_KIND, made, report)


_KIND: Final = file_jobs.Kind(
    rows=VendorImport.objects.all,
    step=_step,
    finish=finish,
    task="vendors.import_list",
    lock=7_308_642,
)
