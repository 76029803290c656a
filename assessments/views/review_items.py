"""What the pages of a review show beside an answer, and how they count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.doors import Request
from assessments.models import Answer, Assessment, EarlierAnswer, Message
from assessments.schema import Respondent
from assessments.selectors.certificates import Offer
from assessments.selectors.rework import own_part
from assessments.sheet import EvidenceLevel, State
from assessments.views.parts import QuestionView
from assessments.wording import answer_words, counted_words, second_person_words


@dataclass(frozen=True)
class ReviewItem:
    """A question with its thread and with what was said before it was last sent back."""

    question: QuestionView
    messages: tuple[Message, ...]
    before: EarlierAnswer | None
    # What the answer was taken from, as long as nobody has confirmed it.
    certificate: Offer | None = None

    @property
    def level(self) -> int:
        """How well the answer is proved, as long as the reviewer says nothing else: what rests on a
        certificate that speaks for this work is proved by an independent body."""
        answer = self.question.answer
        if answer is None:
            return EvidenceLevel.SELF_DECLARED
        stands = self.certificate is not None and not self.certificate.why_not
        return EvidenceLevel.INDEPENDENT if stands else answer.evidence

    @property
    def before_said(self) -> str:
        """The earlier answer in words."""
        if self.before is None:
            return ""
        words = answer_words(self.question.item.question, self.before)
        return words or _("Not answered yet")

    @property
    def before_counted(self) -> str:
        """What a reviewer had said instead of it."""
        return counted_words(self.question.item.question, self.before)

    @property
    def is_vendors(self) -> bool:
        """Whether the vendor reads what is asked here."""
        return self.question.item.question.respondent is Respondent.VENDOR

    @property
    def goes_to(self) -> str:
        """Who reads what is not internal."""
        return _("Goes to the vendor") if self.is_vendors else _("Goes to whoever fills in")


def review_items(
    questions: Iterable[QuestionView],
    threads: Mapping[str, Sequence[Message]],
    changed: Mapping[str, EarlierAnswer],
    certified: Mapping[str, Offer],
) -> list[ReviewItem]:
    """Questions with all that stands beside them."""
    return [
        ReviewItem(
            one, tuple(threads.get(one.key, ())), changed.get(one.key), certified.get(one.key)
        )
        for one in questions
    ]


def is_open(one: QuestionView) -> bool:
    """Whether something was said that nobody has judged yet."""
    return bool(one.said) and (one.answer is None or one.answer.review == Answer.Review.OPEN)


def is_not_applicable(one: QuestionView) -> bool:
    """Whether it is said not to apply, agreed or not."""
    return one.answer is not None and one.answer.state in (State.NA_PENDING, State.NA_APPROVED)


def second_person(request: Request, assessment: Assessment, answers: Mapping[str, Answer]) -> str:
    """Why the reader cannot sign this off alone; "" when they can."""
    own = own_part(assessment, request.user.pk, answers)
    return second_person_words(own) if settings.REQUIRE_SECOND_PERSON and own else ""
