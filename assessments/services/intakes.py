"""Proving that packed intakes, which scoring reads by the thousand, say what the intakes say."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from assessments.models import Assessment
from vendors.intake import pack_intake, packed_layout
from vendors.models import Engagement

#: Engagements read at a time.
_PAGE: Final = 1_000


class Packing(StrEnum):
    """How the packed intake of an engagement stands to its answers."""

    AGREES = "agrees"
    #: There is none, or one of an earlier intake file: scoring reads the answers.
    MISSING = "not packed"
    DIFFERS = "packed intake"
    #: The answers are no answers to the intake's questions.
    WRONG = "intake cannot be packed"


def check_all(*, repair: bool = False) -> Iterator[tuple[UUID, Packing]]:
    """Pack every intake anew; yield each engagement with how the stored one stands to it.

    With `repair` what is missing or differs is written. Where a score may have been made from what
    differed, the version of the inputs rises, so that the score follows.
    """
    after = UUID(int=0)
    rows = Engagement.objects.order_by("pk").only("pk", "intake", "intake_packed")
    while page := list(rows.filter(pk__gt=after)[:_PAGE]):
        for row in page:
            found = _compare(row)
            if found is not Packing.AGREES:
                found = _again(row.pk, repair=repair)
            yield row.pk, found
        after = page[-1].pk


def _compare(row: Engagement) -> Packing:
    try:
        packed = pack_intake(row.intake)
    except (ValueError, TypeError, AttributeError):
        return Packing.WRONG
    stored = bytes(row.intake_packed or b"")
    if stored == packed:
        return Packing.AGREES
    return Packing.DIFFERS if stored.startswith(packed_layout()) else Packing.MISSING


@transaction.atomic
def _again(pk: UUID, *, repair: bool) -> Packing:
    """Look at one of them while nobody can change it."""
    row = Engagement.objects.select_for_update(of=("self",)).get(pk=pk)
    found = _compare(row)
    if repair and found in {Packing.MISSING, Packing.DIFFERS}:
        Engagement.objects.filter(pk=pk).update(intake_packed=pack_intake(row.intake))
        if found is Packing.DIFFERS:
            concerned = Assessment.objects.filter(engagement=pk)
            concerned.exclude(status=Assessment.Status.CLOSED).update(
                inputs_version=F("inputs_version") + 1
            )
    return found
