"""Scores beside each other in sentences and tables: what the page, the file and print say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import NONE, band_word, percent, points
from assessments.selectors.assessments import schema_of
from scoring import words
from scoring.charts import decimal
from scoring.decision_words import STATES
from scoring.engine.methodology import TIERS
from scoring.memo import listed
from scoring.ranking import Rank, Span, overlap, ranks
from scoring.selectors.comparison import LEAST
from scoring.selectors.labels import for_a_file, lang, text_of
from scoring.selectors.whatif import Figures
from scoring.side_by_side import Column
from vendors.models import Finding

#: lo, point and hi, in milli-points.
Three = tuple[int, int, int]

#: Questions listed at first.
QUESTIONS: Final = 15


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: a name, a cell per column, and how far they are apart (milli-points)."""

    name: str
    cells: Sequence[str]
    apart: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What one column says to a question, and what that adds (milli-points, None: not in it)."""

    said: str
    points: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what each column says to it; None where it was not asked there."""

    key: str
    text: str
    section: str
    cells: Sequence[Told | None]
    apart: int
    same: bool


def interval(one: Figures) -> str:
    """From best to worst in words."""
    if one.lo == one.hi:
        return points(one.lo)
    return _("%(lo)s to %(hi)s") % {"lo": points(one.lo), "hi": points(one.hi)}


def sentences(columns: Sequence[Column]) -> list[tuple[bool, str]]:
    """Which is better than which, or that they cannot be told apart (True), in sentences.

    Only of those that are rated, and only meant where one method made all of them.
    """
    rated = [(one, span) for one in columns if (span := one.span) is not None]
    if len(rated) == LEAST:
        return [_of_two(*rated)]
    found = []
    rated.sort(key=lambda pair: pair[1].point)
    for at, (one, mine) in enumerate(rated):
        rest = rated[at + 1 :]
        alike = [other.name for other, theirs in rest if overlap(mine, theirs)]
        worse = [other.name for other, theirs in rest if not overlap(mine, theirs)]
        if worse:
            text = _("%(better)s is better than %(others)s, whatever is still unknown.")
            found.append((False, text % {"better": one.name, "others": listed(worse)}))
        if alike:
            text = _("%(one)s cannot be told apart from %(others)s: their intervals overlap.")
            found.append((True, text % {"one": one.name, "others": listed(alike)}))
    return found


def _of_two(first: tuple[Column, Span], second: tuple[Column, Span]) -> tuple[bool, str]:
    """What there is to say of two alone."""
    if overlap(first[1], second[1]):
        text = _(
            "%(one)s and %(other)s cannot be told apart: their intervals overlap. What is "
            "still unknown could make either of them the better one."
        )
        return True, text % {"one": first[0].name, "other": second[0].name}
    (better, best), (worse, least) = sorted((first, second), key=lambda pair: pair[1].point)
    text = _(
        "%(better)s is better than %(worse)s, whatever is still unknown: at worst "
        "%(hi)s, against %(lo)s at best."
    )
    said = {"hi": points(best.hi), "lo": points(least.lo)}
    return False, text % {"better": better.name, "worse": worse.name, **said}


def figures(columns: Sequence[Column]) -> list[Row]:
    """The figures of the scores, and what is known beside them."""

    def of(say: Callable[[Figures], str]) -> list[str]:
        return [NONE if one.figures is None else say(one.figures) for one in columns]

    return [
        Row(_("Band"), of(lambda one: band_word(one.band))),
        Row(_("Points"), of(lambda one: points(one.points)), _apart(columns)),
        Row(_("Interval"), of(interval)),
        Row(_("Firmness"), of(lambda one: str(words.STATUS_WORDS[one.status]))),
        Row(_("Tier by inherent risk"), of(lambda one: words.tier(TIERS[one.tier - 1]))),
        Row(_("Inherent risk"), of(lambda one: points(one.inherent))),
        Row(_("Control effectiveness"), of(lambda one: percent(one.control_effectiveness))),
        Row(_("Coverage"), of(lambda one: percent(one.coverage))),
        Row(_("Confidence"), of(lambda one: percent(one.confidence))),
        Row(_("Knock-outs"), [_knock_outs(one) for one in columns]),
        Row(_("Decision"), [str(STATES[one.side.decision.state][1]) for one in columns]),
        Row(_("Open findings"), [_findings(one.side.findings) for one in columns]),
        Row(_("Answers"), [one.side.assessment.get_status_display() for one in columns]),
        Row(_("Questionnaire"), [str(one.side.assessment.questionnaire) for one in columns]),
        Row(_("Method"), [one.method.version if one.method else NONE for one in columns]),
        Row(_("As of"), [_day(one) for one in columns]),
    ]


def _apart(columns: Sequence[Column]) -> int | None:
    rated = [span.point for one in columns if (span := one.span) is not None]
    return max(rated) - min(rated) if len(rated) > 1 else None


def _knock_outs(one: Column) -> str:
    if one.figures is None:
        return NONE
    if not one.knock_outs:
        return _("None")
    said = listed([f"“{text}”" for text in one.knock_outs])
    return _("Blocked: %(why)s") % {"why": said} if one.figures.blocked else said


def _findings(found: Sequence[Finding]) -> str:
    if not found:
        return _("None")
    counts = Counter(row.severity for row in found)
    severities = list(Finding.Severity)[::-1]
    parts = [f"{counts[one]} {one.label.lower()}" for one in severities if counts[one]]
    return f"{len(found)} ({', '.join(parts)})"


def _day(one: Column) -> str:
    return NONE if one.as_of is None else date_format(one.as_of, "DATE_FORMAT")


def dimensions(columns: Sequence[Column]) -> list[Row]:
    """The dimensions in the order of the method, with how far the scores are apart in each."""
    return [
        Row(title, [NONE if three is None else _three(*three) for three in seen], apart)
        for title, seen, apart in _dimensions(columns)
    ]


def _dimensions(columns: Sequence[Column]) -> Iterator[tuple[str, list[Three | None], int | None]]:
    """(name, (lo, point, hi) of each column, how far apart) of those in any of the scores."""
    for key, title in words.dimensions():
        seen = [one.figures.dimensions.get(key) if one.figures else None for one in columns]
        values = [three[1] for three in seen if three is not None]
        if values:
            yield title, seen, max(values) - min(values) if len(values) > 1 else None


def _three(lo: int, point: int, hi: int) -> str:
    if lo == hi:
        return points(point)
    return _("%(point)s (%(lo)s to %(hi)s)") % {
        "point": points(point),
        "lo": points(lo),
        "hi": points(hi),
    }


def shared(columns: Sequence[Column]) -> list[str]:
    """The questionnaires that two or more of them have answered, by key."""
    used = Counter(one.side.assessment.questionnaire.key for one in columns if one.figures)
    return sorted(key for key, count in used.items() if count > 1)


def questions(columns: Sequence[Column]) -> list[Asked]:
    """The questions that two or more answered of the same questionnaire, the furthest apart first.

    Facts that count in place of answers, or beside them, are among them.
    """
    keys: dict[str, Column] = {}
    both = set(shared(columns))
    for one in columns:
        if one.side.assessment.questionnaire.key in both:
            for key in one.labels:
                keys.setdefault(key, one)
    found = [_asked(key, first, columns, both) for key, first in keys.items()]
    several = [one for one in found if sum(cell is not None for cell in one.cells) > 1]
    return sorted(several, key=lambda one: -one.apart)


def _asked(key: str, first: Column, columns: Sequence[Column], both: set[str]) -> Asked:
    questionnaire = schema_of(first.side.assessment)
    cells = [_told(key, one) if _of(one, both) else None for one in columns]
    told = [cell for cell in cells if cell is not None]
    added = [cell.points or 0 for cell in told]
    item = questionnaire.by_key.get(key)
    titles = {section.key: section.title for section in questionnaire.sections}
    return Asked(
        key=key,
        text=text_of(questionnaire, key),
        section=titles[item.section].text_for(lang()) if item else _("Recorded facts"),
        cells=cells,
        apart=max(added) - min(added) if len(added) > 1 else 0,
        same=len(set(told)) == 1,
    )


def _of(one: Column, both: set[str]) -> bool:
    return one.side.assessment.questionnaire.key in both


def _told(key: str, one: Column) -> Told | None:
    label = one.labels.get(key)
    if label is None:
        return None
    part = one.parts.get(key)
    return Told(label.answer or NONE, part.points if part is not None else None)


@dataclass(frozen=True, slots=True)
class Placed:
    """One of a shortlist: its place, how firm it is in words, and its place by the method's own
    weights; None where those do not rate it."""

    column: Column
    rank: Rank
    firm: str
    before: int | None


def ranked(columns: Sequence[Column], before: Sequence[Column]) -> list[Placed]:
    """Those that are rated, best first. `before`: the same without the weights of the shortlist."""
    rated = [(one, span) for one in columns if (span := one.span) is not None]
    places = ranks([span for _one, span in rated])
    both = {one.side.assessment.pk for one, _span in rated}
    own = {
        one.side.assessment.pk: span
        for one in before
        if (span := one.span) is not None and one.side.assessment.pk in both
    }
    then = dict(zip(own, (rank.place for rank in ranks(list(own.values()))), strict=True))
    found = [
        Placed(one, rank, _firm(rank, len(rated)), then.get(one.side.assessment.pk))
        for (one, _span), rank in zip(rated, places, strict=True)
    ]
    return sorted(found, key=lambda one: (one.rank.place, one.rank.worst, one.column.name))


def _firm(rank: Rank, count: int) -> str:
    if rank.is_certain:
        return _("Whatever is still unknown")
    if (rank.best, rank.worst) == (1, count):
        return _("Any place is possible")
    return _("Between place %(best)s and %(worst)s") % {"best": rank.best, "worst": rank.worst}


def outcome(placed: Sequence[Placed]) -> str:
    """What the shortlist comes to, in a sentence."""
    if not placed:
        return _("None of them is rated, so there is no order to show.")
    first = placed[0]
    ties = [one.column.name for one in placed if one.rank.place == 1]
    if len(ties) > 1:
        return _("%(names)s share the first place: their points are equal.") % {
            "names": listed(ties)
        }
    rivals = [one.column.name for one in placed[1:] if one.rank.best == 1]
    if not rivals:
        return _("%(name)s is first, whatever is still unknown.") % {"name": first.column.name}
    return ngettext(
        "%(name)s is first, but %(rivals)s could still be: their intervals overlap.",
        "%(name)s is first, but %(rivals)s could still be: their intervals overlap.",
        len(rivals),
    ) % {"name": first.column.name, "rivals": listed(rivals)}


def lines(columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
    """Everything for a file: what kind of line, its name, a value per column, how far apart."""
    exact = _exact(columns)
    for row in figures(columns):
        for name, cells in exact.get(row.name, [(row.name, row.cells)]):
            yield [_("Figures"), name, *cells, _decimal(row.apart)]
    for title, seen, apart in _dimensions(columns):
        names = (_("%(dimension)s, from"), "%(dimension)s", _("%(dimension)s, to"))
        for at, name in enumerate(names):
            cells = ["" if three is None else decimal(three[at]) for three in seen]
            far = _decimal(apart) if at == 1 else ""
            yield [_("Dimension"), name % {"dimension": title}, *cells, far]
    for asked in questions(columns):
        said = [
            "" if cell is None else _in_file(one, asked.key, cell)
            for one, cell in zip(columns, asked.cells, strict=True)
        ]
        added = ["" if cell is None else decimal(cell.points) for cell in asked.cells]
        yield [_("Answer"), asked.text, *said, ""]
        yield [_("Points that the answer adds"), asked.text, *added, _decimal(asked.apart)]


def _in_file(one: Column, key: str, cell: Told) -> str:
    return for_a_file(schema_of(one.side.assessment), one.side.answers, key, cell.said)


def _exact(columns: Sequence[Column]) -> dict[str, list[tuple[str, Sequence[str]]]]:
    """Name of a line of `figures` -> the lines that stand for it in a file, as programs read."""

    def of(name: str, say: Callable[[Figures], str]) -> tuple[str, Sequence[str]]:
        return name, ["" if one.figures is None else say(one.figures) for one in columns]

    days = ["" if one.as_of is None else one.as_of.isoformat() for one in columns]
    found = [
        of(_("Points"), lambda one: decimal(one.points)),
        of(_("Inherent risk"), lambda one: decimal(one.inherent)),
        of(_("Control effectiveness"), lambda one: f"{one.control_effectiveness:.4f}"),
        of(_("Coverage"), lambda one: f"{one.coverage:.4f}"),
        of(_("Confidence"), lambda one: f"{one.confidence:.4f}"),
        (_("As of"), days),
    ]
    return {name: [(name, cells)] for name, cells in found} | {
        _("Interval"): [
            of(_("From"), lambda one: decimal(one.lo)),
            of(_("To"), lambda one: decimal(one.hi)),
        ]
    }


def _decimal(apart: int | None) -> str:
    return "" if apart is None else decimal(apart)
