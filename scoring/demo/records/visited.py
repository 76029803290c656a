"""The vendor's people at work: asked by letter, answering in the portal, submitting, told of what
was found. The last link of each still works while the demo is young."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from assessments.models import Assessment, Invitation
from assessments.selectors import portal
from assessments.selectors.assessments import answers_of, schema_of, unfinished_of
from assessments.services import answers, assessments, delegations, invitations, threads
from assessments.services.answers import AnswerInput
from audit import clock
from scoring.demo.answers import Filler, Reply
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.models import Engagement
from vendors.services import contacts, finding_answers, findings


class Visitor(Part):
    """Somebody at the vendor."""

    name: str
    email: str
    position: str = ""
    language: str = "en-gb"
    time_zone: str = "UTC"


class Word(Part):
    """A message beside a question; by the visitor, or by legal."""

    question: str
    body: str
    by_visitor: bool = True


class HandedOn(Part):
    """A section that the visitor has handed on to a colleague."""

    section: str
    name: str
    email: str


class Found(Part):
    """A finding that was shown to the vendor, and what it was told."""

    title: str
    detail: str
    severity: str
    word: str = ""


class Visit(Part):
    """An assessment in the vendor's hands. `share`: how much of what is open the visitor answers;
    `submitted`: whether they then submit; `again`: when the last link was mailed."""

    deal: str
    visitor: Visitor
    sent: Ago
    due_in: int
    message: str
    share: float = 0
    handed_on: HandedOn | None = None
    said: tuple[Word, ...] = ()
    submitted: bool = False
    found: Found | None = None
    again: Ago


def stories(scene: Scene, told: tuple[Visit, ...]) -> Iterator[Story]:
    """One story per visit."""
    for one in told:
        if scene.has(one.deal):
            yield _visit(scene, one)


def _visit(scene: Scene, told: Visit) -> Story:
    yield scene.at(told.sent, told.deal)
    deal = scene.deal(told.deal)
    buyer, legal = scene.buyer(deal.unit), scene.legal(deal.unit)
    assessment = unfinished_of(deal)
    if assessment is None:
        return
    contact = contacts.add(vendor=deal.vendor, by=buyer, **told.visitor.model_dump())
    [invitation] = invitations.send(
        assessment=assessment,
        contacts=[contact],
        due_on=clock.today() + timedelta(days=told.due_in),
        message=told.message,
        by=buyer,
    )
    yield scene.at((told.sent + told.again) / 2, told.deal)
    assessment.refresh_from_db()
    by = portal.principal_of(contact)
    if told.handed_on is not None:
        delegations.hand_on(assessment=assessment, by=by, **told.handed_on.model_dump())
    _answer(scene, told, deal, assessment)
    for word in told.said:
        threads.say(
            assessment=assessment,
            question_key=word.question,
            body=word.body,
            internal=False,
            by=by if word.by_visitor else legal,
        )
    if told.submitted:
        assessments.submit(assessment=assessment, by=by)
    yield scene.at(told.again, told.deal)
    if told.found is not None:
        said = told.found
        finding = findings.raise_(
            vendor=deal.vendor,
            unit=deal.unit,
            engagement=deal,
            kind="observation",
            title=said.title,
            detail=said.detail,
            severity=said.severity,
            by=legal,
        )
        finding_answers.share(
            finding=finding, version=finding.version, shared=True, word=said.word, by=legal
        )
    else:
        fresh = Invitation.objects.select_related("assessment", "contact").get(pk=invitation.pk)
        invitations.send_again(invitation=fresh, by=buyer)


def _answer(scene: Scene, told: Visit, deal: Engagement, assessment: Assessment) -> None:
    """Part of what is open, by the visitor; before submitting, what is the house's by the house."""
    stored = answers_of(assessment)
    replies = {
        key: reply
        for key, reply in _replies(scene, told.deal, assessment).items()
        if key not in stored
    }
    theirs = {item.key for item in portal.theirs(assessment, portal.EVERYTHING)}
    by = portal.principal_of(assessment.invitations.get(whole=True).contact)
    if told.submitted:
        ours = {key: reply for key, reply in replies.items() if key not in theirs}
        answers.save(assessment=assessment, values=_inputs(ours), by=scene.buyer(deal.unit))
    mine = [key for key in replies if key in theirs]
    chosen = {key: replies[key] for key in mine[: round(len(mine) * told.share)]}
    answers.save(assessment=assessment, values=_inputs(chosen), by=by)


def _replies(scene: Scene, title: str, assessment: Assessment) -> dict[str, Reply]:
    company, deal = next(
        (company, deal)
        for company in scene.stage.cast.companies
        for deal in company.deals
        if deal.title == title
    )
    last = deal.rounds[-1]
    filler = Filler(
        questionnaire=schema_of(assessment),
        asked=frozenset(assessment.questions),
        persona=scene.stage.cast.personas[last.persona],
        round=last,
        texts=scene.stage.cast.texts,
        service=deal.service,
        city=company.city,
        seed=f"{company.name} {deal.title}",
        on=clock.today(),
    )
    return filler.fill()


def _inputs(replies: Mapping[str, Reply]) -> dict[str, AnswerInput]:
    return {
        key: AnswerInput(value=reply.value, state=reply.said, note=reply.note)
        for key, reply in replies.items()
    }
