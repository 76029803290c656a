"""How firm a score is under other weights: in sentences, charts and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import band_word, percent, points
from scoring import words
from scoring.charts import Chart, decimal
from scoring.engine.methodology import BANDS
from scoring.engine.sensitivity import Sensitivity
from scoring.memo import listed


def whole(number: int) -> str:
    """A number without decimals, grouped as the reader does."""
    return number_format(number, force_grouping=True)


def holds(found: Sensitivity) -> str:
    """The one sentence: in how many weightings the band is the same."""
    return _("The band holds in %(share)s of %(draws)s weightings.") % {
        "share": percent(found.holding / found.draws),
        "draws": whole(found.draws),
    }


def sentences(found: Sensitivity) -> list[str]:
    """What else there is to say, a sentence each."""
    said = []
    others = [
        _("%(band)s in %(count)s") % {"band": band_word(band), "count": whole(count)}
        for band, count in zip(BANDS, found.bands, strict=True)
        if count and band != found.band
    ]
    if others:
        said.append(
            _("It is %(band)s in %(holding)s of them; in the others it would be %(others)s.")
            % {
                "band": band_word(found.band),
                "holding": whole(found.holding),
                "others": listed(others),
            }
        )
    if found.low == found.high:
        said.append(_("The score is %(low)s in nine of ten of them.") % {"low": points(found.low)})
    else:
        said.append(
            _("In nine of ten of them the score lies between %(low)s and %(high)s.")
            % {"low": points(found.low), "high": points(found.high)}
        )
    if found.floored == found.draws:
        said.append(
            _("A knock-out holds the score at %(floor)s, whatever the weights.")
            % {"floor": points(found.floor)}
        )
    elif found.floored:
        said.append(
            ngettext(
                "In %(count)s of them a knock-out holds the score up at %(floor)s.",
                "In %(count)s of them a knock-out holds the score up at %(floor)s.",
                found.floored,
            )
            % {"count": found.floored, "floor": points(found.floor)}
        )
    return said


def bands(found: Sensitivity, csv_url: str) -> Chart:
    """How many weightings give which band."""
    rows = list(zip(BANDS, found.bands, strict=True))
    return {
        "id": "weightings",
        "kind": "bars",
        "title": _("Bands in %(draws)s weightings") % {"draws": whole(found.draws)},
        "summary": " ".join([holds(found), *sentences(found)]),
        "data": {
            "labels": [band_word(band) for band, _count in rows],
            "values": [count for _band, count in rows],
            "bands": [band for band, _count in rows],
        },
        "head": [_("Band"), _("Weightings"), _("Share")],
        "rows": [(band_word(band), count, percent(count / found.draws)) for band, count in rows],
        "csv_url": csv_url,
    }


def tornado(found: Sensitivity, csv_url: str) -> Chart:
    """What one weight alone does: halved, and raised by half."""
    rows = [(words.dimension(one.dimension), one.less, one.more) for one in found.swings]
    widest = next(iter(found.swings), None)
    if widest is None or not widest.width:
        summary = _("No single weight moves the score.")
    else:
        summary = _(
            "The weight of %(dimension)s matters most: halved the score is %(less)s, raised by "
            "half %(more)s."
        ) % {
            "dimension": words.dimension(widest.dimension),
            "less": points(widest.less),
            "more": points(widest.more),
        }
    return {
        "id": "tornado",
        "kind": "tornado",
        "title": _("One weight at a time"),
        "summary": summary,
        "data": {
            "base": found.points,
            "less": _("Weight halved"),
            "more": _("Weight raised by half"),
            "items": [{"label": name, "less": less, "more": more} for name, less, more in rows],
        },
        "head": [_("Dimension"), _("Weight halved"), _("Weight raised by half"), _("Apart")],
        "rows": [
            (name, points(less, 3), points(more, 3), points(abs(more - less), 3))
            for name, less, more in rows
        ],
        "csv_url": csv_url,
    }


def orders(found: Sensitivity, own: int) -> list[dict[str, Any]]:
    """The score at each order of the power mean; `own` is the method's."""
    return [
        {"p": one.p, "points": one.points, "band": one.band, "own": one.p == own}
        for one in found.orders
    ]


def lines(found: Sensitivity) -> Iterator[Sequence[Any]]:
    """Everything for a file: what, of which, and one or two values."""
    yield [_("Score"), "", decimal(found.points), found.band]
    for band, count in zip(BANDS, found.bands, strict=True):
        yield [_("Weightings in band"), band, count, f"{count / found.draws:.3f}"]
    yield [_("Nine in ten between"), "", decimal(found.low), decimal(found.high)]
    for swing in found.swings:
        yield [
            _("Weight halved, raised by half"),
            swing.dimension,
            decimal(swing.less),
            decimal(swing.more),
        ]
    for order in found.orders:
        yield [_("Order p"), order.p, decimal(order.points), order.band]
