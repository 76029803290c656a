"""Records of one company entered twice: a pair that was merged, and one that nobody has seen to."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.permissions import Role
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.services import vendors
from vendors.services.merging import merge


class Again(Part):
    """A vendor entered once more by another unit. `merged`: when the two became one."""

    vendor: str
    unit: str
    weeks: Ago
    name: str
    country: str
    city: str = ""
    website: str = ""
    merged: Ago | None = None
    reason: str = ""


def stories(scene: Scene, told: tuple[Again, ...]) -> Iterator[Story]:
    """One story per record that is one too many."""
    for again in told:
        if scene.has(again.vendor):
            yield _again(scene, again)


def _again(scene: Scene, again: Again) -> Story:
    yield scene.early(again.weeks, 5)
    unit = scene.stage.units[again.unit]
    entered = vendors.create(
        name=again.name,
        unit=unit,
        country=again.country,
        city=again.city,
        website=again.website,
        owner=scene.someone(Role.PROCUREMENT, unit),
        by=scene.buyer(unit),
    )
    if again.merged is not None:
        yield scene.at(again.merged, again.name)
        entered.refresh_from_db()
        merge.merge(
            kept=scene.vendor(again.vendor),
            gone=entered,
            reason=again.reason,
            by=scene.administrator,
        )
