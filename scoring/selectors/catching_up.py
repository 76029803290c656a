"""How far scores are behind what was recorded."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.principal import Principal
from scoring.models import Outstanding
from vendors.models import Country
from vendors.selectors import law

_Subject = Outstanding.Subject


@dataclass(frozen=True, slots=True)
class Behind:
    """Vendors that something concerns, and how many of them wait for their scores."""

    total: int
    waiting: int


def of_country(country: Country, principal: Principal) -> Behind:
    """Of the vendors that `principal` sees and that have to do with the country."""
    concerned = law.concerned_visible_to(principal, country.code).values("pk")
    total = concerned.order_by().count()
    if Outstanding.objects.filter(subject=_Subject.COUNTRY, subject_id=country.pk).exists():
        # Whom it concerns is not noted yet.
        return Behind(total, total)
    waiting = Outstanding.objects.filter(subject=_Subject.INDICATORS, subject_id__in=concerned)
    return Behind(total, waiting.values("subject_id").distinct().count())
