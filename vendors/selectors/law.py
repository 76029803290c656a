"""Reading what is on record about the law of countries, and who is concerned by it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Count, Func, Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.jurisdictions import CountryLaw, Fact, IndexValue, Rating
from vendors.law_words import place_name
from vendors.models import (
    Country,
    CountryRating,
    Engagement,
    IndexEdition,
    IndexFigure,
    LawFact,
    LawRelease,
    Site,
    Subcontract,
    Vendor,
)
from vendors.selectors.master import engagements_visible_to, vendors_visible_to

#: Each country of an engagement on a row of its own.
_MADE_IN: Final = Func("made_in", function="unnest", output_field=CharField())


def is_taken(digest: bytes) -> bool:
    """Whether the delivered data with this hash was taken up."""
    return LawRelease.objects.filter(digest=digest).exists()


def countries() -> QuerySet[Country]:
    """Every country there is; one table for all units."""
    return Country.objects.order_by("code")


def _stand(rows: QuerySet[LawFact]) -> QuerySet[LawFact]:
    return rows.filter(withdraws=None, withdrawal=None)


def delivered_facts() -> QuerySet[LawFact]:
    """Facts that came with the product and stand."""
    return _stand(LawFact.objects.select_related("country")).exclude(release=None)


def facts_of(country: Country) -> QuerySet[LawFact]:
    """Everything ever recorded about a country, the latest first; withdrawals with what they took
    back.
    """
    return (
        LawFact.objects.filter(country=country)
        .select_related("recorded_by", "release", "withdraws", "withdrawal")
        .order_by("-id")
    )


def ratings_of(country: Country) -> QuerySet[CountryRating]:
    """Every rating of a country that counsel made, the latest first, with what was taken back."""
    return (
        CountryRating.objects.filter(country=country, withdraws=None)
        .select_related("recorded_by", "withdrawal__recorded_by")
        .order_by("-id")
    )


def facts_of_counsel() -> QuerySet[LawFact]:
    """Facts by counsel that stand."""
    return _stand(LawFact.objects.select_related("country")).filter(release=None)


def standing_ratings() -> QuerySet[CountryRating]:
    """Ratings that were not withdrawn."""
    return CountryRating.objects.filter(withdraws=None, withdrawal=None).select_related("country")


def editions() -> QuerySet[IndexEdition]:
    """Imported editions of indices, the latest first, with the number of countries in each."""
    return (
        IndexEdition.objects.filter(withdraws=None)
        .select_related("recorded_by", "withdrawal__recorded_by")
        .annotate(count=Count("figures"))
        .order_by("-edition", "-id")
    )


def figures_of(edition: IndexEdition) -> QuerySet[IndexFigure]:
    """What an edition says of each country."""
    return IndexFigure.objects.filter(edition=edition).select_related("country")


def laws(codes: Iterable[str] | None = None) -> dict[str, CountryLaw]:
    """Code -> everything on record about the country, for these codes (None: for all), in four
    queries. A code that no country has is left out.
    """
    wanted = Country.objects.all() if codes is None else Country.objects.filter(code__in=set(codes))
    found = dict(wanted.values_list("pk", "code"))
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    ratings: dict[UUID, list[Rating]] = defaultdict(list)
    indices: dict[UUID, list[IndexValue]] = defaultdict(list)
    for number, row in enumerate(_stand(LawFact.objects.filter(country__in=found)).order_by("id")):
        facts[row.country_id].append(fact_of(row, number))
    held = standing_ratings().filter(country__in=found).order_by("id")
    for number, rating in enumerate(held):
        ratings[rating.country_id].append(
            Rating(risk=rating.risk, since=rating.since, until=rating.until, number=number)
        )
    figures = (
        IndexFigure.objects.filter(country__in=found, edition__withdrawal=None)
        .select_related("edition")
        .order_by("edition")
    )
    for number, figure in enumerate(figures):
        indices[figure.country_id].append(index_value(figure, number))
    return {
        code: CountryLaw(
            code=code,
            name=place_name(code),
            facts=tuple(facts[pk]),
            ratings=tuple(ratings[pk]),
            indices=tuple(indices[pk]),
        )
        for pk, code in sorted(found.items(), key=lambda pair: pair[1])
    }


def fact_of(row: LawFact, number: int = 0) -> Fact:
    """A stored fact as the pure rules take it."""
    return Fact(
        subject=row.subject,
        status=row.status,
        since=row.since,
        until=row.until,
        source=row.source,
        as_of=row.as_of,
        confirmed=row.confirmed,
        by_counsel=row.release_id is None,
        through=row.through,
        remark=row.remark,
        number=number,
    )


def index_value(figure: IndexFigure, number: int = 0) -> IndexValue:
    """A stored figure of an index as the pure rules take it."""
    edition = figure.edition
    return IndexValue(
        name=edition.name,
        edition=edition.edition,
        since=edition.published_on,
        value=figure.value,
        best=edition.best,
        worst=edition.worst,
        number=number,
    )


# --- where work is done -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Places:
    """The countries in which the work of an engagement is done; code -> how that is known.

    `seat`: no place of work is on record, and the vendor's own country stands for it.
    """

    codes: tuple[tuple[str, tuple[str, ...]], ...]
    seat: bool


#: Takes an engagement, a country, and how it is known.
Note = Callable[[UUID, str, str], None]
#: How a country is known to be a place of work.
MADE_IN, SITE, SUBCONTRACT, SEAT = "made_in", "site", "subcontract", "seat"


def places_of(engagements: Collection[Engagement]) -> dict[UUID, Places]:
    """Engagement -> its places of work, in four queries. `engagements` come with `vendor`.

    The places named by the buyer, the open sites it uses, and those of active subcontracts for it
    (a subcontractor without a site: its own country). Where none is known: all open sites of the
    vendor, then the vendor's own country. An engagement without any is left out.
    """
    ids = [one.pk for one in engagements]
    vendors = {one.vendor_id for one in engagements}
    used: dict[UUID, dict[str, list[str]]] = {pk: {} for pk in ids}

    def note(pk: UUID, code: str, how: str) -> None:
        ways = used[pk].setdefault(code, [])
        if code and how not in ways:
            ways.append(how)

    for one in engagements:
        for code in one.made_in:
            note(one.pk, code, MADE_IN)
    open_sites = Site.objects.filter(closed_on=None)
    links = open_sites.filter(engagements__in=ids).values_list("engagements", "country")
    for pk, code in links:
        note(pk, code, SITE)
    _note_subcontracts(engagements, note)
    of_vendor: dict[UUID, set[str]] = defaultdict(set)
    for vendor_id, code in open_sites.filter(vendor__in=vendors).values_list("vendor", "country"):
        of_vendor[vendor_id].add(code)
    found = {}
    for one in engagements:
        codes, seat = {code: how for code, how in used[one.pk].items() if code}, False
        if not codes:
            codes = {code: [SITE] for code in of_vendor[one.vendor_id]}
        if not codes and one.vendor.country.code:
            codes, seat = {one.vendor.country.code: [SEAT]}, True
        if codes:
            ways = ((code, tuple(how)) for code, how in sorted(codes.items()))
            found[one.pk] = Places(tuple(ways), seat)
    return found


def _note_subcontracts(engagements: Collection[Engagement], note: Note) -> None:
    """Tell `note` of every place at which a subcontractor works for one of `engagements`."""
    by_vendor: dict[UUID, list[UUID]] = defaultdict(list)
    for one in engagements:
        by_vendor[one.vendor_id].append(one.pk)
    known = {one.pk for one in engagements}
    rows = (
        Subcontract.objects.filter(vendor__in=by_vendor, status=Subcontract.Status.ACTIVE)
        .select_related("subcontractor")
        .prefetch_related("sites")
    )
    for row in rows:
        codes = {site.country.code for site in row.sites.all() if site.closed_on is None}
        codes = codes or {row.subcontractor.country.code or ""}
        targets = by_vendor[row.vendor_id] if row.engagement_id is None else [row.engagement_id]
        for pk in targets:
            for code in codes:
                if pk in known:
                    note(pk, code, SUBCONTRACT)


# --- who is concerned ---------------------------------------------------------------------------
def vendors_concerned(country_code: str) -> QuerySet[Vendor, UUID]:
    """Ids of vendors that have to do with a country: by their seat, by where an engagement is
    carried out, by an open site of theirs, or by a subcontractor's seat or site.
    """
    return (
        Vendor.objects.filter(_concerned(country_code)).order_by("pk").values_list("pk", flat=True)
    )


def vendors_in(country_id: UUID) -> list[UUID]:
    """The same by the id of the country; empty for one that there is not."""
    code = Country.objects.filter(pk=country_id).values_list("code", flat=True).first()
    return [] if code is None else list(vendors_concerned(code))


def _concerned(code: str) -> Q:
    active = Subcontract.objects.filter(status=Subcontract.Status.ACTIVE)
    below = active.filter(
        Q(subcontractor__country=code) | Q(sites__country=code, sites__closed_on=None)
    )
    sites = Site.objects.filter(country=code, closed_on=None)
    made = Engagement.objects.filter(made_in__contains=[code])
    return (
        Q(country=code)
        | Q(pk__in=made.values("vendor"))
        | Q(pk__in=sites.values("vendor"))
        | Q(pk__in=below.values("vendor"))
    )


def concerned_visible_to(principal: Principal, country_code: str) -> QuerySet[Vendor]:
    """Vendors that have to do with a country, of those that `principal` sees and by what they see.

    Where work is done in engagements of other units is not told.
    """
    code = country_code
    made = engagements_visible_to(principal, Permission.VIEW).filter(made_in__contains=[code])
    active = Subcontract.objects.filter(status=Subcontract.Status.ACTIVE)
    below = active.filter(
        Q(subcontractor__country=code) | Q(sites__country=code, sites__closed_on=None)
    )
    sites = Site.objects.filter(country=code, closed_on=None)
    return vendors_visible_to(principal).filter(
        Q(country=code)
        | Q(pk__in=made.values("vendor"))
        | Q(pk__in=sites.values("vendor"))
        | Q(pk__in=below.values("vendor"))
    )


def codes_in_use() -> set[str]:
    """Codes of all countries that some vendor has to do with."""
    made = Engagement.objects.annotate(code=_MADE_IN).values_list("code", flat=True)
    codes = set(Vendor.objects.exclude(country="").values_list("country", flat=True).distinct())
    codes.update(Site.objects.values_list("country", flat=True).distinct())
    return {str(code) for code in codes} | set(made.distinct())


def counts_visible_to(principal: Principal) -> dict[str, int]:
    """Code -> number of vendors seated or working there, within what `principal` sees."""
    visible = vendors_visible_to(principal).order_by()
    made = engagements_visible_to(principal).select_related(None).order_by()
    sites = Site.objects.filter(closed_on=None, vendor__in=visible.values("pk"))
    pairs = [
        visible.exclude(country="").values_list("country", "pk"),
        made.annotate(code=_MADE_IN).values_list("code", "vendor"),
        sites.values_list("country", "vendor"),
    ]
    parts = [rows.query.sql_with_params() for rows in pairs]
    joined = " UNION ".join(f"({sql})" for sql, _params in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code, count(*) FROM ({joined}) AS pairs (code, vendor) GROUP BY code",  # noqa: S608 - put together from querysets, their values passed beside
            [value for _sql, params in parts for value in params],
        )
        return dict(cursor.fetchall())


def rated_until(day: date) -> set[str]:
    """Codes of countries with a rating by counsel that holds on `day`."""
    rows = standing_ratings().filter(since__lte=day, until__gte=day)
    return set(rows.values_list("country__code", flat=True))
