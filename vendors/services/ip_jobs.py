"""Long IP schedules, written by workers; short ones while the page waits.

Each asset takes some queries of its own, so that a list of some hundreds takes longer than anybody
should look at a page that does not move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from audit import clock
from vendors import master_data
from vendors.imports.ip_schedule import Listed
from vendors.imports.watching import Watch
from vendors.models import Engagement, IpImport
from vendors.selectors import engagements_visible_to
from vendors.services import file_jobs, held_lists, ip_import

#: Lists of up to so many assets are written at once.
AT_ONCE: Final = 100
_DAYS: Final = ("filed_on", "granted_on", "expires_on")

Status = IpImport.Status


def start(
    *, engagement: Engagement, file_name: str, assets: Sequence[Listed], by: Principal
) -> IpImport:
    """Have a worker write a list that was looked at: all of it or, when anything fails, nothing."""
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    made = IpImport(
        engagement=engagement,
        user_id=UUID(by.id),
        file_name=master_data.tidy(file_name)[-200:] or "list",
        assets=packed(assets),
        # It was looked through, on the page before.
        report={"counts": {"assets": len(assets)}},
        created_at=clock.now(),
    )
    with transaction.atomic():
        file_jobs.hand_over(_KIND, made, Status.WRITING, by)
    return made


def confirm(*, made: IpImport, by: Principal) -> IpImport:
    """Have it written after all, once it was stopped or refused; nothing happens to any other."""
    require(by, Permission.EDIT_FACTS, made.engagement.unit_id)
    with transaction.atomic():
        row = file_jobs.locked(_KIND, made.pk)
        if row.status == Status.PREVIEW:
            file_jobs.hand_over(_KIND, row, Status.WRITING, by)
    return row


def cancel(*, made: IpImport, by: Principal) -> IpImport:
    """Stop what a worker does, as `file_jobs.cancel`."""
    require(by, Permission.EDIT_FACTS, made.engagement.unit_id)
    return file_jobs.cancel(_KIND, made.pk)


def discard(*, made: IpImport, by: Principal) -> IpImport:
    """Let go of a list that was stopped or refused. Raises NotReady once it was confirmed."""
    require(by, Permission.EDIT_FACTS, made.engagement.unit_id)
    return held_lists.discard(IpImport.objects.all(), made.pk, end=_finish)


def go_on(*, import_id: UUID) -> None:
    """What a worker does: write a list."""
    file_jobs.go_on(_KIND, import_id)


def sweep() -> None:
    """Queue the lists that nobody works on."""
    file_jobs.sweep(_KIND)


def packed(assets: Sequence[Listed]) -> list[dict[str, Any]]:
    """The assets as JSON holds them."""
    rows = [asdict(one) for one in assets]
    for row in rows:
        for entry in row["registrations"]:
            for name in _DAYS:
                entry[name] = entry[name].isoformat() if entry[name] else None
    return rows


def unpacked(rows: Sequence[Mapping[str, Any]]) -> list[Listed]:
    """What was packed."""
    return [
        Listed(**{**row, "registrations": [_with_days(one) for one in row["registrations"]]})
        for row in rows
    ]


def _with_days(entry: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: date.fromisoformat(entry[name]) if entry[name] else None for name in _DAYS}
    return {**entry, **days}


def _step(made: IpImport, by: Principal, watch: Watch) -> None:
    rows = engagements_visible_to(by, Permission.EDIT_FACTS)
    engagement = rows.filter(pk=made.engagement_id).first()
    if engagement is None:
        raise NotAllowed(_("Your role does not allow this."))
    done = ip_import.run(engagement=engagement, assets=unpacked(made.assets), by=by, watch=watch)
    row = file_jobs.settled(_KIND, made)
    counts = {key: done.count(key) for key in ("new", "changed", "unchanged")}
    row.report = {"counts": {**row.report["counts"], **counts}}
    _finish(row, Status.DONE, "")


def _finish(row: IpImport, status: IpImport.Status, reason: str = "") -> None:
    row.status, row.reason = status, reason[:200]
    row.assets, row.finished_at = [], clock.now()
    row.save(update_fields=["status", "reason", "report", "assets", "finished_at"])


_KIND: Final = file_jobs.Kind(
    rows=IpImport.objects.select_related("engagement").all,
    step=_step,
    finish=_finish,
    task="vendors.import_ip",
    lock=7_308_650,
)
