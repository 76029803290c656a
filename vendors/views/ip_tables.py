"""IP schedules as pages show them: assets against countries, each cell in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vendors.country_names import country_name
from vendors.intake import IP_KINDS
from vendors.models import Disclosure, Engagement, IpAsset
from vendors.registrations import Found, Registration, Standing, Why, standing_of, stands
from vendors.selectors.ip import is_needed, is_outstanding, registrations_of
from vendors.selectors.sites import Place, countries_in
from vendors.territories import REGIONS, covers

#: A registration that ends within this time is pointed out.
SOON: Final = timedelta(days=180)


@dataclass(frozen=True)
class Cell:
    """An asset in a country: kind of the pill ("" for none), the words, and a note below."""

    country: str
    pill: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """An asset with a cell per country, and where else it is registered."""

    asset: IpAsset
    kind: str
    cells: Sequence[Cell]
    elsewhere: str
    needed: bool


@dataclass
class Schedule:
    """The schedule of one engagement."""

    engagement: Engagement
    countries: list[dict[str, str]]
    rows: list[Row]
    disclosures: list[dict[str, Any]]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def late(self) -> int:
        """How many disclosures should have come back by now."""
        return sum(one["late"] for one in self.disclosures)


def schedule(
    engagement: Engagement,
    *,
    places: Sequence[Place],
    assets: Sequence[IpAsset],
    disclosures: Sequence[Disclosure],
    today: date,
) -> Schedule:
    """What the pages show of one engagement."""
    codes = countries_in(places)
    rows = [_row(asset, codes, today) for asset in assets]
    made = Schedule(
        engagement=engagement,
        countries=[
            {"code": code, "name": country_name(code), "why": _why(places, code)} for code in codes
        ],
        rows=rows,
        disclosures=[disclosed(one, engagement, today) for one in disclosures],
    )
    for row in rows:
        for cell in row.cells if row.needed else ():
            made.counts[cell.pill] = made.counts.get(cell.pill, 0) + 1
    return made


def disclosed(one: Disclosure, engagement: Engagement, today: date) -> dict[str, Any]:
    """A disclosure as the log of an engagement shows it."""
    late = is_outstanding(one, engagement, today)
    pills = {"held": "attention" if late else "waiting", "nothing": "stopped"}
    to = one.to_name
    if one.site is not None:
        to = ", ".join(part for part in (to, one.site.name) if part)
    if one.subcontract is not None:
        to = ", ".join(part for part in (to, one.subcontract.subcontractor.name) if part)
    return {
        "row": one,
        "to": to,
        "late": late,
        "pill": pills.get(one.outcome, "done"),
        "words": _("Overdue") if late else one.get_outcome_display(),
    }


def _why(places: Sequence[Place], code: str) -> str:
    here = [place for place in places if place.country == code]
    said = []
    if any(place.source == "engagement" for place in here):
        said.append(_("named on the engagement"))
    said += [place.name for place in here if place.name]
    return ", ".join(dict.fromkeys(said))


def _row(asset: IpAsset, codes: Sequence[str], today: date) -> Row:
    needed = is_needed(asset)
    entries = registrations_of(asset)
    cells = [
        _cell(code, stands(entries, code, today, needed=needed), today, needed) for code in codes
    ]
    other = [one for one in entries if not any(covers(one.territory, code) for code in codes)]
    return Row(
        asset=asset,
        kind=_(IP_KINDS[asset.kind]),
        cells=cells,
        elsewhere=", ".join(_elsewhere(one, today) for one in other[:8])
        + (f" +{len(other) - 8}" if len(other) > 8 else ""),
        needed=needed,
    )


def territory_name(code: str) -> str:
    """A country or region in the reader's language."""
    return _(REGIONS[code]) if code in REGIONS else country_name(code)


def _elsewhere(one: Registration, today: date) -> str:
    standing, _why_not = standing_of(one, today)
    words = {Standing.REGISTERED: _("registered"), Standing.PENDING: _("applied for")}
    said = words.get(standing)
    return f"{one.territory} ({said})" if said else one.territory


def _cell(code: str, found: Found, today: date, needed: bool) -> Cell:
    by = found.by
    note = ""
    if by is not None:
        note = " ".join(part for part in (by.territory if by.territory != code else "", by.number))
    match found.standing:
        case Standing.REGISTERED:
            ends = by.expires_on if by else None
            soon = ends is not None and ends - today <= SOON
            if ends is not None:
                until = _("until %(day)s") % {"day": date_format(ends, "DATE_FORMAT")}
                note = f"{note}, {until}" if note.strip() else until
            return Cell(code, "stale" if soon else "done", _expiring(soon), note.strip())
        case Standing.PENDING:
            return Cell(code, "active", _("Applied for"), note.strip())
        case Standing.UNKNOWN:
            return Cell(code, "todo", _("Not known"), note.strip())
        case Standing.NOT_NEEDED:
            return Cell(code, "", _("Not needed"))
    words: Mapping[Why | None, str] = {
        Why.EXPIRED: _("Expired"),
        Why.LAPSED: _("Lapsed"),
        Why.REFUSED: _("Refused"),
    }
    if not needed:
        return Cell(code, "", words.get(found.why, _("Not needed")), note.strip())
    return Cell(code, "attention", words.get(found.why, _("Missing")), note.strip())


def _expiring(soon: bool) -> str:
    return _("Registered, ends soon") if soon else _("Registered")
