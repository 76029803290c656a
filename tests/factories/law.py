"""Countries, facts, ratings and indices for tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.principal import SYSTEM, Principal
from vendors.models import Country, CountryRating, IndexEdition, LawFact
from vendors.services import law, law_indices, law_release


def country(code: str) -> Country:
    """A country, with the delivered data taken up."""
    law_release.ensure()
    return Country.objects.get(code=code)


def make_fact(
    code: str, subject: str, status: str, *, by: Principal = SYSTEM, **values: Any
) -> LawFact:
    """A fact by counsel."""
    given = {"since": date(2026, 1, 1), "source": "Gazette 4/2026", "reason": "A decree.", **values}
    return law.override(country=country(code), subject=subject, status=status, by=by, **given)


def make_rating(code: str, risk: int, *, by: Principal = SYSTEM, **values: Any) -> CountryRating:
    """A rating by counsel."""
    given = {
        "since": date(2026, 1, 1),
        "until": date(2030, 12, 31),
        "reason": "Two cases of our own.",
        **values,
    }
    return law.rate(country=country(code), risk=risk, by=by, **given)


def make_index(values: dict[str, Any], *, by: Principal = SYSTEM, **more: Any) -> IndexEdition:
    """An imported index on a scale from 0 to 100, 100 being best."""
    country("US")
    given = {
        "name": "Rule of Law Index",
        "edition": 2025,
        "published_on": date(2025, 10, 1),
        "best": Decimal(100),
        "worst": Decimal(0),
        "licence": "Own use only",
        "source": "The publisher",
        **more,
    }
    numbers = {code: Decimal(str(value)) for code, value in values.items()}
    return law_indices.import_edition(values=numbers, by=by, **given)
