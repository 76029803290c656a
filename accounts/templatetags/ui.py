"""Template tags of the user interface: badges, score figures, tables, filters and pagers.

Every tag is shown live, in each of its states, on the gallery page (``/gallery/``). Scores come in
as stored: integer milli-points, 0 (best) to 100,000 (worst); shares come in as numbers 0 to 1.
Form rendering lives in ``ui_forms``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template.context import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from accounts.icons import drawing

register = template.Library()

#: Shown where there is no value: an en dash. MINUS is the true minus sign, as wide as a plus.
NONE: Final = "\u2013"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class Look:
    """How one state is shown: css class suffix, icon name and the word (translated late)."""

    css: str
    icon: str
    word: Any


BANDS: Final = {
    "low": Look("low", "reception-1", pgettext_lazy("risk band", "Low")),
    "moderate": Look("moderate", "reception-2", pgettext_lazy("risk band", "Moderate")),
    "elevated": Look("elevated", "reception-3", pgettext_lazy("risk band", "Elevated")),
    "high": Look("high", "reception-4", pgettext_lazy("risk band", "High")),
    "critical": Look(
        "critical", "exclamation-octagon-fill", pgettext_lazy("risk band", "Critical")
    ),
}
NOT_RATED: Final = Look("none", "dash-circle-dotted", lazy("Not rated"))

EVIDENCE: Final = {
    "none": Look("none", "circle", lazy("No evidence")),
    "self_declared": Look("self", "chat-left-text", lazy("Self-declared")),
    "document": Look("document", "file-earmark-text", lazy("Document")),
    "reviewer_verified": Look("verified", "patch-check", lazy("Reviewer-verified")),
    "independent": Look("independent", "patch-check-fill", lazy("Independent")),
}
#: The stored numbers of ``assessments.sheet.EvidenceLevel``.
EVIDENCE_BY_NUMBER: Final = ("self_declared", "document", "reviewer_verified", "independent")

#: Kind of a status pill: what it asks of the reader, not what it is called.
PILLS: Final = {
    "todo": "circle",
    "active": "pencil",
    "waiting": "hourglass-split",
    "done": "check-circle-fill",
    "attention": "exclamation-triangle-fill",
    "stopped": "slash-circle",
    "stale": "clock-history",
}


# --- small marks --------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One Bootstrap icon; decorative unless a label is given."""
    role = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true" focusable="false"')
    )
    return format_html('<svg class="icon" viewBox="0 0 16 16" {}>{}</svg>', role, drawing(name))


def band_look(band: object) -> Look:
    """The look of a band by its key (any case) or enum value; anything unknown is "Not rated"."""
    key = str(getattr(band, "value", band) or "").lower()
    return BANDS.get(key, NOT_RATED)


@register.filter
def band_css(band: object) -> str:
    """The class suffix of a band: low … critical, or none."""
    return band_look(band).css


@register.filter
def band_word(band: object) -> str:
    """The word for a band."""
    return str(band_look(band).word)


@register.simple_tag
def band_badge(band: object, provisional: bool = False, size: str = "") -> SafeString:
    """A band as icon and word; ``provisional`` adds the word and a dashed edge. size: "", "lg"."""
    look = band_look(band)
    provisional = provisional and look is not NOT_RATED
    extra = " band--provisional" if provisional else ""
    note = (
        format_html(' <span class="band__note">{}</span>', _("provisional")) if provisional else ""
    )
    return format_html(
        '<span class="band band--{}{}{}">{} {}{}</span>',
        look.css,
        extra,
        f" band--{size}" if size else "",
        icon(look.icon),
        look.word,
        note,
    )


@register.simple_tag
def status_pill(kind: str, label: str) -> SafeString:
    """A status: ``kind`` is one of PILLS (what it asks of the reader), ``label`` the words."""
    name = PILLS.get(kind, "circle")
    css = kind if kind in PILLS else "todo"
    return format_html('<span class="pill pill--{}">{} {}</span>', css, icon(name), label)


@register.simple_tag
def tier_badge(tier: object, label: str = "") -> SafeString:
    """An inherent-risk tier; four filled or empty squares stand beside the words."""
    text = label or (_("Tier %(tier)s") % {"tier": tier} if tier else _("No tier yet"))
    return format_html('<span class="tag tag--tier">{} {}</span>', icon("layers"), text)


@register.simple_tag
def evidence_badge(level: object) -> SafeString:
    """How well an answer is proved: a key of EVIDENCE, a stored number, or None."""
    value = getattr(level, "value", level)
    if isinstance(value, int) and 0 <= value < len(EVIDENCE_BY_NUMBER):
        value = EVIDENCE_BY_NUMBER[value]
    look = EVIDENCE.get(str(value or "none").lower(), EVIDENCE["none"])
    return format_html(
        '<span class="tag tag--evidence-{}">{} {}</span>', look.css, icon(look.icon), look.word
    )


@register.filter
def unstopped(name: object) -> str:
    """A name before the full stop of a sentence: that of “d.o.o.” is the same one."""
    return str(name).removesuffix(".")


# --- numbers ------------------------------------------------------------------------------------
@register.filter
def points(milli: int | None, places: int = 1) -> str:
    """Milli-points as points. Cut, never rounded up: 19,960 reads 19.9, as it is still "Low"."""
    if milli is None:
        return NONE
    step = Decimal(1).scaleb(-int(places))
    value = (Decimal(milli) / 1000).quantize(step, rounding=ROUND_FLOOR)
    return formats.number_format(value, int(places))


@register.filter
def signed_points(milli: int | None, places: int = 1) -> str:
    """A difference in milli-points as points with its sign, rounded half to even."""
    if milli is None:
        return NONE
    step = Decimal(1).scaleb(-int(places))
    value = (Decimal(milli) / 1000).quantize(step, rounding=ROUND_HALF_EVEN)
    sign = "+" if value > 0 else MINUS if value < 0 else "±"
    return sign + formats.number_format(abs(value), int(places))


@register.filter
def percent(share: float | Decimal | None) -> str:
    """A share 0..1 as a whole percentage, cut: 94.9 % is not yet 95 %."""
    if share is None:
        return NONE
    value = (Decimal(str(share)) * 100).quantize(Decimal(1), rounding=ROUND_FLOOR)
    return _("%(number)s%%") % {"number": formats.number_format(value, 0)}


@register.filter
def recorded_day(text: str) -> str:
    """A day kept as 2026-03-31, as the reader writes days; what is no day stays as it is.

    Eight digits alone are an amount or a number, though ISO 8601 has them as a day too.
    """
    if not _DAY.fullmatch(text):
        return text
    try:
        return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return text


@register.filter
def language_name(code: str) -> str:
    """A language by its own name, as where it is chosen."""
    return dict(settings.LANGUAGES).get(code, code)


@register.simple_tag
def local_time(moment: datetime | None) -> SafeString | str:
    """A moment as <time>, in the time zone of the reader; with JavaScript by their own clock."""
    if moment is None:
        return NONE
    here = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" data-local>{} {}</time>',
        moment.isoformat(),
        formats.date_format(here, "DATETIME_FORMAT"),
        here.tzname() or "",
    )


@register.inclusion_tag("_components/score_figure.html")
def score_figure(
    point: int | None,
    *,
    lo: int | None = None,
    hi: int | None = None,
    band: object = None,
    status: str = "final",
    firmness: str = "",
    as_of: date | None = None,
    method: str = "",
    method_url: str = "",
    cuts: Sequence[int] = (),
) -> dict[str, Any]:
    """A score with band, interval, what would make it firm, date and method version.

    ``cuts`` are where the bands of its method begin, as ``interval_bar`` takes them.
    ``status`` is ``final``, ``provisional`` or ``not_rated``, which shows words and never a number.
    """
    rated = point is not None and status != "not_rated"
    return {
        "rated": rated,
        "point": point if rated else None,
        "lo": lo,
        "hi": hi,
        "band": band if rated else None,
        "provisional": status == "provisional",
        "firmness": firmness,
        "as_of": as_of,
        "method": method,
        "method_url": method_url,
        "cuts": cuts,
    }


#: Where the bands of the standard method begin, in milli-points: Moderate to Critical.
STANDARD_CUTS: Final = (20_000, 40_000, 60_000, 80_000)


@register.inclusion_tag("_components/interval_bar.html")
def interval_bar(
    lo: int | None, point: int | None, hi: int | None, cuts: Sequence[int] = STANDARD_CUTS
) -> dict[str, Any]:
    """The interval of a score drawn on the 0 to 100 scale, with the bands of a method behind it.

    ``cuts`` are in milli-points; without any, those of the standard method. 400 units wide.
    """
    scale = 4 / 1000
    left = (lo if lo is not None else 0) * scale
    right = (hi if hi is not None else 100_000) * scale
    edges = [0, *(cuts or STANDARD_CUTS), 100_000]
    return {
        "lo": lo,
        "point": point,
        "hi": hi,
        "zones": [
            {"css": css, "x": start * scale, "width": max((end - start) * scale - 1, 0)}
            for css, start, end in zip(BANDS, edges, edges[1:], strict=False)
        ],
        "left": f"{left:.2f}",
        "width": f"{max(right - left, 2):.2f}",
        "mark": None if point is None else f"{point * scale:.2f}",
    }


@register.inclusion_tag("_components/coverage_meter.html")
def coverage_meter(
    share: float | Decimal | None, provisional: float = 0.6, final: float = 0.95
) -> dict[str, Any]:
    """Share of the weight that is answered, with marks for a provisional and a final score."""
    value = min(max(float(share or 0), 0.0), 1.0)
    level = "final" if value >= final else "provisional" if value >= provisional else "not-rated"
    return {
        "share": value,
        "width": f"{value * 400:.2f}",
        "level": level,
        "provisional": provisional,
        "final": final,
        "ticks": [f"{mark * 400 - 1:.2f}" for mark in (provisional, final)],
    }


# --- lists and tables ---------------------------------------------------------------------------
def _query(context: Context, drop: Sequence[str] = (), **changes: str | None) -> str:
    """The current query string with changes, without paging; "?" when nothing is left."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name in ("after", "before", *drop):
        query.pop(name, None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return "?" + query.urlencode()


@register.inclusion_tag("_components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, key: str, label: str, *, default: str = "", end: bool = False, first: str = ""
) -> dict[str, Any]:
    """A table heading that sorts: state in ``?sort=key`` or ``?sort=-key``.

    ``default`` is the order in force without ``sort``; ``first="desc"`` starts with the largest.
    """
    request = context.get("request")
    current = (request.GET.get("sort") if request is not None else None) or default
    up, down = key, f"-{key}"
    state = "ascending" if current == up else "descending" if current == down else ""
    start = down if first == "desc" else up
    target = {"ascending": down, "descending": up}.get(state, start)
    return {"label": label, "end": end, "state": state, "href": _query(context, sort=target)}


@register.inclusion_tag("_components/pager.html", takes_context=True)
def pager(
    context: Context,
    *,
    next: str | None = None,  # noqa: A002 - reads as it does in a template
    previous: str | None = None,
    shown: int | None = None,
    total: int | None = None,
    label: str = "",
) -> dict[str, Any]:
    """Previous and Next by key: ``?after=<cursor>`` and ``?before=<cursor>``."""
    return {
        "next_url": _query(context, after=next) if next else "",
        "previous_url": _query(context, before=previous) if previous else "",
        "first_url": _query(context) if previous else "",
        "shown": shown,
        "total": total,
        "label": label or _("Pages"),
    }


@register.inclusion_tag("_components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Tabs that are links: items of {label, url, active, count?}."""
    return {"items": items, "label": label or _("Views")}


@register.inclusion_tag("_components/breadcrumbs.html")
def breadcrumbs(items: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way here: pairs of (label, url); the last is this page and is no link."""
    return {"items": items[:-1], "last": items[-1][0] if items else ""}


@register.inclusion_tag("_components/tile.html")
def tile(
    label: str, value: object, *, href: str = "", hint: str = "", name: str = "", tone: str = ""
) -> dict[str, Any]:
    """A figure that leads to its list. ``name`` is an icon, ``tone`` "attention" or empty."""
    return {"label": label, "value": value, "href": href, "hint": hint, "icon": name, "tone": tone}


@register.inclusion_tag("_components/progress.html")
def progress_bar(done: int, total: int | None, label: str) -> dict[str, Any]:
    """Progress of long work with a count and an end; ``total`` None while it is not known yet."""
    return {"done": done, "total": total, "label": label}


@register.inclusion_tag("_components/chart_panel.html")
def chart_panel(chart: Any, level: int = 2) -> dict[str, Any]:
    """A chart with heading, sentence, table and CSV link; see ``static/js/charts.js`` for ``data``.

    ``chart`` has: ``id``, ``kind`` (bars, trend, waterfall, tornado, dots), ``title``, ``summary``
    (one sentence), ``data`` (for the kind), ``head`` (column names), ``rows`` (cells, each text or
    {label, url}), ``worded`` (columns of words, if any), ``csv_url`` ("" for none). Where
    ``nothing`` is true, nothing is drawn and the sentence stands alone.
    """
    chart_id = chart["id"] if isinstance(chart, Mapping) else chart.id
    return {"chart": chart, "level": level, "data_id": f"{chart_id}-data"}
