"""What the ERP does by itself in the demo: it opens an assessment and says what it knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from accounts.permissions import Role
from accounts.selectors import principal_for_client
from assessments.services.answers import AnswerInput
from assessments.services.programs import open_for, save_asked
from assessments.services.questionnaires import builtin
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene


class Known(Part):
    """What is on record in the ERP about one question, and where it says so."""

    value: str
    note: str


class Opened(Part):
    """An assessment that the ERP opens, due later (`due`: negative weeks), with its answers."""

    deal: str
    weeks: Ago
    due: Ago
    answers: dict[str, Known]


def stories(scene: Scene, told: tuple[Opened, ...]) -> Iterator[Story]:
    """One story per assessment."""
    for one in told:
        if scene.has(one.deal):
            yield _opened(scene, one)


def _opened(scene: Scene, told: Opened) -> Story:
    moment = scene.at(told.weeks, told.deal)
    yield moment
    deal = scene.deal(told.deal)
    client = scene.stage.client()
    by = principal_for_client(client, client.scopes)
    assessment = open_for(
        engagement=deal,
        questionnaire=builtin(),
        due_on=scene.day(told.due),
        assigned_to=scene.someone(Role.PROCUREMENT, deal.unit),
        light=False,
        contacts=(),
        message="",
        language="",
        by=by,
    )
    yield moment + timedelta(minutes=1)
    values = {key: AnswerInput(one.value, note=one.note) for key, one in told.answers.items()}
    save_asked(assessment=assessment, values=values, by=by)
