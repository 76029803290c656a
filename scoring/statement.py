"""A score in words for people: the sentences of a memo, what is wanted, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import band_word, percent, points
from assessments.models import Assessment
from scoring import words
from scoring.models import CurrentScore
from scoring.selectors import methods
from scoring.selectors.scorecard import DimensionPart, Part, Scorecard


@dataclass(frozen=True, slots=True)
class Leaf:
    """A question's part, its sentence without the question again, and the way to its answer."""

    part: Part
    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A dimension or a section: what it adds, and what is in it."""

    id: str
    title: str
    points: int
    interval: tuple[int, int, int] | None
    branches: Sequence[Branch]
    leaves: Sequence[Leaf]


def tree(card: Scorecard, question: Callable[[str], str]) -> list[Branch]:
    """The dimensions with their sections and questions; each adds up to what stands at it."""
    return [_branch(dimension, question) for dimension in card.dimensions]


def _branch(dimension: DimensionPart, question: Callable[[str], str]) -> Branch:
    sections = [
        Branch(
            id=section.key,
            title=section.title,
            points=section.points,
            interval=None,
            branches=(),
            leaves=[
                Leaf(part, _shortened(part), question(part.key) if part.key else "")
                for part in section.parts
            ],
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


def _shortened(part: Part) -> str:
    """The sentence as it reads below its question; whole where a language puts it elsewhere."""
    rest = part.sentence.removeprefix(f"'{part.text}' ")
    return part.sentence if rest == part.sentence else rest[:1].upper() + rest[1:]


def firmness(card: Scorecard) -> str:
    """How firm the score is, in one line."""
    current = card.current
    if current.status == "not_rated":
        return card.headline or _("Not rated: too little is known for a score")
    said = ", ".join(card.firm)
    if current.status == "final":
        return _("Final; %(rest)s") % {"rest": said} if said else _("Final: nothing outstanding")
    return _("Provisional: %(rest)s") % {"rest": said}


def counted(current: CurrentScore) -> str:
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
            ngettext("%(count)s unanswered", "%(count)s unanswered", current.unanswered)
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


def memo(assessment: Assessment, card: Scorecard) -> list[str]:
    """Three sentences that stand by themselves in a letter or a file note."""
    current = card.current
    subject = {
        "vendor": assessment.vendor.name,
        "engagement": assessment.engagement.title,
        "day": date_format(current.as_of, "DATE_FORMAT"),
        "method": f"{current.methodology.title} {current.methodology.version}",
        "lo": points(current.lo),
        "hi": points(current.hi),
    }
    if current.points is not None and current.lo == current.hi:
        first = _(
            "%(vendor)s is rated %(band)s for “%(engagement)s” as of %(day)s (%(method)s): "
            "%(points)s points on a scale from 0 (best) to 100 (worst)."
        )
    elif current.points is None:
        first = _(
            "%(vendor)s is not rated for “%(engagement)s” as of %(day)s (%(method)s): too little "
            "is known, and depending on what is still open the risk lies anywhere between "
            "%(lo)s and %(hi)s on a scale from 0 (best) to 100 (worst)."
        )
    else:
        first = _(
            "%(vendor)s is rated %(band)s for “%(engagement)s” as of %(day)s (%(method)s): "
            "%(points)s points on a scale from 0 (best) to 100 (worst), and between %(lo)s and "
            "%(hi)s depending on what is still open."
        )
    subject |= {"band": band_word(current.band), "points": points(current.points)}
    return [first % subject, _risk_sentence(card), _standing_sentence(card)]


def _risk_sentence(card: Scorecard) -> str:
    current = card.current
    weakest = words.dimension(current.worst_dimension)
    said = _(
        "The engagement carries an inherent risk of %(inherent)s (%(tier)s), of which the controls "
        "take away %(effect)s."
    ) % {
        "inherent": points(current.inherent),
        "tier": words.tier(current.tier).lower(),
        "effect": percent(current.control_effectiveness),
    }
    if not weakest:
        return said
    first = next(iter(card.parts), None)
    if first is None or not first.points:
        more = _("The weakest dimension is “%(name)s”.") % {"name": weakest}
        return f"{said} {more}"
    more = _(
        "The weakest dimension is “%(name)s”; the question that adds most is “%(question)s”."
    ) % {"name": weakest, "question": first.text}
    return f"{said} {more}"


def _standing_sentence(card: Scorecard) -> str:
    current = card.current
    said = list(card.firm)
    if current.blocked:
        lead = _("A knock-out answer blocks an approval")
    elif current.status == "final":
        lead = _("The score is final")
    elif current.status == "provisional":
        lead = _("The score is provisional")
    else:
        lead = _("There is no score yet")
    if not said:
        return _("%(lead)s, and nothing is outstanding.") % {"lead": lead}
    return _("%(lead)s; %(rest)s.") % {"lead": lead, "rest": ", ".join(said)}


def provenance(assessment: Assessment, current: CurrentScore) -> list[tuple[str, str, str]]:
    """Where the score comes from: (id for copying or "", words, value)."""
    method = current.methodology
    questionnaire = assessment.questionnaire
    rows = [
        ("", _("As of"), date_format(current.as_of, "DATE_FORMAT")),
        ("", _("Computed"), date_format(current.computed_at, "DATETIME_FORMAT")),
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
        ("p-score", _("Score id"), str(current.score_id or "")),
        ("p-digest", _("Digest"), bytes(current.digest).hex()),
        ("p-model", _("Model hash"), bytes(current.model_hash).hex()),
        ("p-input", _("Input hash"), bytes(current.input_hash).hex()),
    ]
    return [*rows, *(row for row in copied if row[2])]
