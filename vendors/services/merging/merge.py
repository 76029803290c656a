"""Merging two records of one company, and telling apart two that only look like one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import OutOfDate
from audit.record import record
from vendors import master_data, selectors
from vendors.events.merges import VendorMerged, VendorMergedAway, VendorToldApart
from vendors.imports.watching import Watch, nobody
from vendors.models import MergeRecord, NotTheSame, Vendor
from vendors.selectors import duplicates
from vendors.services import subcontracts
from vendors.services.merging.plan import FIELDS, check, choose
from vendors.services.merging.relations import Policy, relations

#: How long a merge can be undone.
UNDO_DAYS: Final = 30
_REASON_LENGTH: Final = 2_000
#: Rows moved by one statement, so that whoever waits is told how far it is.
_PIECE: Final = 2_000


def merge(
    *,
    kept: Vendor,
    gone: Vendor,
    versions: tuple[int, int] | None = None,
    take: Collection[str] = (),
    reason: str = "",
    by: Principal,
    watch: Watch = nobody,
) -> MergeRecord:
    """`gone` becomes a part of `kept`: engagements, assessments, facts and ids move over.

    `versions`: of the two, as the person saw them. `take` names master data that `gone` decides.
    `watch` is told how many rows have moved. Raises NotAllowed, CannotMerge, OutOfDate, Invalid.
    """
    reason = tidy_reason(reason)
    with transaction.atomic():
        subcontracts.lock()
        kept, gone = lock_both(kept.pk, gone.pk)
        check(kept, gone, by)
        require_seen(kept, gone, versions)
        chosen = choose(kept, gone, take)
        before = {"kept": values_of(kept), "gone": values_of(gone)}
        unit_id = _unit(kept, by)
        moved = _move(kept.pk, gone.pk, watch)
        now = clock.now()
        for choice in chosen:
            setattr(kept, choice.field, choice.result)
        save(kept, *FIELDS)
        gone.status, gone.merged_into = Vendor.Status.MERGED, kept
        save(gone, "status", "merged_into")
        made = MergeRecord.objects.create(
            kept=kept,
            gone=gone,
            reason=reason,
            moved=moved,
            before=before,
            after={"kept": values_of(kept)},
            merged_by_id=person(by),
            merged_at=now,
            undo_until=now + timedelta(days=UNDO_DAYS),
        )
        record(
            VendorMerged(
                aggregate_id=kept.pk,
                unit_id=unit_id,
                facts_of=kept.pk,
                merge_id=made.pk,
                gone_id=gone.pk,
                moved=counts(moved),
                name=gone.name,
                reason=reason,
                before=before["kept"],
                after=values_of(kept),
            ),
            by=by,
        )
        record(
            VendorMergedAway(
                aggregate_id=gone.pk, unit_id=unit_id, merge_id=made.pk, kept_id=kept.pk
            ),
            by=by,
        )
    return made


def require_seen(kept: Vendor, gone: Vendor, versions: tuple[int, int] | None) -> None:
    """Raise OutOfDate where these are not the versions of the two; None asks for none."""
    if versions is not None and versions != (kept.version, gone.version):
        raise OutOfDate(_("Somebody has changed one of the two since you looked. Look again."))


def _move(kept: UUID, gone: UUID, watch: Watch) -> dict[str, list[Any]]:
    """Move every row that may; "app.Model.field" -> ids of the rows."""
    moved: dict[str, list[Any]] = {}
    moving = [relation for relation in relations() if relation.policy == Policy.MOVES]
    total = sum(relation.movable(gone, kept).count() for relation in moving)
    done = 0
    for relation in moving:
        ids = list(relation.movable(gone, kept).order_by("pk").values_list("pk", flat=True))
        for piece in pieces(ids):
            relation.move(relation.rows.filter(pk__in=piece), kept)
            done += len(piece)
            watch(done, max(done, total))
        if ids:
            moved[relation.label] = [one if isinstance(one, int) else str(one) for one in ids]
    return moved


def pieces(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """As many as one statement moves, one piece after the other."""
    for start in range(0, len(ids), _PIECE):
        yield ids[start : start + _PIECE]


def tell_apart(*, one: Vendor, other: Vendor, reason: str, by: Principal) -> NotTheSame:
    """Two companies, whatever they have in common; remembered until either record changes.

    Raises NotAllowed unless `by` edits both, Invalid without a reason.
    """
    reason = tidy_reason(reason)
    if not reason:
        raise master_data.invalid({"reason": [_("Say why they are not the same.")]})
    first, second = sorted((one, other), key=lambda vendor: vendor.pk)
    edited = selectors.vendors_visible_to(by, Permission.EDIT_VENDORS)
    if edited.filter(pk__in=[first.pk, second.pk]).count() != 2:
        raise NotAllowed(
            _("Your role does not allow this."), permission=Permission.EDIT_VENDORS.value
        )
    with transaction.atomic():
        lock_both(first.pk, second.pk)
        said, _created = NotTheSame.objects.update_or_create(
            one=first,
            other=second,
            defaults={
                "reason": reason,
                "marks": duplicates.marks_of(first.pk, second.pk),
                "said_by_id": person(by),
                "said_at": clock.now(),
            },
        )
        record(
            VendorToldApart(
                aggregate_id=first.pk,
                unit_id=_unit(first, by, Permission.EDIT_VENDORS),
                other_id=second.pk,
                reason=reason,
            ),
            by=by,
        )
    return said


def lock_both(first: UUID, second: UUID) -> tuple[Vendor, Vendor]:
    """The two records, locked in the order of their ids, given back in the order asked for."""
    rows = Vendor.objects.select_for_update(of=("self",)).filter(pk__in=[first, second])
    found = {vendor.pk: vendor for vendor in rows.order_by("pk")}
    return found[first], found[second]


def values_of(vendor: Vendor) -> dict[str, str]:
    """Master data and status, as they are compared and kept."""
    return {field: str(getattr(vendor, field)) for field in (*FIELDS, "status")}


def save(vendor: Vendor, *fields: str) -> None:
    """Write these fields, with a new version."""
    vendor.version += 1
    vendor.updated_at = clock.now()
    vendor.save(update_fields=[*fields, "version", "updated_at"])


def counts(moved: Mapping[str, list[Any]]) -> dict[str, int]:
    """How many rows of each table."""
    return {label: len(ids) for label, ids in moved.items()}


def person(by: Principal) -> UUID | None:
    """The user who asks; None where it is no user."""
    return UUID(by.id) if by.kind == "user" else None


def _unit(
    vendor: Vendor, by: Principal, permission: Permission = Permission.MERGE_VENDORS
) -> UUID | None:
    link = selectors.links_of(vendor, by, permission).first()
    return link.unit_id if link else None


def tidy_reason(value: str) -> str:
    """What somebody gave as a reason. Raises Invalid ("reason") where it is too long."""
    text = value.replace("\x00", "").strip()
    if len(text) > _REASON_LENGTH:
        said = _("Use at most %(most)d characters.") % {"most": _REASON_LENGTH}
        raise master_data.invalid({"reason": [said]})
    return text


def titled(moved: Mapping[str, list[Any]]) -> list[tuple[str, int]]:
    """What the rows of each table are called, and how many there are."""
    titles = {relation.label: relation.title.capitalize() for relation in relations()}
    found: dict[str, int] = {}
    for label, ids in moved.items():
        title = titles.get(label, label)
        found[title] = found.get(title, 0) + len(ids)
    return sorted(found.items())


def changed(made: MergeRecord) -> list[tuple[str, str, str]]:
    """(field, before, after) of the master data that a merge changed in the surviving record."""
    before, after = made.before["kept"], made.after["kept"]
    return [
        (field, before[field], after[field])
        for field in FIELDS
        if field in before and before[field] != after[field]
    ]
