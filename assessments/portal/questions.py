"""A question as the vendor sees it: no weight, no knock-out, nothing that is said in the house."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from assessments.forms.assessments import AnswersForm
from assessments.models import Answer, Assessment, Message, SetAside
from assessments.portal.doors import Visit
from assessments.schema import Item, Question
from assessments.selectors import portal
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.moves import fits, to_confirm
from assessments.selectors.proof import evidence_of
from assessments.selectors.renewals import Offer, offers
from assessments.selectors.rework import changeable_keys
from assessments.selectors.threads import threads_of
from assessments.wording import answer_words, language, other_language, set_aside_words
from vendors.models import Evidence


@dataclass(frozen=True)
class Said:
    """One message of the thread: by whom, as the vendor may know it."""

    who: str
    at: Any
    body: str
    ours: bool
    message: Message


@dataclass(frozen=True)
class VendorQuestion:
    """A question with its answer; the fields are there only where it can be answered."""

    item: Item
    text: str
    why: str
    good_evidence: str
    effect: str
    help: str
    unit: str
    said: str
    note: str
    answered_at: Any
    answered_by: str
    shown: bool
    queried: bool
    words: str
    lang: str
    lang_name: str
    may_change: bool
    house: str
    evidence: Sequence[Evidence] = ()
    thread: Sequence[Message] = ()
    #: Last time's answer, and that before the question changed, where they can be said again.
    offer: Offer | None = None
    offered: str = ""
    aside: str = ""
    aside_fits: bool = False
    fields: Mapping[str, BoundField | None] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The question's key."""
        return self.item.key

    @property
    def depth(self) -> int:
        """0 at the top of its section, 1 below a gate, and so on."""
        return len(self.item.parents)

    @property
    def value(self) -> BoundField | None:
        """The field of the answer."""
        return self.fields.get("")

    @property
    def state(self) -> BoundField | None:
        """The field of what is said instead of an answer."""
        return self.fields.get("state")

    @property
    def remark(self) -> BoundField | None:
        """The field of the note."""
        return self.fields.get("note")

    @property
    def version(self) -> BoundField | None:
        """The field of the version that was on the screen."""
        return self.fields.get("version")

    @property
    def messages(self) -> list[Said]:
        """The messages beside it, as the vendor reads them."""
        return [said(one, self.house) for one in self.thread]

    @property
    def note_open(self) -> bool:
        """Whether the note is shown without a click."""
        typed = self.remark is not None and bool(self.remark.value())
        return bool(typed or (self.value is not None and self.value.errors) or self.queried)


@dataclass(frozen=True)
class Desk:
    """Everything of an assessment that its pages read, asked for once per page."""

    visit: Visit
    answers: Mapping[str, Answer]
    asked: tuple[str, ...]
    queried: Collection[str]
    changeable: Collection[str]
    evidence: Mapping[str, Sequence[Evidence]]
    threads: Mapping[str, Sequence[Message]]
    offers: Mapping[str, Offer] = field(default_factory=dict)
    aside: Mapping[str, SetAside] = field(default_factory=dict)

    def offered(self, items: Iterable[Item]) -> int:
        """How many of these were answered the last time and have no answer yet."""
        mine = [self.offers.get(one.key) for one in items if one.key in self.changeable]
        return sum(offer is not None and offer.kept is None for offer in mine)


def desk(visit: Visit) -> Desk:
    """Read it all: nine queries at most, whatever the number of questions."""
    assessment = visit.assessment
    answers = answers_of(assessment)
    may = visit.may_answer
    return Desk(
        visit=visit,
        answers=answers,
        asked=portal.asked(assessment, answers, visit.scope),
        queried=portal.queried(assessment, answers, visit.scope),
        changeable=changeable_keys(assessment, answers) if may else frozenset(),
        evidence=evidence_of(assessment, vendor_side=True),
        threads=threads_of(assessment, vendor_side=True),
        offers=offers(assessment, answers, vendor_side=True) if may else {},
        aside=_aside(assessment) if may else {},
    )


def _aside(assessment: Assessment) -> dict[str, SetAside]:
    """What a changed question has set aside, as far as the vendor itself had said it."""
    waiting = to_confirm(assessment)
    return {key: one for key, one in waiting.items() if one.answered_by_contact_id is not None}


def view(here: Desk, item: Item, form: AnswersForm | None = None) -> VendorQuestion:
    """One question in the reader's language."""
    question, lang, answer = item.question, language(), here.answers.get(item.key)
    queried = item.key in here.queried
    unit = question.curve.unit if question.curve else None
    other = other_language(question.text)
    parts = ("", "state", "note", "version")
    may = item.key in here.changeable
    offer = here.offers.get(item.key) if may else None
    aside = here.aside.get(item.key) if may else None
    return VendorQuestion(
        item=item,
        text=question.text.text_for(lang),
        why=question.why.text_for(lang),
        good_evidence=question.good_evidence.text_for(lang),
        effect=_effect(question),
        help=question.help.text_for(lang) if question.help else "",
        unit=unit.text_for(lang) if unit else "",
        said=answer_words(question, answer),
        note=answer.note if answer else "",
        answered_at=answer.answered_at if answer else None,
        answered_by=_who(answer, here.visit.house),
        shown=item.key in here.asked,
        queried=queried,
        # What the reviewer wrote to the vendor; of accepted answers it is for the house.
        words=answer.review_note if queried and answer else "",
        lang=other,
        lang_name=get_language_info(other)["name_translated"] if other else "",
        may_change=may,
        house=here.visit.house,
        evidence=here.evidence.get(item.key, ()),
        thread=here.threads.get(item.key, ()),
        offer=offer,
        offered=answer_words(offer.question, offer.answer) if offer else "",
        aside=set_aside_words(schema_of(here.visit.assessment), aside) if aside else "",
        aside_fits=aside is not None and fits(schema_of(here.visit.assessment), aside),
        fields={part: form.part(item.key, part) for part in parts} if form and may else {},
    )


def _effect(question: Question) -> str:
    """What it does to the result, as far as it is true under every method: whether and how much it
    counts is the house's own."""
    if question.evidence_expected:
        return _(
            "A better answer, with evidence, can only help the result. Where a question is left "
            "without an answer, the worst one may count."
        )
    return _(
        "A better answer can only help the result. Where a question is left without an answer, the "
        "worst one may count."
    )


def _who(answer: Answer | None, house: str) -> str:
    if answer is None:
        return ""
    if answer.answered_by_contact:
        return str(answer.answered_by_contact)
    return house if answer.answered_by_id else ""


def said(message: Message, house: str) -> Said:
    """A message as the vendor reads it: of the house only that it was the house."""
    ours = message.written_by_contact_id is not None
    who = str(message.written_by_contact) if ours else house
    return Said(who, message.written_at, message.body, ours, message)


def item_of(assessment: Assessment, visit: Visit, key: str) -> Item | None:
    """A question that is theirs; None for all others."""
    mine = {item.key: item for item in portal.theirs(assessment, visit.scope)}
    return mine.get(key)


def items_of_section(visit: Visit, section: str) -> list[Item]:
    """The questions of a section that are theirs, in file order."""
    return [one for one in portal.theirs(visit.assessment, visit.scope) if one.section == section]


def section_title(assessment: Assessment, section: str) -> str:
    """Its title in the reader's language."""
    found = next(one for one in schema_of(assessment).sections if one.key == section)
    return found.title.text_for(language())
