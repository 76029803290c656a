"""A review under way: messages beside an answer, and a reviewer's word instead of another."""

from __future__ import annotations

from collections.abc import Iterator

from assessments.selectors.assessments import answers_of, unfinished_of
from assessments.services import overrides, threads
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene


class Said(Part):
    """A message beside a question; `by_buyer`: else legal writes it."""

    question: str
    body: str
    internal: bool = True
    by_buyer: bool = False


class Reviewed(Part):
    """What happened in the review of an engagement's unfinished assessment."""

    deal: str
    weeks: Ago
    question: str
    value: str
    reason: str
    said: tuple[Said, ...] = ()


def stories(scene: Scene, told: tuple[Reviewed, ...]) -> Iterator[Story]:
    """One story per review."""
    for one in told:
        if scene.has(one.deal):
            yield _reviewed(scene, one)


def _reviewed(scene: Scene, told: Reviewed) -> Story:
    yield scene.at(told.weeks, told.deal)
    deal = scene.deal(told.deal)
    assessment = unfinished_of(deal)
    if assessment is None or assessment.status != "in_review":
        return
    legal = scene.legal(deal.unit)
    for one in told.said:
        if one.question in assessment.questions:
            threads.say(
                assessment=assessment,
                question_key=one.question,
                body=one.body,
                internal=one.internal,
                by=scene.buyer(deal.unit) if one.by_buyer else legal,
            )
    answer = answers_of(assessment).get(told.question)
    if answer is not None and answer.value != told.value:
        overrides.override_answer(
            assessment=assessment,
            question_key=told.question,
            value=told.value,
            reason=told.reason,
            by=legal,
        )
