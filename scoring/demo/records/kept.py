"""Views of the dashboard that people keep, and share."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import BusinessUnit
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from scoring.services import portfolio_views


class Kept(Part):
    """A view under a name; `unit` "" for all units."""

    by: str
    weeks: Ago
    name: str
    unit: str = ""
    filters: dict[str, str]
    shared: bool = False


def stories(scene: Scene, told: tuple[Kept, ...]) -> Iterator[Story]:
    """One story per view."""
    for one in told:
        yield _kept(scene, one)


def _kept(scene: Scene, told: Kept) -> Story:
    yield scene.at(told.weeks, told.name)
    portfolio_views.save(
        name=told.name,
        unit=BusinessUnit.objects.get(code=told.unit) if told.unit else None,
        filters=told.filters,
        shared=told.shared,
        by=scene.stage.principal(told.by),
    )
