"""Deciding whether a match is the vendor. A person does, with a reason that stays on record."""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.record import record
from vendors import master_data
from vendors.events.screening import MatchDecided
from vendors.models import Match, MatchStep
from vendors.selectors.matches import unit_for
from vendors.services.match_rows import tell_owned

#: What may be decided, and the step that it is.
VERDICTS: Final = {
    "confirmed": MatchStep.Action.CONFIRMED,
    "dismissed": MatchStep.Action.DISMISSED,
    "open": MatchStep.Action.REOPENED,
}
_SHORTEST: Final = 5
_LONGEST: Final = 2_000


class NothingToDecide(Refused):
    """The match is closed: no longer listed, or no longer alike."""

    code = "nothing_to_decide"


def decide(*, match: Match, version: int, verdict: str, reason: str, by: Principal) -> Match:
    """The match confirmed, dismissed, or opened again ("open"), with a reason.

    It stays so until either side changes. Deciding the same again changes nothing. Raises Invalid
    per field, OutOfDate where somebody decided since, NothingToDecide.
    """
    unit_id = require_held(match.vendor_id, Permission.DECIDE_FACTS, by)
    text = reason.replace("\x00", "").strip()
    errors: dict[str, list[str]] = {}
    if verdict not in VERDICTS:
        errors["verdict"] = [_("Choose whether it is the same or not.")]
    if len(text) < _SHORTEST:
        errors["reason"] = [_("Say why, so that others can follow it later.")]
    elif len(text) > _LONGEST:
        errors["reason"] = [_("Use at most %(most)d characters.") % {"most": _LONGEST}]
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        locked = (
            Match.objects.select_for_update(of=("self",))
            .select_related("watch_list")
            .get(pk=match.pk)
        )
        if locked.version != version:
            raise OutOfDate(
                _("This match has changed since you opened it. Look at it again."),
                current={"status": locked.status},
                version=locked.version,
            )
        if locked.status == Match.Status.CLOSED:
            raise NothingToDecide(_("There is nothing to decide any more: the match is closed."))
        if locked.status == verdict:
            return locked
        before = locked.status
        locked.status = verdict
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save(update_fields=["status", "version", "updated_at"])
        MatchStep.objects.create(
            match=locked,
            action=VERDICTS[verdict],
            at=clock.now(),
            user_id=UUID(by.id) if by.kind == "user" else None,
            reason=text,
            entry_id=locked.entry_id,
            score=locked.score,
            why=locked.why,
            digest=locked.digest,
        )
        record(
            MatchDecided(
                aggregate_id=locked.vendor_id,
                unit_id=unit_id,
                facts_of=locked.vendor_id,
                match_id=locked.pk,
                watch_list=locked.watch_list.key,
                kind=locked.watch_list.kind,
                verdict=verdict,
                before=before,
                reason=text,
            ),
            by=by,
        )
        tell_owned(locked.vendor_id)
    return locked


def require_held(vendor_id: UUID, permission: Permission, by: Principal) -> UUID | None:
    """The unit through which `by` holds `permission` for a vendor (None: for all units).

    Of a fourth party that no unit works with: through those it works for. Raises NotAllowed.
    """
    found = unit_for(by, vendor_id, permission)
    if found is None and by.units(permission) is not None:
        raise NotAllowed(_("Your role does not allow this."), permission=permission.value)
    return found
