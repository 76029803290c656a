"""Undoing a merge: everything goes back, except what was changed since, which is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors.events.merges import VendorUnmerged
from vendors.imports.watching import Watch, nobody
from vendors.models import Engagement, Evidence, MergeRecord, Vendor
from vendors.selectors import merges
from vendors.selectors.offboarding import keeping_open
from vendors.services import subcontracts
from vendors.services.merging.merge import lock_both, person, pieces, save
from vendors.services.merging.plan import FIELDS
from vendors.services.merging.relations import Policy, Relation, relations


class CannotUndo(Refused):
    """The merge cannot be undone, or not any more."""

    code = "cannot_undo"


def undo(*, made: MergeRecord, by: Principal, watch: Watch = nobody) -> MergeRecord:
    """The two are two again. What could not be put back stands in `left`, in words.

    Rows of engagements that go back, go back with them, also those added since. Undoing it again
    changes nothing. `watch` is told how many rows went back. Raises NotAllowed, CannotUndo.
    """
    with transaction.atomic():
        subcontracts.lock()
        kept, gone = lock_both(made.kept_id, made.gone_id)
        locked = MergeRecord.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if locked.undone_at is not None:
            return locked
        check(locked, kept, gone, by)
        left: list[str] = []
        back = _move_back(locked, left, watch)
        _restore(locked, kept, left)
        gone.status = locked.before["gone"]["status"]
        if gone.status == Vendor.Status.ARCHIVED and keeping_open(gone.pk).exists():
            gone.status = Vendor.Status.ACTIVE
        gone.merged_into = None
        save(gone, "status", "merged_into")
        locked.left, locked.undone_at = left, clock.now()
        locked.undone_by_id = person(by)
        locked.save(update_fields=["left", "undone_at", "undone_by"])
        unit_id = next(iter(sorted(merges.units_of(kept.pk, gone.pk))), None)
        for one, other in ((kept, gone), (gone, kept)):
            record(
                VendorUnmerged(
                    aggregate_id=one.pk,
                    unit_id=unit_id,
                    facts_of=one.pk,
                    merge_id=locked.pk,
                    other_id=other.pk,
                    moved=back,
                    left=left,
                ),
                by=by,
            )
    return locked


def check(made: MergeRecord, kept: Vendor, gone: Vendor, by: Principal) -> None:
    """Raise NotAllowed or CannotUndo where this one cannot undo it."""
    if not merges.may_merge(by, kept.pk, gone.pk):
        raise NotAllowed(
            _("Only somebody who may merge vendors in all business units of both can do this."),
            permission=Permission.MERGE_VENDORS.value,
        )
    if kept.merged_into_id:
        raise CannotUndo(
            _("%(name)s was itself merged into another record since. Undo that first.")
            % {"name": kept.name}
        )
    if clock.now() > made.undo_until:
        raise CannotUndo(_("A merge can be undone for 30 days; they are over."))


def _move_back(made: MergeRecord, left: list[str], watch: Watch) -> dict[str, int]:
    back: dict[str, int] = {}
    done, total = 0, sum(len(ids) for ids in made.moved.values())
    known = {relation.label: relation for relation in relations()}
    engagements = made.moved.get("vendors.Engagement.vendor", [])
    gone_back = list(
        Engagement.objects.filter(pk__in=engagements, vendor=made.kept_id).values_list(
            "pk", flat=True
        )
    )
    for label, ids in made.moved.items():
        relation = known.get(label)
        if relation is None:
            left.append(_("%(label)s: this table is gone.") % {"label": label})
            continue
        count = 0
        for piece in pieces(ids):
            count += _back(relation, piece, made)
            done += len(piece)
            watch(done, total)
        back[label] = count
        if count < len(ids):
            missing = len(ids) - count
            left.append(
                ngettext(
                    "%(rows)s: %(count)d was removed or moved since, and stays as it is.",
                    "%(rows)s: %(count)d were removed or moved since, and stay as they are.",
                    missing,
                )
                % {"rows": relation.title.capitalize(), "count": missing}
            )
    # What was added to an engagement since belongs to where the engagement is.
    for relation in known.values():
        if relation.policy != Policy.MOVES or not relation.by_engagement():
            continue
        rows = relation.movable(made.kept_id, made.gone_id).filter(engagement__in=gone_back)
        ids = list(rows.values_list("pk", flat=True))
        if ids:
            relation.move(relation.rows.filter(pk__in=ids), made.gone_id)
            back[relation.label] = back.get(relation.label, 0) + len(ids)
    documents = _documents_back(made, gone_back)
    if documents:
        label = "vendors.Evidence.vendor"
        back[label] = back.get(label, 0) + documents
    return back


def _documents_back(made: MergeRecord, engagements: Sequence[UUID]) -> int:
    """Documents added since beside lines of off-boardings that go back, unless an engagement that
    stays uses them as well: a line and its documents are of one vendor."""
    of_line = "offboarding_lines__offboarding__engagement"
    beside = Evidence.objects.filter(**{"vendor": made.kept_id, f"{of_line}__in": engagements})
    stays = Evidence.objects.filter(**{f"{of_line}__vendor": made.kept_id})
    ids = set(beside.values_list("pk", flat=True)) - set(stays.values_list("pk", flat=True))
    return Evidence.objects.filter(pk__in=ids).update(vendor=made.gone_id)


def _back(relation: Relation, ids: Sequence[Any], made: MergeRecord) -> int:
    rows = relation.movable(made.kept_id, made.gone_id)
    if relation.primary:
        # The id of such a row is the vendor's own, and went along with it.
        found = list(rows.values_list("pk", flat=True))
    else:
        found = list(rows.filter(pk__in=ids).values_list("pk", flat=True))
    relation.move(relation.rows.filter(pk__in=found), made.gone_id)
    return len(found)


def _restore(made: MergeRecord, kept: Vendor, left: list[str]) -> None:
    """Master data as it was, but for fields that somebody has changed since."""
    before, after = made.before["kept"], made.after["kept"]
    changed = []
    for field in FIELDS:
        if before[field] == after[field]:
            continue
        if str(getattr(kept, field)) == after[field]:
            setattr(kept, field, before[field])
            changed.append(field)
        else:
            name = {one.name: one.verbose_name for one in Vendor._meta.fields}[field]
            left.append(
                _("%(field)s: was changed since, and stays “%(value)s”.")
                % {"field": name, "value": getattr(kept, field)}
            )
    save(kept, *changed)
