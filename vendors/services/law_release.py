"""Taking up the data about countries that comes with the product."""

from collections import Counter
from typing import Any, Final

from django.db import connection, transaction

from accounts.principal import SYSTEM, Principal
from audit import clock
from audit.record import record
from vendors import law_data
from vendors.events.law import CountryFactsReleased, LawReleaseTaken
from vendors.models import Country, LawFact, LawRelease
from vendors.selectors import law

#: One process at a time takes up a release.
_LOCK: Final = 7_308_627_013
#: What makes two facts the same.
_SAME: Final = (
    "subject",
    "status",
    "since",
    "until",
    "source",
    "as_of",
    "confirmed",
    "through",
    "remark",
)


def ensure(*, by: Principal = SYSTEM) -> None:
    """Take up the data of this version of the product, unless that was done; harmless twice."""
    if not law.is_taken(law_data.release().digest):
        take_up(law_data.release(), by=by)


@transaction.atomic
def take_up(release: law_data.Release, *, by: Principal = SYSTEM) -> LawRelease | None:
    """The facts of `release` on record; None where it has been taken up before.

    What it no longer says is withdrawn, never deleted. What counsel has entered is not touched.
    Countries that vendors have to do with get an event each where their facts changed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if law.is_taken(release.digest):
        return None
    now = clock.now()
    made = LawRelease.objects.create(version=release.version, digest=release.digest, taken_at=now)
    countries = _countries(release)
    there = {
        (fact.country_id, *(getattr(fact, name) for name in _SAME)): fact
        for fact in law.delivered_facts()
    }
    wanted = {
        (countries[row.code].pk, *(getattr(row, name) for name in _SAME)): row
        for row in release.rows
    }
    new = [row for key, row in wanted.items() if key not in there]
    gone = [fact for key, fact in there.items() if key not in wanted]
    codes = {country.pk: code for code, country in countries.items()}
    LawFact.objects.bulk_create(
        [
            *(
                _fact(made, now, countries[row.code], {name: getattr(row, name) for name in _SAME})
                for row in new
            ),
            *(
                _fact(
                    made,
                    now,
                    fact.country,
                    {name: getattr(fact, name) for name in _SAME},
                    withdraws=fact,
                )
                for fact in gone
            ),
        ],
        batch_size=1_000,
    )
    record(
        LawReleaseTaken(
            aggregate_id=made.pk,
            version=release.version,
            facts=len(wanted),
            added=len(new),
            withdrawn=len(gone),
        ),
        by=by,
    )
    added = Counter(row.code for row in new)
    withdrawn = Counter(codes[fact.country_id] for fact in gone)
    for code in sorted(law.codes_in_use() & {*added, *withdrawn}):
        record(
            CountryFactsReleased(
                aggregate_id=countries[code].pk,
                facts_in=code,
                version=release.version,
                added=added[code],
                withdrawn=withdrawn[code],
            ),
            by=by,
        )
    return made


def _countries(release: law_data.Release) -> dict[str, Country]:
    there = {country.code: country for country in Country.objects.all()}
    for code, kind in release.places.items():
        if code in there and there[code].kind != kind:
            there[code].kind = kind
            there[code].save(update_fields=["kind"])
    Country.objects.bulk_create(
        Country(code=code, kind=kind) for code, kind in release.places.items() if code not in there
    )
    return {country.code: country for country in Country.objects.all()}


def _fact(
    made: LawRelease,
    now: Any,
    country: Country,
    values: dict[str, Any],
    withdraws: LawFact | None = None,
) -> LawFact:
    return LawFact(country=country, release=made, recorded_at=now, withdraws=withdraws, **values)
