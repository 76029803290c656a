"""What a merge would do: which values stand, what moves, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit.errors import Refused
from vendors import master_data
from vendors.models import Vendor
from vendors.selectors import merges
from vendors.selectors.fourth_parties import below
from vendors.selectors.offboarding import keeping_open
from vendors.services import samples
from vendors.services.merging.relations import Policy, Relation, relations

#: The master data that is compared and chosen from.
FIELDS: Final = tuple(master_data.CLEANERS)
_TELLING: Final = ("lei", "vat_number", "registration_number", "country")


class CannotMerge(Refused):
    """These two cannot be merged as they are."""

    code = "cannot_merge"


class StillOpen(CannotMerge):
    """Engagements keep them from being merged; `kept_by`: which, for whoever tells of it later."""

    def __init__(self, message: str, kept_by: list[UUID]) -> None:
        super().__init__(message)
        self.kept_by = kept_by


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of the two records. `gone` stands where `from_gone`."""

    field: str
    kept: str
    gone: str
    from_gone: bool

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.kept and self.gone) and self.kept != self.gone

    @property
    def result(self) -> str:
        """What stands after the merge."""
        return self.gone if self.from_gone else self.kept


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table that refer to the record that goes: how many move, and how many stay."""

    relation: Relation
    moving: int
    staying: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A merge as it would be. `doubts`: fields that two records of one company seldom differ in."""

    kept: Vendor
    gone: Vendor
    choices: Sequence[Choice]
    rows: Sequence[Rows]
    doubts: Sequence[str]


def plan(*, kept: Vendor, gone: Vendor, take: Collection[str] = (), by: Principal) -> Plan:
    """What merging `gone` into `kept` would do; `take` names fields that the former decides.

    Where `kept` says nothing, what `gone` says is taken. Raises NotAllowed, CannotMerge.
    """
    check(kept, gone, by)
    choices = choose(kept, gone, take)
    return Plan(
        kept=kept,
        gone=gone,
        choices=choices,
        rows=list(_rows(kept, gone)),
        doubts=[one.field for one in choices if one.field in _TELLING and one.differs],
    )


def choose(kept: Vendor, gone: Vendor, take: Collection[str] = ()) -> list[Choice]:
    """Which values stand, as `plan` says."""
    choices = []
    for field in FIELDS:
        mine, theirs = str(getattr(kept, field)), str(getattr(gone, field))
        choices.append(Choice(field, mine, theirs, bool(theirs) and (field in take or not mine)))
    return choices


def _rows(kept: Vendor, gone: Vendor) -> Sequence[Rows]:
    found = []
    for relation in relations():
        if relation.policy == Policy.FOLLOWS:
            continue
        total = relation.of(gone.pk).count()
        moves = relation.policy == Policy.MOVES and total
        moving = relation.movable(gone.pk, kept.pk).count() if moves else 0
        if total:
            found.append(Rows(relation, moving, total - moving))
    return found


def check(kept: Vendor, gone: Vendor, by: Principal) -> None:
    """Raise NotAllowed or CannotMerge where the two cannot be merged by this one."""
    if not merges.may_merge(by, kept.pk, gone.pk):
        raise NotAllowed(
            _(
                "Only somebody who may merge vendors in all business units of both can do this. "
                "Ask an administrator of all units."
            ),
            permission=Permission.MERGE_VENDORS.value,
        )
    if kept.pk == gone.pk:
        raise CannotMerge(_("Choose two different records."))
    samples.require_same(kept, gone)
    if kept.merged_into_id or gone.merged_into_id:
        raise CannotMerge(_("One of them was merged into another record already."))
    if kept.status == Vendor.Status.ARCHIVED and (going := keeping_open(gone.pk)).exists():
        ids = list(going.values_list("pk", flat=True))
        raise StillOpen(merges.why_archived(kept, going, by), ids)
    for upper, lower in ((kept, gone), (gone, kept)):
        if any(one.vendor_id == lower.pk for one in below([upper.pk])):
            raise CannotMerge(
                _(
                    "%(lower)s takes part in the work of %(upper)s. If they are one company, end "
                    "that subcontract first; a company is not its own subcontractor."
                )
                % {"lower": lower.name, "upper": upper.name}
            )
