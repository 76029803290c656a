"""A score beside what it would be: the figures, the words and the charts of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.ui import band_word, percent, points, signed_points
from assessments.sheet import State
from assessments.wording import said_words
from scoring import charts, editor, links, words
from scoring.compile import indicator_of
from scoring.engine.methodology import TIERS
from scoring.selectors.labels import lang, text_of
from scoring.selectors.scenario import LEVELS, Base, Said
from scoring.selectors.whatif import Figures, Outcome, Tried
from vendors.intake import intake

#: Questions named under "what moved most".
MOVED = 10


def compared(base: Base, outcome: Outcome, csv_url: str) -> dict[str, Any]:
    """Everything the page says about before and after; `csv_url` has the parts of both."""
    before, after = outcome.before, outcome.after
    return {
        "before": before,
        "after": after,
        "difference": after.computed - before.computed,
        "sentence": _sentence(before, after),
        "figures": _figures(before, after),
        "dimension_rows": _dimensions(before, after),
        "waterfall_before": charts.waterfall_of("before", _("As it is"), _parts(before), csv_url),
        "waterfall_after": charts.waterfall_of(
            "after", _("With the changes"), _parts(after), csv_url
        ),
        "moved": [
            (
                text_of(base.questionnaire, one.key),
                _place(base, one.key),
                one,
            )
            for one in outcome.shifts[:MOVED]
        ],
        "moved_total": len(outcome.shifts),
    }


def _place(base: Base, key: str) -> str:
    indicator = indicator_of(key)
    if indicator is not None:
        return links.facts(base.assessment.vendor_id, indicator)
    section = base.questionnaire.by_key[key].section
    return links.question(base.assessment.pk, section, key)


def _sentence(before: Figures, after: Figures) -> str:
    """What the changes come to, in one sentence."""
    if before == after:
        return _("Nothing moves.")
    if before.points is None or after.points is None:
        said = {"was": _standing(before), "now": _standing(after)}
        return _("Before: %(was)s. With the changes: %(now)s.") % said
    by = after.points - before.points
    if not by:
        return _("The score stays where it is; what is known about it changes.")
    said = {
        "by": points(abs(by)),
        "was": f"{points(before.points)} ({band_word(before.band)})",
        "now": f"{points(after.points)} ({band_word(after.band)})",
    }
    if by < 0:
        return _("The score falls by %(by)s, from %(was)s to %(now)s.") % said
    return _("The score rises by %(by)s, from %(was)s to %(now)s.") % said


def _standing(one: Figures) -> str:
    if one.points is None:
        return _("not rated, somewhere between %(lo)s and %(hi)s") % {
            "lo": points(one.lo),
            "hi": points(one.hi),
        }
    return f"{points(one.points)} ({band_word(one.band)})"


def _figures(before: Figures, after: Figures) -> list[tuple[str, str, str, str]]:
    """Rows of name, before, after and the difference in points or per cent; "" for none."""

    def milli(name: str, was: int, now: int) -> tuple[str, str, str, str]:
        return name, points(was), points(now), signed_points(now - was) if now != was else ""

    def share(name: str, was: float, now: float) -> tuple[str, str, str, str]:
        # Cut as they are shown, so that the difference is the one between them.
        by = int(Decimal(str(now)) * 100) - int(Decimal(str(was)) * 100)
        return name, percent(was), percent(now), signed_points(by * 1000, 0) if by else ""

    def text(name: str, was: str, now: str) -> tuple[str, str, str, str]:
        return name, was, now, _("changed") if was != now else ""

    def interval(one: Figures) -> str:
        if one.lo == one.hi:
            return points(one.lo)
        return _("%(lo)s to %(hi)s") % {"lo": points(one.lo), "hi": points(one.hi)}

    def firm(one: Figures) -> str:
        return str(words.STATUS_WORDS[one.status])

    return [
        text(_("Band"), band_word(before.band), band_word(after.band)),
        milli(
            _("Points") if before.points is not None else _("Points it would stand at"),
            before.computed,
            after.computed,
        ),
        text(_("Interval"), interval(before), interval(after)),
        text(_("Firmness"), firm(before), firm(after)),
        milli(_("Inherent risk"), before.inherent, after.inherent),
        text(
            _("Tier by inherent risk"),
            words.tier(TIERS[before.tier - 1]),
            words.tier(TIERS[after.tier - 1]),
        ),
        share(
            _("Control effectiveness"), before.control_effectiveness, after.control_effectiveness
        ),
        milli(_("Residual risk, before knock-outs"), before.residual, after.residual),
        share(_("Coverage"), before.coverage, after.coverage),
        share(_("Confidence"), before.confidence, after.confidence),
    ]


def _dimensions(before: Figures, after: Figures) -> list[dict[str, Any]]:
    rows = []
    for key, title in words.dimensions():
        was, now = before.dimensions.get(key), after.dimensions.get(key)
        if was is None and now is None:
            continue
        rows.append(
            {
                "title": title,
                "was": was[1] if was else None,
                "now": now[1] if now else None,
                "by": now[1] - was[1] if was and now else None,
                "added_was": before.added.get(key, 0),
                "added_now": after.added.get(key, 0),
                "added_by": after.added.get(key, 0) - before.added.get(key, 0),
            }
        )
    return rows


def _parts(one: Figures) -> charts.Parts:
    return charts.Parts(
        base=one.base,
        dimensions=[
            (words.dimension(key), value, "")
            for key, value in one.added.items()
            if key in one.dimensions
        ],
        unrated=one.unrated,
        uplift=one.uplift,
        total=one.computed,
        band=one.band,
    )


def head() -> list[str]:
    """What the columns of `lines` are called."""
    return [_("Part"), _("As it is"), _("With the changes")]


def lines(outcome: Outcome) -> Iterator[Sequence[str]]:
    """The parts of both scores for a file, side by side; they add up to the score, then bands."""
    before, after = outcome.before, outcome.after
    for name, was, now in (
        (_("Base from inherent risk"), before.base, after.base),
        *(
            (title, before.added.get(key, 0), after.added.get(key, 0))
            for key, title in words.dimensions()
            if key in before.dimensions or key in after.dimensions
        ),
        (_("Nothing to rate"), before.unrated, after.unrated),
        (_("Knock-out"), before.uplift, after.uplift),
        (_("Score"), before.computed, after.computed),
    ):
        yield name, charts.decimal(was), charts.decimal(now)
    yield _("Band"), band_word(before.band), band_word(after.band)


def name_of(base: Base, one: Tried) -> str:
    """What a change is about."""
    if one.kind == "answer":
        return base.question(one.key).text.text_for(lang())
    if one.kind == "intake":
        return intake().by_key[one.key].text.text_for(lang())
    if one.kind == "weight":
        return _("Weight: %(dimension)s") % {"dimension": words.dimension(one.key)}
    return "κ" if one.kind == "kappa" else "p"


def was(base: Base, one: Tried) -> str:
    """How it is without the change."""
    if one.kind == "answer":
        return editor.said_now(base, one.key)
    if one.kind == "intake":
        return editor.fact_words(one.key, base.facts.get(one.key))
    own = base.method
    if one.kind == "weight":
        return editor.written(getattr(own.dimensions, one.key))
    return editor.written(own.kappa) if one.kind == "kappa" else str(own.p)


def now(base: Base, one: Tried) -> str:
    """How it is with the change."""
    scenario = one.scenario
    if one.kind == "answer":
        return _said(base, one.key, scenario.answers[one.key])
    if one.kind == "intake":
        return editor.fact_words(one.key, scenario.intake[one.key])
    if one.kind == "weight":
        return editor.written(scenario.weights[one.key])
    return str(scenario.p) if scenario.kappa is None else editor.written(scenario.kappa)


def _said(base: Base, key: str, said: Said) -> str:
    if said.state:
        return editor.state_word(said.state)
    level = editor.level_word(said.evidence or LEVELS["self_declared"])
    if said.value is None:
        return _("Proof: %(level)s") % {"level": level}
    value = said_words(base.question(key), State.ANSWERED, said.value)
    return f"{value} ({level})"
