"""Legal hold: nothing of a vendor, or of one engagement, is erased until it is lifted."""

from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import written
from vendors.events.limits import HoldLifted, HoldPlaced
from vendors.master_data import invalid
from vendors.models import Engagement, LegalHold, Vendor
from vendors.selectors.holds import hold_on
from vendors.services.rows import user_id

HOLD: Final = Permission.HOLD
_LONGEST: Final = 2_000
#: Of the advisory lock that holds and erasing share.
_LOCK: Final = 0x4C484F4C44


class Held(Refused):
    """A legal hold keeps it from being erased. `extra["hold_id"]`: which."""

    code = "legal_hold"


@transaction.atomic
def place(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    engagement: Engagement | None = None,
    reason: str,
    by: Principal,
) -> LegalHold:
    """From now on nothing of the vendor is erased, or of one engagement of it.

    The caller has found both among those visible. Raises Invalid without a reason, or where the
    same is held already; NotAllowed.
    """
    require(by, HOLD, unit.pk)
    said = _said(reason, _("Say why it is held."))
    stand_still()
    there = LegalHold.objects.filter(vendor=vendor, engagement=engagement, lifted_at=None)
    if there.exists():
        raise invalid({"reason": [_("There is a hold on this already.")]})
    hold = LegalHold.objects.create(
        vendor=vendor,
        unit=engagement.unit if engagement else unit,
        engagement=engagement,
        reason=said,
        placed_by_id=user_id(by),
        placed_at=clock.now(),
    )
    record(HoldPlaced(reason=said, **_of(hold)), by=by)
    return hold


@transaction.atomic
def lift(*, hold: LegalHold, reason: str, by: Principal) -> None:
    """The hold ends; what is due by the rules of retention goes at the next run of them.

    Lifting again changes nothing. Raises Invalid without a reason, NotAllowed.
    """
    require(by, HOLD, hold.unit_id)
    said = _said(reason, _("Say why it is lifted."))
    locked = LegalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if locked.lifted_at is not None:
        return
    locked.lifted_at, locked.lifted_because = clock.now(), said
    locked.lifted_by_id = user_id(by)
    locked.save(update_fields=["lifted_at", "lifted_because", "lifted_by"])
    record(HoldLifted(reason=said, **_of(locked)), by=by)


def refuse_held(vendor_id: UUID, engagement_id: UUID | None = None) -> None:
    """Raise Held where a hold keeps the vendor, or the engagement. In the erasing transaction."""
    stand_still()
    hold = hold_on(vendor_id, engagement_id)
    if hold is not None:
        day = date_format(hold.placed_at, "DATE_FORMAT")
        raise Held(
            _(
                "A legal hold of %(day)s keeps this, so nothing of it may be erased. A legal "
                "reviewer of %(unit)s can lift it."
            )
            % {"day": day, "unit": hold.unit.name},
            hold_id=str(hold.pk),
        )


def stand_still() -> None:
    """Until the transaction ends no hold is placed by others, and nothing is erased by others.

    Whoever erases and whoever places a hold calls it first, so that nothing goes while a hold is
    placed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _of(hold: LegalHold) -> dict[str, Any]:
    return {
        "aggregate_id": hold.pk,
        "unit_id": hold.unit_id,
        "vendor_id": hold.vendor_id,
        "engagement_id": hold.engagement_id,
    }


def _said(reason: str, needed: str) -> str:
    try:
        return written.text(reason, needed=needed, most=_LONGEST)
    except ValueError as error:
        raise invalid({"reason": [str(error)]}) from error
