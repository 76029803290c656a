"""What several pages about an assessment share: finding it, the way to it, its questions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.forms.boundfield import BoundField
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts.doors import Request
from accounts.permissions import Permission
from assessments import schema, workflow
from assessments.beside import Beside
from assessments.forms.assessments import AnswersForm
from assessments.models import Answer, Assessment, SetAside
from assessments.schema import Item
from assessments.selectors.assessments import visible_questions, visible_to
from assessments.selectors.moves import fits
from assessments.selectors.renewals import Offer
from assessments.sheet import State
from assessments.values import resolve_risk
from assessments.wording import (
    RESPONDENTS,
    answer_words,
    counted_words,
    knock_out_words,
    language,
    other_language,
    set_aside_words,
    weight_words,
)

Crumbs = list[tuple[str, str]]


def found(request: Request, pk: UUID) -> Assessment:
    """The assessment with its vendor, engagement and people; 404 outside the reader's units."""
    return get_object_or_404(
        visible_to(request.principal).select_related(
            "vendor",
            "engagement",
            "unit",
            "assigned_to",
            "reviewer",
            "opened_by",
            "submitted_by",
            "submitted_by_contact",
            "signed_off_by",
        ),
        pk=pk,
    )


def may_fill_in(request: Request, assessment: Assessment) -> bool:
    """Whether this reader can change answers now."""
    return workflow.is_editable(assessment.status) and request.principal.can(
        Permission.ANSWER, assessment.unit_id
    )


def address(name: str, pk: object) -> str:
    """An address of a floor above by its name; "" where that page is not served."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def score_links(request: Request, assessment: Assessment) -> dict[str, str]:
    """The ways to the whole score and to the small panel; "" for those who may not read scores."""
    names = {"score_url": "scoring:scorecard", "panel_url": "scoring:score-panel"}
    allowed = request.principal.can(Permission.READ_SCORES, assessment.unit_id)
    return {key: address(name, assessment.pk) if allowed else "" for key, name in names.items()}


def crumbs(assessment: Assessment, here: str = "") -> Crumbs:
    """The way here: the list, the assessment, and `here` where the page is below it."""
    way = [(_("Assessments"), reverse("assessments:list"))]
    name = f"{assessment.vendor.name}: {assessment.engagement.title}"
    own = reverse("assessments:assessment", args=[assessment.pk]) if here else ""
    way.append((name, own))
    if here:
        way.append((here, ""))
    return way


@dataclass(frozen=True)
class Talk:
    """Where messages beside a question are read and written, and how many there are."""

    url: str
    count: int


@dataclass(frozen=True)
class QuestionView:
    """A question as pages show it; the fields are there only where it can be answered."""

    item: Item
    text: str
    why: str
    good_evidence: str
    help: str
    effect: str
    knock_out: str
    respondent: str
    unit: str
    said: str
    shown: bool
    answer: Answer | None
    # What counts instead, in words, where a reviewer overrode the answer.
    counted: str = ""
    # Sent back without this question: what is answered stays.
    settled: bool = False
    value: BoundField | None = None
    state: BoundField | None = None
    note: BoundField | None = None
    version: BoundField | None = None
    #: The language of its texts where they are not in the page's own; "" otherwise.
    lang: str = ""
    offer: Offer | None = None
    offered: str = ""
    # What was said before the question changed with another version; it may fit no more.
    aside: str = ""
    aside_fits: bool = False
    # What stands beside the answer as proof, on pages that show it.
    evidence: Beside | None = None
    # The way to its messages, on pages that show it to somebody with anything to read or write.
    talk: Talk | None = None

    @property
    def key(self) -> str:
        """The question's key."""
        return self.item.key

    @property
    def depth(self) -> int:
        """0 at the top of its section, 1 below a gate, and so on."""
        return len(self.item.parents)

    @property
    def queried(self) -> bool:
        """Whether a reviewer asked about it and nobody has answered since."""
        return self.answer is not None and self.answer.review == Answer.Review.QUERIED

    @property
    def knocked_out(self) -> bool:
        """Whether the answer that counts triggers the knock-out of its question."""
        rule = self.item.question.knock_out
        if rule is None or self.answer is None or self.answer.counted_state != State.ANSWERED:
            return False
        risk = resolve_risk(self.item.question, self.answer.counted_value)
        return risk is not None and risk >= rule.at

    @property
    def note_open(self) -> bool:
        """Whether the note is shown without a click: there is one, or it is needed."""
        return bool(
            (self.note and self.note.value()) or (self.value and self.value.errors) or self.queried
        )


def question_view(
    questionnaire: schema.Questionnaire,
    item: Item,
    *,
    answers: Mapping[str, Answer],
    visible: Collection[str],
    chosen: Collection[str],
    form: AnswersForm | None = None,
    offer: Offer | None = None,
    aside: SetAside | None = None,
    settled: bool = False,
) -> QuestionView:
    """One question with its answer, in the reader's language."""
    question, lang = item.question, language()
    answer = answers.get(item.key)
    unit = question.curve.unit if question.curve else None
    return QuestionView(
        item=item,
        text=question.text.text_for(lang),
        why=question.why.text_for(lang),
        good_evidence=question.good_evidence.text_for(lang),
        help=question.help.text_for(lang) if question.help else "",
        effect=weight_words(questionnaire, item, chosen),
        knock_out=knock_out_words(question),
        respondent=str(RESPONDENTS[question.respondent]),
        unit=unit.text_for(lang) if unit else "",
        said=answer_words(question, answer),
        shown=item.key in visible,
        answer=answer,
        counted=counted_words(question, answer),
        settled=settled,
        value=form.part(item.key) if form else None,
        state=form.part(item.key, "state") if form else None,
        note=form.part(item.key, "note") if form else None,
        version=form.part(item.key, "version") if form else None,
        lang=other_language(question.text),
        offer=offer,
        offered=answer_words(offer.question, offer.answer) if offer else "",
        aside=set_aside_words(questionnaire, aside) if aside else "",
        aside_fits=aside is not None and fits(questionnaire, aside),
    )


def shown_questions(
    assessment: Assessment, questionnaire: schema.Questionnaire, answers: Mapping[str, Answer]
) -> list[QuestionView]:
    """The questions that are asked as the gates stand, with their answers, in file order."""
    visible = visible_questions(questionnaire, assessment, answers)
    return [
        question_view(
            questionnaire,
            questionnaire.by_key[key],
            answers=answers,
            visible=visible,
            chosen=frozenset(assessment.questions),
        )
        for key in visible
    ]
