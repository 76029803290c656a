"""The rating: the first page, and the chapter that takes it apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.templatetags.ui import NONE, band_word, percent, points
from reports.content.vendor.over_time import over_time
from reports.content.vendor.seen import Assessed, Seen
from reports.document import Chart, Column, Kind, Section, Table, Words
from scoring import charts, reasons, statement, words
from scoring.memo import memo
from scoring.selectors import methods
from scoring.selectors.scorecard import Scorecard
from vendors.country_names import country_name

#: Changes named under "what would lower it most".
LOWERING: Final = 10


def cover(seen: Seen) -> Iterator[tuple[str, str]]:
    """The facts of the first page."""
    vendor, standing = seen.vendor, seen.page.standing
    if vendor.country:
        yield _("Country"), country_name(vendor.country.code)
    for name, value in (
        (_("Registration number"), vendor.registration_number),
        (_("LEI"), vendor.lei),
    ):
        if value:
            yield name, value
    yield (
        _("Business units"),
        seen.unit.name
        if seen.unit
        else ", ".join(link.unit.name for link in seen.page.links) or NONE,
    )
    yield _("As of"), str(date_format(seen.as_of, "DATE_FORMAT"))
    yield _("Decision"), decision_in_short(seen)
    if standing is None or standing.points is None:
        yield _("Rating"), _("Not rated")
    else:
        yield (
            _("Rating"),
            _("%(band)s, %(points)s of 100 (0 is best, 100 is worst)")
            % {"band": band_word(standing.band), "points": points(standing.points)},
        )
    if standing is not None:
        yield (
            _("Interval"),
            _("%(lo)s to %(hi)s") % {"lo": points(standing.lo), "hi": points(standing.hi)},
        )
        yield _("Firmness"), words.firmness(standing)
    driver = seen.driver
    if driver is not None:
        yield _("Reviewed by"), reviewer(driver)
        if driver.card is not None:
            method = driver.card.current.methodology
            yield _("Method"), f"{method.title}, {_('version')} {method.version}"
            yield _("Score id"), score_id(driver.card)


def scale(seen: Seen) -> Chart | None:
    """The rating on the scale of bands; None where there is none."""
    standing, card = seen.page.standing, seen.card
    if standing is None or standing.points is None or card is None:
        return None
    said = _interval(standing.points, standing.lo, standing.hi)
    return Chart(
        "intervals",
        "",
        _("On the scale from 0 to 100: %(band)s, %(said)s.")
        % {"band": band_word(standing.band), "said": said},
        {
            "cuts": list(methods.parameters(card.current.methodology_id).band_cuts_milli),
            "items": [
                {
                    "label": band_word(standing.band),
                    "lo": standing.lo,
                    "point": standing.points,
                    "hi": standing.hi,
                    "said": said,
                }
            ],
        },
    )


def _interval(point: int | None, lo: int | None, hi: int | None) -> str:
    return _("%(points)s (%(lo)s to %(hi)s)") % {
        "points": points(point),
        "lo": points(lo),
        "hi": points(hi),
    }


def decision_in_short(seen: Seen) -> str:
    """What is decided for the engagements that go on, each word once."""
    going = [line.engagement for line in seen.page.engagements if line.engagement.status != "ended"]
    said = list(dict.fromkeys(seen.decisions[one.pk].word for one in going))
    return "; ".join(said) or _("No engagement that goes on")


def reviewer(one: Assessed) -> str:
    """Who has signed off, or who is to."""
    assessment = one.assessment
    if assessment.signed_off_at and assessment.signed_off_by:
        return _("%(name)s, signed off on %(day)s") % {
            "name": assessment.signed_off_by,
            "day": date_format(timezone.localtime(assessment.signed_off_at), "DATE_FORMAT"),
        }
    if assessment.reviewer:
        return _("%(name)s, not signed off yet") % {"name": assessment.reviewer}
    return _("Nobody yet")


def score_id(card: Scorecard) -> str:
    """The id of the score on record; a dash while the assessment is a draft."""
    current = card.current
    found = getattr(current, "score_id", None)
    return str(found) if found else NONE


def summary(seen: Seen) -> Iterator[str]:
    """The report in plain sentences."""
    going = [line.engagement for line in seen.page.engagements if line.engagement.status != "ended"]
    for engagement in going[:3]:
        shown = seen.decisions[engagement.pk]
        yield _("%(engagement)s: %(decision)s. %(sentence)s") % {
            "engagement": engagement.title,
            "decision": shown.word,
            "sentence": shown.sentence,
        }
    driver, card = seen.driver, seen.card
    if driver is None or card is None:
        yield _("There is no score: no assessment of this vendor has been scored yet.")
        return
    yield from memo(driver.assessment, card)
    if not card.complete:
        return
    yield reasons.drivers(card)[0]
    best = next(iter(card.lowering), None)
    if best is not None:
        yield _("What would lower it most: %(change)s") % {"change": best.sentence}


def chapter(seen: Seen) -> Iterator[Section]:
    """The rating of the vendor and the score it comes from."""
    standing, card, driver = seen.page.standing, seen.card, seen.driver
    if standing is None or card is None or driver is None:
        yield Section(
            _("Rating"),
            [
                Words([_("Nothing has been scored yet, so there is no rating to take apart.")]),
                *_history(seen),
            ],
        )
        return
    current = card.current
    yield Section(
        _("Rating"),
        [
            Words(
                [
                    _("The vendor's rating is that of the engagement that stands worst.")
                    + " "
                    + _("Here it is “%(title)s”.") % {"title": driver.engagement.title},
                    words.in_short(standing),
                ]
            ),
            Words(
                [
                    _("Inherent risk: %(points)s, %(tier)s.")
                    % {"points": points(current.inherent), "tier": words.tier(current.tier)},
                    _("The controls, as far as they are known, take away %(share)s of it.")
                    % {"share": percent(current.control_effectiveness)},
                    _("%(share)s of what counts is covered by answers that still hold.")
                    % {"share": percent(current.coverage)},
                    *statement.wanted(driver.assessment, card),
                ],
                is_list=True,
            ),
            *_waterfall(card),
            *_dimensions(card),
        ],
    )
    if card.complete:
        yield Section(_("What drives it"), list(_drivers(card)), level=2)
        yield Section(_("What would lower it most"), list(_lowering(card)), level=2)
        yield Section(_("What is not known"), list(_unknown(card)), level=2)
    yield Section(_("Rating over time"), list(_history(seen)), level=2)


def _waterfall(card: Scorecard) -> Iterator[Chart | Table]:
    if not card.complete:
        return
    drawn = charts.waterfall(card, "")
    parts, total = drawn["data"]["parts"], drawn["data"]["total"]
    items, start = [], 0
    for part in parts:
        items.append(
            {
                "label": part["label"],
                "start": start,
                "value": part["value"],
                "kind": part["kind"],
                "said": points(part["value"], 3),
            }
        )
        start += part["value"]
    items.append(
        {
            "label": total["label"],
            "start": 0,
            "value": total["value"],
            "kind": "total",
            "said": points(total["value"], 3),
        }
    )
    yield Chart(
        "waterfall",
        drawn["title"],
        drawn["summary"] + " " + _("The table below has every figure."),
        {"items": items},
    )
    yield Table(
        title="",
        sheet=_("Parts of the score"),
        columns=[Column(_("Part"), width=4), Column(_("Points"), Kind.EXACT)],
        rows=[(part["label"], part["value"]) for part in parts],
        total=(total["label"], total["value"]),
        note=_("The parts add up exactly."),
    )


def _dimensions(card: Scorecard) -> Iterator[Chart | Table]:
    current = card.current
    drawn = charts.dimensions(current, "")
    items: list[dict[str, Any]] = drawn["data"]["items"]
    if not items:
        return
    yield Chart(
        "intervals",
        drawn["title"],
        drawn["summary"],
        {
            "cuts": list(methods.parameters(current.methodology_id).band_cuts_milli),
            "items": [
                {
                    **one,
                    "said": _interval(one["point"], one["lo"], one["hi"]),
                }
                for one in items
            ],
        },
    )
    yield Table(
        title="",
        sheet=_("Dimensions"),
        columns=[
            Column(_("Dimension"), width=3),
            Column(_("Points"), Kind.POINTS),
            Column(_("From"), Kind.POINTS),
            Column(_("To"), Kind.POINTS),
        ],
        rows=[(one["label"], one["point"], one["lo"], one["hi"]) for one in items],
    )


def _drivers(card: Scorecard) -> Iterator[Words | Table]:
    said = [*reasons.drivers(card), *card.knock_outs]
    if spread := reasons.spread(card):
        said.append(spread)
    yield Words(said)
    yield Table(
        title=_("The ten largest parts"),
        sheet=_("Largest parts"),
        columns=[
            Column(_("Question or fact"), width=4),
            Column(_("Answer"), width=2),
            Column(_("Points"), Kind.EXACT, width=1),
        ],
        rows=[(part.text, part.said, part.points) for part in card.parts[:10] if part.points],
        empty=_("No question adds anything."),
    )


def _lowering(card: Scorecard) -> Iterator[Table]:
    yield Table(
        title="",
        sheet=_("What would lower it"),
        columns=[
            Column(_("What somebody would have to do"), width=1.4),
            Column(_("What about"), width=3),
            Column(_("Lower by"), Kind.POINTS, width=0.8),
            Column(_("Then at"), Kind.POINTS, width=0.8),
        ],
        rows=[
            (str(reasons.CHANGE_WORDS[one.change]), one.text, one.points, one.to)
            for one in card.lowering[:LOWERING]
        ],
        note=_("Each line by itself: what one change alone would do."),
        empty=_("No single change would lower the score."),
    )


def _unknown(card: Scorecard) -> Iterator[Table]:
    yield Table(
        title="",
        sheet=_("Not known"),
        columns=[
            Column(_("Question or fact"), width=4),
            Column(_("Why"), width=1.5),
            Column(_("At best"), Kind.POINTS, width=0.8),
            Column(_("At worst"), Kind.POINTS, width=0.8),
        ],
        rows=[
            (one.text, str(reasons.MISSING_WORDS[one.missing]), one.best, one.worst)
            for one in card.gaps
        ],
        note=_("The last two columns: where the score would stand if it alone became known.")
        if card.gaps
        else "",
        empty=_("Every question that counts has an answer."),
    )


def _history(seen: Seen) -> Iterator[Chart | Table]:
    rows, turns = list(reversed(seen.page.history)), list(reversed(seen.page.turns))
    drawn = charts.history(seen.page.history, seen.page.turns, "")
    if len(rows) > 1:
        yield over_time(rows, seen.as_of, drawn["summary"])
    yield Table(
        title="",
        sheet=_("Rating over time"),
        columns=[
            Column(_("From day"), Kind.DAY, width=1.4),
            Column(_("Band"), width=1.2),
            Column(_("Points"), Kind.POINTS, width=0.8),
            Column(_("From"), Kind.POINTS, width=0.8),
            Column(_("To"), Kind.POINTS, width=0.8),
            Column(_("Firmness"), width=1.2),
            Column(_("Why"), width=3),
        ],
        rows=[
            (
                row.valid_from,
                band_word(row.band),
                row.points,
                row.lo,
                row.hi,
                str(words.STATUS_WORDS[row.status]),
                words.turn(turn),
            )
            for row, turn in zip(rows, turns, strict=True)
        ],
        empty=_("There was no rating before today."),
    )
