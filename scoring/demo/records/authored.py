"""Questionnaires of the house: a light one in use, and a draft in which changes wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from accounts.principal import Principal
from assessments import drafting, schema
from assessments.models import Questionnaire
from assessments.selectors.assessments import published, schema_of
from assessments.services import answers, drafts, questionnaires, requests
from assessments.services.answers import AnswerInput
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene

_LIGHT: Final = Path(__file__).parents[1] / "data" / "questionnaire-light.yaml"


class Light(Part):
    """When the light questionnaire was published, and why."""

    weeks: Ago
    reason: str


class Asked(Part):
    """A request that was triaged light and started; what the vendor has said so far."""

    unit: str
    weeks: Ago
    title: str
    vendor: str
    country: str
    service: str
    description: str
    reason: str
    intake: dict[str, Any]
    answers: dict[str, str]


class Heavier(Part):
    """A question that weighs more."""

    question: str
    weight: int


class Reworded(Part):
    """A question in other words; its translations are as old as they are."""

    question: str
    text: str


class Added(Part):
    """A new question; one of its answers has no risk yet."""

    section: str
    key: str
    text: str
    why: str
    good_evidence: str
    options: tuple[dict[str, Any], ...]


class Draft(Part):
    """A draft of the built-in questionnaire."""

    weeks: Ago
    heavier: Heavier
    reworded: Reworded
    added: Added


class Authored(Part):
    """One part per kind."""

    light: Light
    request: Asked
    draft: Draft


def stories(scene: Scene, told: Authored) -> Iterator[Story]:
    """The light questionnaire, the request that used it, and the draft."""
    yield _light(scene, told.light)
    yield _request(scene, told.request)
    yield _draft(scene, told.draft)


def _light(scene: Scene, told: Light) -> Story:
    yield scene.early(told.weeks, 20)
    content = schema.load(_LIGHT.read_bytes()).to_data()
    by = scene.administrator
    draft = drafts.from_content(content=content, by=by)
    yield scene.early(told.weeks, 50)
    questionnaires.publish_draft(draft=draft, revision=draft.revision, reason=told.reason, by=by)


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
            "needed_by": moment.date() + timedelta(weeks=8),
            "intake": told.intake,
        },
        by=by,
    )
    yield moment + timedelta(minutes=10)
    one = requests.decide(
        request=one, version=one.version, depth="light", reason=told.reason, by=by
    )
    yield moment + timedelta(minutes=20)
    made = requests.start(
        request=one, version=one.version, due_on=moment.date() + timedelta(weeks=5), by=by
    ).assessment
    yield moment + timedelta(days=4)
    if made is None:
        return
    asked = schema_of(made).by_key
    given = {key: AnswerInput(value) for key, value in told.answers.items() if key in asked}
    answers.save(assessment=made, values=given, by=by)


def _draft(scene: Scene, told: Draft) -> Story:
    moment = scene.at(told.weeks, "draft of the built-in questionnaire")
    yield moment
    by = scene.counsel
    key = questionnaires.builtin_file().key
    source = published().filter(key=key).first() or questionnaires.builtin()
    draft = drafts.copy(source=Questionnaire.objects.get(pk=source.pk), by=by)
    yield moment + timedelta(minutes=4)
    _change(draft, told.heavier.question, {"weight": told.heavier.weight}, by=by)
    yield moment + timedelta(minutes=9)
    node = drafting.place(draft.content, told.reworded.question).node
    words = drafting.with_text(node.get("text"), "en", told.reworded.text)
    _change(draft, told.reworded.question, {"text": words}, by=by)
    yield moment + timedelta(minutes=21)
    values = told.added.model_dump(mode="json", exclude={"section"})
    drafts.edit(
        draft=draft,
        change=drafting.add_question(
            {**values, "kind": "single", "respondent": "vendor"}, section_key=told.added.section
        ),
        did="question_added",
        place=told.added.key,
        by=by,
    )


def _change(draft: Questionnaire, key: str, values: Mapping[str, Any], *, by: Principal) -> None:
    draft.refresh_from_db()
    node = drafting.place(draft.content, key).node
    own = {name: part for name, part in node.items() if name != "gate"}
    own |= {"gate": {"opens_on": node["gate"]["opens_on"]}} if node.get("gate") else {}
    drafts.edit(
        draft=draft,
        change=drafting.set_question(key, {**own, **values}),
        did="question_changed",
        place=key,
        by=by,
    )
