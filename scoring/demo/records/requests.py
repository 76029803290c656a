"""Stages and who sees to them, requests for suppliers, and a renewal that has begun."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import User
from accounts.permissions import Role
from assessments.selectors.renewals import renewals_visible_to, waiting
from assessments.services import answers, offers, renewals, requests, stages
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene


class Seen(Part):
    """Who sees to a stage of a unit, by their roles."""

    unit: str
    stage: str
    owner: Role
    deputy: Role | None = None
    days: int


class Asked(Part):
    """A request, and what came of it. `needed_in`: weeks after it was asked."""

    unit: str
    weeks: Ago
    title: str
    vendor: str
    country: str
    service: str
    needed_in: int
    description: str = ""
    intake: dict[str, Any]
    depth: str = ""
    reason: str = ""
    declined: str = ""


class Renewed(Part):
    """The renewal of a unit that is due first was started, and one section said again."""

    unit: str
    weeks: Ago


class Requests(Part):
    """One part per kind."""

    stages: tuple[Seen, ...]
    requests: tuple[Asked, ...]
    renewed: Renewed


def stories(scene: Scene, told: Requests) -> Iterator[Story]:
    """One story for the stages, one per request, one for the renewal."""
    yield _stages(scene, told.stages)
    for asked in told.requests:
        yield _request(scene, asked)
    yield _renewal(scene, told.renewed)


def _stages(scene: Scene, told: tuple[Seen, ...]) -> Story:
    yield scene.early(60, 10)
    for seen in told:
        unit = scene.stage.units[seen.unit]

        def person(role: Role | None, code: str = seen.unit) -> User | None:
            return scene.someone(role, scene.stage.units[code]) if role else None

        stages.set_rule(
            unit=unit,
            stage=seen.stage,
            owner=person(seen.owner),
            deputy=person(seen.deputy),
            away_until=None,
            target_days=seen.days,
            by=scene.administrator,
        )


def _request(scene: Scene, told: Asked) -> Story:
    moment = scene.at(told.weeks, told.title)
    yield moment
    unit = scene.stage.units[told.unit]
    by = scene.buyer(unit)
    one = requests.ask(
        unit=unit,
        values={
            "title": told.title,
            "vendor_name": told.vendor,
            "country": told.country,
            "service": told.service,
            "description": told.description,
            "needed_by": moment.date() + timedelta(weeks=told.needed_in),
            "intake": told.intake,
        },
        by=by,
    )
    if told.depth:
        yield moment + timedelta(hours=3)
        requests.decide(
            request=one, version=one.version, depth=told.depth, reason=told.reason, by=by
        )
    if told.declined:
        yield moment + timedelta(days=1)
        requests.decline(request=one, version=one.version, reason=told.declined, by=by)


def _renewal(scene: Scene, told: Renewed) -> Story:
    yield scene.at(told.weeks, "renewed")
    unit = scene.stage.units[told.unit]
    by = scene.buyer(unit)
    first = waiting(renewals_visible_to(by)).filter(unit=unit).order_by("due_on", "pk").first()
    if first is None:
        return
    made = renewals.start(
        renewal=first,
        due_on=scene.day(told.weeks - 5),
        assigned_to=scene.someone(Role.PROCUREMENT, unit),
        by=by,
    )
    again = offers.confirmed(made, (), section=made.sections[0])
    answers.save(assessment=made, values=again, by=by)
