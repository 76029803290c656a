"""A visit to the portal in which every page has something to show."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import BusinessUnit
from assessments.models import Invitation, Questionnaire
from assessments.schema import Item, Kind
from assessments.selectors import portal
from assessments.services import answers, delegations, threads
from assessments.services.answers import AnswerInput
from audit import clock
from tests.factories.assessments import good_value, make_assessment
from tests.factories.findings import make_finding
from tests.factories.portal import answer_theirs, browser, invited, principal_of
from tests.personas import Person
from vendors.services import finding_answers

#: What people have written: no word of any language.
WORD = "Z-17"


@dataclass(frozen=True)
class Place:
    """A vendor at work: the invitation, an answered question with options, the pages to read."""

    invitation: Invitation
    asked: Item
    paths: dict[str, str]

    def url(self, name: str, *more: object) -> str:
        """The address of a page of the visit."""
        return reverse(f"portal:{name}", args=[self.invitation.pk, *more])

    @property
    def section(self) -> str:
        """The page of the section of the question."""
        return self.url("section", self.asked.section)

    def out_of_date(self) -> dict[str, str]:
        """Another answer to the question, as of a page that was opened before it was answered."""
        good = good_value(self.asked.question)
        other = next(one.key for one in self.asked.question.choices if one.key != good)
        name = f"q-{self.asked.key}"
        return {name: other, f"{name}-note": WORD, f"{name}-version": "0"}


def furnished(
    unit: BusinessUnit, staff: Person, questionnaire: Questionnaire | None = None
) -> Place:
    """Answered a little, written to, with a finding, a file, and a section that is handed on."""
    assessment = make_assessment(unit, questionnaire=questionnaire, tier="critical")
    invitation = invited(assessment)
    theirs, by = portal.theirs(assessment, portal.EVERYTHING), principal_of(invitation)
    asked = next(one for one in theirs if one.question.kind is Kind.SINGLE and not one.parents)
    value = AnswerInput(good_value(asked.question))
    answers.save(assessment=assessment, values={asked.key: value}, by=by)
    for key in ("", asked.key):
        threads.say(
            assessment=assessment, question_key=key, body=WORD, internal=False, by=staff.principal
        )
    finding = make_finding(unit, vendor=assessment.vendor, title=WORD, detail=WORD)
    finding_answers.share(finding=finding, version=1, shared=True, word=WORD, by=staff.principal)
    given = delegations.hand_on(
        assessment=assessment,
        section=asked.section,
        name="Minh",
        email="minh@vendor.example",
        due_on=clock.today() + timedelta(days=5),
        by=by,
    )
    place = Place(invitation, asked, {})
    evidence = place.url("evidence", asked.key)
    paper = SimpleUploadedFile(f"{WORD}.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    browser(invitation).post(evidence, {"file": paper, "kind": "other"})
    place.paths.update(
        {name: place.url(name) for name in ("start", "check", "findings", "talk", "offline")}
        | {name: place.url(name) for name in ("decline", "leave")}
        | {name: place.url(name, asked.section) for name in ("section", "delegate")}
        | {name: place.url(name, finding.pk) for name in ("finding", "finding-dispute")}
        | {"evidence": evidence, "messages": place.url("messages", asked.key)}
        | {"take-back": place.url("take-back", given.pk)}
    )
    return place


def ready(unit: BusinessUnit, questionnaire: Questionnaire | None = None) -> Place:
    """Everything is answered: what is left is to submit it, and the receipt."""
    assessment = make_assessment(unit, questionnaire=questionnaire)
    invitation = invited(assessment)
    theirs = portal.theirs(assessment, portal.EVERYTHING)
    answer_theirs(assessment, principal_of(invitation))
    place = Place(invitation, theirs[0], {})
    place.paths.update({name: place.url(name) for name in ("submit", "receipt")})
    return place
