"""Countries: the list, one country, several side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock, csv_file
from vendors import law_rows, law_words
from vendors.forms.law import CompareForm, CountriesForm, OnForm
from vendors.intake import IpKind
from vendors.jurisdictions import SHORT, SPECIAL_301, TREATIES, CountryLaw, Rating
from vendors.law_rows import Row
from vendors.models import Country
from vendors.selectors import law
from vendors.services import law_release
from vendors.views.places import vendor_page

VIEW = Permission.VIEW
RATE = Permission.RATE_COUNTRIES
MANAGE = Permission.MANAGE_REFERENCE
PAGE: Final = 50
#: How many vendors the page of a country names.
MOST_VENDORS: Final = 50
#: Treaties that the list shows of each country.
LISTED: Final = ("trips", "paris", "berne", "wct")
#: A rating that ends by then is to be looked at again.
SOON: Final = timedelta(days=90)
SORTS: Final = ("name", "vendors", "risk")


def may_rate(principal: Principal) -> bool:
    """Whether they may record facts and ratings: one for all units, so held in all of them."""
    return principal.units(RATE) is None


def may_manage(principal: Principal) -> bool:
    """Whether they may import indices."""
    return principal.units(MANAGE) is None


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about countries."""
    return [(_("Countries"), reverse("vendors:countries")), *rest]


def found(code: str) -> Country:
    """The country with this code, with the delivered data taken up."""
    law_release.ensure()
    return get_object_or_404(law.countries(), code=code.upper())


def country_page(code: str) -> str:
    """The page of one country."""
    return reverse("vendors:country", args=[code])


@dataclass(frozen=True, slots=True)
class Listed:
    """A country in the list."""

    code: str
    name: str
    vendors: int
    treaties: Sequence[Row]
    listing: Row
    rating: Rating | None
    index: Any
    open: bool

    @property
    def risk(self) -> float:
        """What counsel or the index says, 0 to 100; below 0 where neither does."""
        if self.rating is not None:
            return float(self.rating.risk)
        return -1.0 if self.index is None else float(self.index.risk) * 100


@page(VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """Every country there is, with what is in force."""
    law_release.ensure()
    form = CountriesForm(request.GET)
    day = form.day
    rows = _listed(request, form, day)
    shown, following, previous = _page(rows, request.GET)
    return render(
        request,
        "vendors/law/list.html",
        {
            "form": form,
            "day": day,
            "rows": shown,
            "total": len(rows),
            "next": following,
            "previous": previous,
            "filtered": any(request.GET.get(name) for name in ("q", "show")),
            "columns": [SHORT[key] for key in LISTED],
            "may_manage": may_manage(request.principal),
            "csv_url": f"{reverse('vendors:countries_csv')}?{request.GET.urlencode()}",
            "notes": (law_words.NOTE_301, law_words.NOTE_JUDGEMENT),
        },
    )


def _listed(request: Request, form: CountriesForm, day: date) -> list[Listed]:
    """The countries asked for, in the order asked for. All are read: there are some 250."""
    used = law.counts_visible_to(request.principal)
    wanted = form.cleaned_data if form.is_valid() else {}
    words, show = (wanted.get("q") or "").casefold(), wanted.get("show") or ""
    rows = [
        one
        for one in (_one(known, used, day) for known in law.laws().values())
        if words in one.name.casefold() or words == one.code.casefold()
    ]
    keep = {
        "used": lambda one: one.vendors > 0,
        "rated": lambda one: one.rating is not None,
        "ending": lambda one: one.rating is not None and one.rating.until <= day + SOON,
        "open": lambda one: one.open,
        "listed": lambda one: one.listing.known,
    }.get(show, lambda one: True)
    sort = request.GET.get("sort", "name")
    key = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "name"
    ordered = sorted(filter(keep, rows), key=lambda one: one.name)
    if key == "name":
        return ordered[::-1] if sort == "-name" else ordered
    return sorted(ordered, key=lambda one: getattr(one, key), reverse=sort.startswith("-"))


def _one(known: CountryLaw, used: dict[str, int], day: date) -> Listed:
    rating, figure = known.rating(day), known.index(day)
    return Listed(
        code=known.code,
        name=known.name,
        vendors=used.get(known.code, 0),
        treaties=law_rows.rows(known, LISTED, day),
        listing=law_rows.special_301(known, day),
        rating=rating,
        index=figure,
        open=rating is None and figure is None,
    )


def _page(
    rows: Sequence[Listed], query: QueryDict
) -> tuple[Sequence[Listed], str | None, str | None]:
    """Some rows, and the codes by which the pages beside them are asked for."""
    codes = [one.code for one in rows]
    after, before = query.get("after"), query.get("before")
    start = 0
    if after in codes:
        start = codes.index(after) + 1
    elif before in codes:
        start = max(codes.index(before) - PAGE, 0)
    shown = rows[start : start + PAGE]
    following = shown[-1].code if start + PAGE < len(rows) else None
    return shown, following, shown[0].code if start > 0 and shown else None


@page(VIEW)
@require_safe
def index_csv(request: Request) -> HttpResponseBase:
    """The countries asked for, with every treaty and its source, as CSV."""
    law_release.ensure()
    form = CountriesForm(request.GET)
    day = form.day
    wanted = [one.code for one in _listed(request, form, day)]
    laws = law.laws(wanted)
    head = [
        _("Country"), _("Code"), _("Treaty or measure"), _("Status"), _("Since"), _("Until"),
        _("Through"), _("Confirmed"), _("Source"), _("As of"), _("Day"),
    ]  # fmt: skip
    return csv_file.stream(
        "countries.csv",
        head,
        (
            [
                laws[code].name, code, one.name, one.word, one.since or "", one.until or "",
                one.through, _("yes") if one.confirmed else _("no"), one.source, one.recorded, day,
            ]
            for code in wanted
            for one in (
                *law_rows.treaties(laws[code], day),
                *law_rows.enforcement(laws[code], day),
                law_rows.special_301(laws[code], day),
            )
        ),
    )  # fmt: skip


@page(VIEW)
@require_safe
def by_id(request: Request, pk: UUID) -> HttpResponse:
    """The page of a country, named by its id, as the log does."""
    return redirect(country_page(get_object_or_404(law.countries(), pk=pk).code))


@page(VIEW)
@require_safe
def country(request: Request, code: str) -> HttpResponse:
    """One country: what is in force on a day, by which source; who is concerned; its story."""
    there = found(code)
    if there.code != code:
        return redirect(country_page(there.code))
    form = OnForm(request.GET)
    day = form.day
    known = law.laws([there.code])[there.code]
    vendors = law.concerned_visible_to(request.principal, there.code).order_by("name", "pk")
    named = list(vendors[: MOST_VENDORS + 1])
    return render(
        request,
        "vendors/law/country.html",
        {
            "country": there,
            "name": known.name,
            "form": form,
            "day": day,
            "today": clock.today(),
            "treaties": law_rows.treaties(known, day),
            "enforcement": law_rows.enforcement(known, day),
            "listing": law_rows.special_301(known, day),
            "kinds": [law_rows.protection(known, kind, day) for kind in IpKind],
            "rating": known.rating(day),
            "index": known.index(day),
            "indices": sorted(known.indices, key=lambda one: (one.edition, one.number))[::-1],
            "ratings": list(law.ratings_of(there)),
            "facts": _counsel(there),
            "history": list(law.facts_of(there).exclude(release=None)[:200]),
            "vendors": [(one.name, vendor_page(one.pk)) for one in named[:MOST_VENDORS]],
            "more_vendors": len(named) > MOST_VENDORS,
            "may_rate": may_rate(request.principal),
            "notes": (law_words.NOTE_301, law_words.NOTE_JUDGEMENT),
            "crumbs": crumbs((known.name, "")),
        },
    )


def _counsel(there: Country) -> list[Any]:
    """Facts by counsel, the latest first, with what was taken back."""
    return list(law.facts_of(there).filter(release=None, withdraws=None))


@page(VIEW)
@require_safe
def compare(request: Request) -> HttpResponse:
    """Which treaties protect what is entrusted, in up to five countries, on a day."""
    law_release.ensure()
    codes = list(law.countries().values_list("code", flat=True))
    asked = request.GET if "kind" in request.GET else None
    form = CompareForm(asked, codes=codes, initial={"kind": IpKind.SOURCE_CODE})
    chosen, day = [], clock.today()
    if form.is_bound and form.is_valid():
        chosen, day = form.countries, form.day
    laws = law.laws(chosen) if chosen else {}
    columns = [laws[code] for code in chosen if code in laws]
    kind = form.cleaned_data["kind"] if columns else ""
    protections = [law_rows.protection(one, kind, day) for one in columns]
    return render(
        request,
        "vendors/law/compare.html",
        {
            "form": form,
            "day": day,
            "columns": [(one.name, country_page(one.code)) for one in columns],
            "answers": list(zip(columns, protections, strict=True)),
            "label": protections[0].label if protections else "",
            "groups": _groups(columns, kind, day) if columns else [],
            "judged": [(one, one.rating(day), one.index(day)) for one in columns],
            "notes": (law_words.NOTE_301, law_words.NOTE_JUDGEMENT),
            "crumbs": crumbs((_("Compare"), "")),
        },
    )


def _groups(
    columns: Sequence[CountryLaw], kind: str, day: date
) -> list[tuple[str, list[tuple[Row, list[tuple[str, Row]]]]]]:
    """Title -> rows of a table: a subject, and how each country stands to it."""
    first = law_rows.protection(columns[0], kind, day)
    weighted = [one.subject for one in first.rows]
    also = [one.subject for one in first.also]
    rest = [treaty for treaty in TREATIES if treaty not in {*weighted, *also}]
    groups = (
        (_("Treaties that protect it"), weighted),
        (_("Routes and classifications, without weight"), also),
        (_("Other treaties"), rest),
        (_("Enforcement"), [one.subject for one in law_rows.enforcement(columns[0], day)]),
        (_("Trade view of one government"), [SPECIAL_301]),
    )
    made = []
    for title, subjects in groups:
        table = []
        for subject in subjects:
            cells = [(one.name, law_rows.row(subject, one.on(subject, day))) for one in columns]
            table.append((cells[0][1], cells))
        if table:
            made.append((title, table))
    return made
