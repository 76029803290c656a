"""A score in words for people: how firm it is, what is wanted, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import percent
from assessments.models import Assessment
from scoring import links, words
from scoring.compile import indicator_of
from scoring.models import CurrentScore, Score
from scoring.selectors import methods
from scoring.selectors.scorecard import DimensionPart, Part, Scorecard
from vendors.models import Evidence


@dataclass(frozen=True, slots=True)
class Leaf:
    """A question's part, its sentence without the question again, and the way to its answer.

    `documents`: what is put beside the answer, where a page shows that.
    """

    part: Part
    sentence: str
    url: str
    documents: Sequence[Evidence] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A dimension or a section: what it adds, and what is in it."""

    id: str
    title: str
    points: int
    interval: tuple[int, int, int] | None
    branches: Sequence[Branch]
    leaves: Sequence[Leaf]


def question_url(assessment: Assessment, card: Scorecard) -> Callable[[str], str]:
    """Key of a part -> the page of its answer, or of the facts behind an indicator; "" for none."""
    section = {
        part.key: one.key
        for dimension in card.dimensions
        for one in dimension.sections
        for part in one.parts
    }

    def url(key: str) -> str:
        indicator = indicator_of(key)
        if indicator is not None:
            return links.facts(assessment.vendor_id, indicator)
        return links.question(assessment.pk, section[key], key) if key in section else ""

    return url


def tree(
    card: Scorecard,
    question: Callable[[str], str],
    documents: Mapping[str, Sequence[Evidence]] | None = None,
) -> list[Branch]:
    """The dimensions with their sections and questions; each adds up to what stands at it."""
    return [_branch(dimension, question, documents or {}) for dimension in card.dimensions]


def _branch(
    dimension: DimensionPart,
    question: Callable[[str], str],
    documents: Mapping[str, Sequence[Evidence]],
) -> Branch:
    sections = [
        Branch(
            id=section.key,
            title=section.title,
            points=section.points,
            interval=None,
            branches=(),
            leaves=[leaf(part, question, documents) for part in section.parts],
        )
        for section in dimension.sections
    ]
    return Branch(
        id=dimension.key,
        title=dimension.title,
        points=dimension.points,
        interval=dimension.interval,
        branches=sections,
        leaves=(),
    )


def leaf(
    part: Part,
    question: Callable[[str], str],
    documents: Mapping[str, Sequence[Evidence]],
) -> Leaf:
    """One question of the tree."""
    key = part.key or ""
    return Leaf(part, _shortened(part), question(key) if key else "", documents.get(key, ()))


def _shortened(part: Part) -> str:
    """The sentence as it reads below its question; whole where a language puts it elsewhere."""
    quote, name, rest = part.sentence.partition(part.text)
    if not name or len(quote) != 1:
        return part.sentence
    rest = rest[1:].lstrip()
    return rest[:1].upper() + rest[1:]


def firmness(card: Scorecard) -> str:
    """How firm the score is, in one line."""
    current = card.current
    if current.status == "not_rated":
        return card.headline or _("Not rated: too little is known for a score")
    said = ", ".join(card.firm)
    if current.status == "final":
        return _("Final; %(rest)s") % {"rest": said} if said else _("Final: nothing outstanding")
    return _("Provisional: %(rest)s") % {"rest": said}


def counted(current: CurrentScore | Score) -> str:
    """The same from the stored figures alone, without reading the answers."""
    if current.status == "not_rated":
        needed = methods.parameters(current.methodology_id).coverage.provisional
        return _("%(known)s of what counts is covered; %(needed)s is needed for a score") % {
            "known": percent(current.coverage),
            "needed": percent(needed),
        }
    said = []
    if current.required_open:
        said.append(
            ngettext(
                "%(count)s required answer outstanding",
                "%(count)s required answers outstanding",
                current.required_open,
            )
            % {"count": current.required_open}
        )
    if current.unanswered > current.required_open:
        said.append(
            ngettext(
                "%(count)s not answered or not known",
                "%(count)s not answered or not known",
                current.unanswered,
            )
            % {"count": current.unanswered}
        )
    if current.missing_proofs:
        said.append(
            ngettext(
                "proof outstanding for %(count)s answer",
                "proof outstanding for %(count)s answers",
                current.missing_proofs,
            )
            % {"count": current.missing_proofs}
        )
    listed = ", ".join(said)
    if current.status == "final":
        return _("Final; %(rest)s") % {"rest": listed} if listed else _("Final")
    return _("Provisional: %(rest)s") % {"rest": listed or _("not signed off yet")}


def wanted(assessment: Assessment, card: Scorecard) -> list[str]:
    """What would make the score final, one thing a line; empty when it is."""
    current = card.current
    if current.status == "final":
        return []
    said = []
    if current.required_open:
        said.append(
            ngettext(
                "Answer %(count)s required question, or bring its answer up to date.",
                "Answer %(count)s required questions, or bring their answers up to date.",
                current.required_open,
            )
            % {"count": current.required_open}
        )
    needed = methods.parameters(current.methodology_id).coverage.final
    if current.coverage < needed:
        said.append(
            _(
                "Answer more, or bring old answers up to date: %(known)s of what counts is "
                "covered, and %(needed)s is needed."
            )
            % {"known": percent(current.coverage), "needed": percent(needed)}
        )
    if assessment.signed_off_at is None:
        said.append(_("Have a reviewer sign the assessment off."))
    return said


def _moment(moment: datetime) -> str:
    here = timezone.localtime(moment)
    return f"{date_format(here, 'DATE_FORMAT')}, {date_format(here, 'H:i')} {here.tzname() or ''}"


def provenance(assessment: Assessment, current: CurrentScore | Score) -> list[tuple[str, str, str]]:
    """Where the score comes from: (id for copying or "", words, value)."""
    method = current.methodology
    questionnaire = assessment.questionnaire
    rows = [
        ("", _("As of"), date_format(current.as_of, "DATE_FORMAT")),
        ("", _("Computed"), _moment(current.computed_at)),
        ("", _("Cause"), words.cause(current.cause)),
        ("", _("Method"), f"{method.title}, {_('version')} {method.version}"),
        ("", _("Questionnaire"), f"{questionnaire.title}, {_('version')} {questionnaire.version}"),
        ("", _("Engine version"), current.engine_version),
        ("", _("Version of the inputs"), str(current.inputs_version)),
    ]
    if current.next_change is not None:
        rows.insert(
            2, ("", _("Next change by itself"), date_format(current.next_change, "DATE_FORMAT"))
        )
    copied = [
        ("p-score", _("Score id"), str(_id(current) or "")),
        ("p-digest", _("Digest"), bytes(current.digest).hex()),
        ("p-model", _("Model hash"), bytes(current.model_hash).hex()),
        ("p-input", _("Input hash"), bytes(current.input_hash).hex()),
    ]
    return [*rows, *(row for row in copied if row[2])]


def _id(current: CurrentScore | Score) -> object:
    return current.pk if isinstance(current, Score) else current.score_id
