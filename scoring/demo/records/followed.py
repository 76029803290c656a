"""What Surety raised by itself and no story is told of: looked through, and given days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from accounts.models import BusinessUnit
from accounts.permissions import Role
from audit import clock
from scoring.demo.calendar import Story
from scoring.demo.records.scene import Scene
from vendors.finding_kinds import OBSERVATION
from vendors.models import Finding
from vendors.services import remediation

#: Weeks ago of each time that the units look through what is open.
_LOOKS: Final = (52, 26, 2)
#: Of so many findings, one is forgotten each time; the others are given days one after the other.
_ROUND: Final = 12
#: Days from one to the next, from so many on.
_FIRST, _APART = 20, 7


def stories(scene: Scene) -> Iterator[Story]:
    """One story per time of looking through."""
    for weeks in _LOOKS:
        yield _looking(scene, weeks)


def _looking(scene: Scene, weeks: float) -> Story:
    yield scene.at(weeks, "looking through findings")
    today = clock.today()
    rows = Finding.objects.filter(
        vendor__in=scene.vendors(), status=Finding.Status.OPEN, due_on__lt=today + timedelta(14)
    ).exclude(kind=OBSERVATION)
    waiting: defaultdict[BusinessUnit, list[UUID]] = defaultdict(list)
    for row in rows.select_related("unit").order_by("pk"):
        waiting[row.unit].append(row.pk)
    for unit, found in waiting.items():
        for number in range(1, _ROUND):
            chosen = found[number::_ROUND][: remediation.MOST_AT_ONCE]
            if chosen:
                remediation.assign(
                    findings=chosen,
                    owner=scene.someone(Role.PROCUREMENT, unit),
                    due_on=today + timedelta(_FIRST + _APART * number),
                    by=scene.buyer(unit),
                )
