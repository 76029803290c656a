"""A score in three sentences that stand by themselves in a letter or a file note."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import band_word, percent, points
from assessments.models import Assessment
from scoring import words
from scoring.selectors.scorecard import Scorecard

_DRAFTS = frozenset({Assessment.Status.DRAFT, Assessment.Status.SENT})


def memo(assessment: Assessment, card: Scorecard, *, on_record: bool = False) -> list[str]:
    """The rating, where it comes from, and how firm it is.

    `on_record`: the score is one of the past, so nothing is said of where the assessment stands
    today.
    """
    return [
        _rating(assessment, card),
        _origin(card),
        _standing(card, draft=not on_record and assessment.status in _DRAFTS),
    ]


def listed(parts: Sequence[str]) -> str:
    """Phrases as one enumeration: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    *firsts, last = parts
    first = firsts[0]
    for more in firsts[1:]:
        first = _("%(first)s, %(second)s") % {"first": first, "second": more}
    return _("%(first)s and %(last)s") % {"first": first, "last": last}


def _rating(assessment: Assessment, card: Scorecard) -> str:
    current = card.current
    said = {
        "vendor": assessment.vendor.name,
        "engagement": assessment.engagement.title,
        "day": date_format(current.as_of, "DATE_FORMAT"),
        "method": f"{current.methodology.title} {current.methodology.version}",
        "band": band_word(current.band),
        "points": points(current.points),
        "lo": points(current.lo),
        "hi": points(current.hi),
    }
    if current.points is None:
        return (
            _(
                "%(vendor)s is not rated for “%(engagement)s” as of %(day)s (%(method)s): too "
                "little is known, and depending on what is still open the risk lies anywhere "
                "between %(lo)s and %(hi)s on a scale from 0 (best) to 100 (worst)."
            )
            % said
        )
    if current.lo == current.hi:
        return (
            _(
                "%(vendor)s is rated %(band)s for “%(engagement)s” as of %(day)s (%(method)s): "
                "%(points)s points on a scale from 0 (best) to 100 (worst), which nothing still "
                "unknown could change."
            )
            % said
        )
    return (
        _(
            "%(vendor)s is rated %(band)s for “%(engagement)s” as of %(day)s (%(method)s): "
            "%(points)s points on a scale from 0 (best) to 100 (worst), and between %(lo)s and "
            "%(hi)s depending on what is still open."
        )
        % said
    )


def _origin(card: Scorecard) -> str:
    current = card.current
    said = {
        "inherent": points(current.inherent),
        "tier": words.tier(current.tier).lower(),
        "effect": percent(current.control_effectiveness),
        "name": words.dimension(current.worst_dimension),
        "question": "",
    }
    first = next(iter(card.parts), None)
    if not current.worst_dimension:
        return (
            _(
                "The engagement carries an inherent risk of %(inherent)s (%(tier)s), of which the "
                "controls, as far as they are known, take away %(effect)s."
            )
            % said
        )
    if first is None or not first.points:
        return (
            _(
                "The engagement carries an inherent risk of %(inherent)s (%(tier)s), of which the "
                "controls, as far as they are known, take away %(effect)s; the weakest dimension "
                "is “%(name)s”."
            )
            % said
        )
    said["question"] = first.text
    return (
        _(
            "The engagement carries an inherent risk of %(inherent)s (%(tier)s), of which the "
            "controls, as far as they are known, take away %(effect)s; the weakest dimension is "
            "“%(name)s”, and the question that adds most is “%(question)s”"
        )
        % said
        + "."
    )


def _standing(card: Scorecard, *, draft: bool) -> str:
    current = card.current
    if current.status == "final":
        lead = _("The score is final")
    elif current.status == "provisional":
        lead = _("The score is provisional")
    else:
        lead = _("There is no score yet")
    open_ = _still_open(card, draft=draft)
    rest = listed(open_) if open_ else _("nothing is outstanding")
    knock_out = _knock_out(card)
    if knock_out:
        return _("%(knock_out)s; %(lead)s: %(rest)s.") % {
            "knock_out": knock_out,
            "lead": lead[:1].lower() + lead[1:],
            "rest": rest,
        }
    return _("%(lead)s: %(rest)s.") % {"lead": lead, "rest": rest}


def _knock_out(card: Scorecard) -> str:
    """What the knock-outs do, in a clause; "" where none is set off."""
    hit = card.floors
    if not hit:
        return ""
    floor = points(max(hit))
    if card.current.blocked:
        return ngettext(
            "A knock-out answer rules out an approval and keeps the score at %(floor)s or above",
            "%(count)s knock-out answers rule out an approval and keep the score at %(floor)s or "
            "above",
            len(hit),
        ) % {"count": len(hit), "floor": floor}
    return ngettext(
        "A knock-out answer keeps the score at %(floor)s or above",
        "%(count)s knock-out answers keep the score at %(floor)s or above",
        len(hit),
    ) % {"count": len(hit), "floor": floor}


def _still_open(card: Scorecard, *, draft: bool) -> list[str]:
    current = card.current
    counted = (
        (
            current.required_open,
            ngettext(
                "%(count)s required question has no answer that still holds",
                "%(count)s required questions have no answer that still holds",
                current.required_open,
            ),
        ),
        (
            # Named apart only where there are more than the required ones.
            current.unanswered if current.unanswered > current.required_open else 0,
            ngettext(
                "%(count)s question is not answered",
                "%(count)s questions are not answered",
                current.unanswered,
            ),
        ),
        (
            current.missing_proofs,
            ngettext(
                "proof is outstanding for %(count)s answer",
                "proof is outstanding for %(count)s answers",
                current.missing_proofs,
            ),
        ),
    )
    said = [phrase % {"count": count} for count, phrase in counted if count]
    if draft:
        said.append(_("the assessment has not been submitted yet"))
    elif current.status != "final" and not card.signed_off:
        said.append(_("it has not been signed off"))
    return said
