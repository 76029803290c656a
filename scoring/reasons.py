"""Why a score is what it is, and what is not known about it: in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.templatetags.ui import points
from scoring.engine.phrases import share_out
from scoring.selectors.scorecard import Gap, Lowering, Scorecard

#: Dimensions and questions named under "What drives it".
NAMED: Final = 3
#: Milli-points below which a change would be written as 0.0 points.
TENTH: Final = 100
#: Why something is not known (`scoring.engine.unknowns.Missing`).
MISSING_WORDS: Final[Mapping[str, Promise]] = {
    "blank": lazy("Not answered"),
    "dont_know": lazy("Don't know"),
    "declined": lazy("Declined to say"),
    "na_pending": lazy("Not applicable, awaiting a reviewer"),
    "outdated": lazy("Too old to count"),
    "too_little": lazy("Too little on record"),
}
#: What somebody would have to do (`scoring.engine.whatif.Change`), as a heading.
CHANGE_WORDS: Final[Mapping[str, Promise]] = {
    "answer": lazy("Find out and answer"),
    "prove": lazy("Have it proved and reviewed"),
    "remedy": lazy("Put it right"),
}


def drivers(card: Scorecard) -> list[str]:
    """What drives a score: exposure and controls, then the dimensions that add most."""
    total, base, rest = share_out(card.total - card.uplift, card.base)
    exposure = _(
        "Of %(total)s points, %(base)s come with the exposure, whatever the vendor does; "
        "%(rest)s are what its controls leave open or leave unproved."
    )
    if card.uplift:
        exposure = _(
            "Of %(total)s points before the knock-out, %(base)s come with the exposure, whatever "
            "the vendor does; %(rest)s are what its controls leave open or leave unproved."
        )
    said = [
        exposure
        % {"total": points(total.milli), "base": points(base.milli), "rest": points(rest.milli)}
    ]
    largest = sorted(card.dimensions, key=lambda one: -one.points)[:NAMED]
    for dimension in (one for one in largest if one.points):
        first = max(
            (part for section in dimension.sections for part in section.parts),
            key=lambda part: part.points,
        )
        said.append(
            _(
                "%(dimension)s adds %(points)s; the largest part of it is “%(question)s”, with "
                "%(most)s."
            )
            % {
                "dimension": dimension.title,
                "points": points(dimension.points),
                "question": first.text,
                "most": points(first.points),
            }
        )
    if card.uplift:
        said.append(card.uplift_sentence)
    return said


def spread(card: Scorecard) -> str:
    """Where the width of the interval comes from, in one sentence; "" where it has none."""
    found = card.spread
    if found is None or found.lo == found.hi:
        return ""
    width, proof, answers = share_out(found.hi - found.lo, found.proof)
    said = {
        "lo": points(found.lo),
        "hi": points(found.hi),
        "width": points(width.milli),
        "proof": points(proof.milli),
        "answers": points(answers.milli),
    }
    if not found.answers:
        return (
            _(
                "Between %(lo)s and %(hi)s lie %(width)s points. All of it is missing proof: every "
                "question that counts has an answer."
            )
            % said
        )
    if not found.proof:
        return (
            _(
                "Between %(lo)s and %(hi)s lie %(width)s points. All of it is missing answers: "
                "with every answer given proved and up to date it would be as wide."
            )
            % said
        )
    return (
        _(
            "Between %(lo)s and %(hi)s lie %(width)s points: %(answers)s from missing answers, and "
            "%(proof)s that would go if every answer given were proved and up to date."
        )
        % said
    )


def at_best(gap: Gap) -> str:
    """What a gap could do to the score if it turns out well."""
    if not gap.fall:
        return _("no lower")
    if gap.fall < TENTH:
        return _("less than 0.1 lower")
    return _("%(fall)s lower, %(best)s") % {"fall": points(gap.fall), "best": points(gap.best)}


def at_worst(gap: Gap) -> str:
    """What a gap could do to the score if it turns out badly: mostly nothing, as it counts now."""
    if not gap.rise:
        return _("no higher: it counts in full already")
    if gap.rise < TENTH:
        return _("less than 0.1 higher")
    return _("%(rise)s higher, %(worst)s") % {
        "rise": points(gap.rise),
        "worst": points(gap.worst),
    }


def by_kind(card: Scorecard) -> list[tuple[str, list[Lowering]]]:
    """The changes that would lower a score, under what somebody would have to do."""
    return [
        (str(heading), found)
        for change, heading in CHANGE_WORDS.items()
        if (found := [one for one in card.lowering if one.change == change])
    ]
