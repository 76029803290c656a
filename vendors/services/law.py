"""What counsel puts on record about a country: facts that win, ratings, and taking them back."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import master_data
from vendors.events.law import (
    CountryFactOverridden,
    CountryFactWithdrawn,
    CountryRated,
    CountryRatingWithdrawn,
)
from vendors.jurisdictions import SUBJECTS, statuses
from vendors.models import Country, CountryRating, LawFact

_RATE: Final = Permission.RATE_COUNTRIES
LONGEST: Final = 2_000
#: No treaty about intellectual property is older.
EARLIEST: Final = date(1883, 1, 1)
#: Nobody knows the law further ahead.
LATEST: Final = date(2100, 1, 1)
MOST_YEARS: Final = 5


class AlreadyWithdrawn(Refused):
    """Somebody else took it back before."""

    code = "already_withdrawn"


def override(
    *,
    country: Country,
    subject: str,
    status: str,
    since: date,
    source: str,
    reason: str,
    until: date | None = None,
    by: Principal,
) -> LawFact:
    """A fact by counsel that wins over the data delivered, from `since` to `until`, both included.

    It stands beside what was recorded before; of several about one day the latest wins. Raises
    Invalid with messages per field.
    """
    require_everywhere(by, _RATE)
    errors: dict[str, list[str]] = {}
    if subject not in SUBJECTS:
        errors["subject"] = [_("Choose one of the treaties and measures listed.")]
    elif status not in statuses(subject):
        errors["status"] = [_("Choose one of the states listed for this treaty or measure.")]
    errors |= _wrong_days(since, until, latest=LATEST)
    source = _text(source, "source", _("Say where this can be looked up."), errors)
    reason = _text(reason, "reason", _("Say why this is recorded."), errors)
    if errors:
        raise master_data.invalid(errors)
    now = clock.now()
    with transaction.atomic():
        _lock(country)
        fact = LawFact.objects.create(
            country=country,
            subject=subject,
            status=status,
            since=since,
            until=until,
            source=source,
            as_of=now.date().isoformat(),
            confirmed=True,
            reason=reason,
            recorded_by_id=_user(by),
            recorded_at=now,
        )
        record(
            CountryFactOverridden(
                aggregate_id=country.pk,
                facts_in=country.code,
                fact_id=fact.pk,
                subject=subject,
                status=status,
                since=since,
                until=until,
                source=source,
                reason=reason,
            ),
            by=by,
        )
    return fact


def withdraw_fact(*, fact: LawFact, reason: str, by: Principal) -> LawFact:
    """A fact by counsel taken back: what was on record before holds again.

    Raises AlreadyWithdrawn; Refused for a fact of the delivered data, which is overridden instead.
    """
    require_everywhere(by, _RATE)
    if fact.release_id is not None:
        raise Refused(_("This came with the product. Record a fact of your own beside it instead."))
    reason = _reason(reason)
    with transaction.atomic():
        _lock(fact.country)
        if LawFact.objects.filter(withdraws=fact).exists() or fact.withdraws_id is not None:
            raise AlreadyWithdrawn(_("This fact was taken back already."))
        made = LawFact.objects.create(
            **_copied(fact, "country", "subject", "status", "since", "until", "source", "as_of"),
            confirmed=fact.confirmed,
            reason=reason,
            recorded_by_id=_user(by),
            recorded_at=clock.now(),
            withdraws=fact,
        )
        record(
            CountryFactWithdrawn(
                aggregate_id=fact.country_id,
                facts_in=fact.country.code,
                fact_id=fact.pk,
                subject=fact.subject,
                status=fact.status,
                reason=reason,
            ),
            by=by,
        )
    return made


def rate(
    *, country: Country, risk: int, since: date, until: date, reason: str, by: Principal
) -> CountryRating:
    """Counsel's rating of a country: 0 is best, 100 is worst. While it holds it is the indicator.

    It stands beside earlier ones; the latest wins. Raises Invalid with messages per field.
    """
    require_everywhere(by, _RATE)
    errors = _wrong_days(since, until, latest=LATEST)
    if isinstance(risk, bool) or not 0 <= risk <= 100:
        errors["risk"] = [_("Enter a whole number from 0 (best) to 100 (worst).")]
    if "until" not in errors and (until - since).days > 366 * MOST_YEARS:
        errors["until"] = [
            _("A rating holds for %(most)d years at most. Look at the country again by then.")
            % {"most": MOST_YEARS}
        ]
    reason = _text(reason, "reason", _("Say what the rating rests on."), errors)
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        _lock(country)
        made = CountryRating.objects.create(
            country=country,
            risk=risk,
            since=since,
            until=until,
            reason=reason,
            recorded_by_id=_user(by),
            recorded_at=clock.now(),
        )
        record(
            CountryRated(
                aggregate_id=country.pk,
                facts_in=country.code,
                rating_id=made.pk,
                risk=risk,
                since=since,
                until=until,
                reason=reason,
            ),
            by=by,
        )
    return made


def withdraw_rating(*, rating: CountryRating, reason: str, by: Principal) -> CountryRating:
    """A rating taken back: an earlier one that still runs holds again. Raises AlreadyWithdrawn."""
    require_everywhere(by, _RATE)
    reason = _reason(reason)
    with transaction.atomic():
        _lock(rating.country)
        taken = CountryRating.objects.filter(withdraws=rating).exists()
        if taken or rating.withdraws_id is not None:
            raise AlreadyWithdrawn(_("This rating was taken back already."))
        made = CountryRating.objects.create(
            **_copied(rating, "country", "risk", "since", "until"),
            reason=reason,
            recorded_by_id=_user(by),
            recorded_at=clock.now(),
            withdraws=rating,
        )
        record(
            CountryRatingWithdrawn(
                aggregate_id=rating.country_id,
                facts_in=rating.country.code,
                rating_id=rating.pk,
                risk=rating.risk,
                reason=reason,
            ),
            by=by,
        )
    return made


def _lock(country: Country) -> None:
    """One at a time per country, so that its events stand in the order of its facts."""
    Country.objects.select_for_update().get(pk=country.pk)


def _user(by: Principal) -> UUID | None:
    return UUID(by.id) if by.kind == "user" else None


def _copied(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _wrong_days(since: date, until: date | None, *, latest: date) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not EARLIEST <= since <= latest:
        errors["since"] = [
            _("Enter a day between %(first)s and %(last)s.")
            % {"first": EARLIEST.year, "last": latest.year}
        ]
    if until is not None:
        if until < since:
            errors["until"] = [_("It cannot end before it begins.")]
        elif until > latest:
            errors["until"] = [_("Enter a day before %(last)s.") % {"last": latest.year}]
    return errors


def _text(value: str, field: str, missing: str, errors: dict[str, list[str]]) -> str:
    text = str(value or "").replace("\x00", "").strip()
    if not text:
        errors[field] = [missing]
    elif len(text) > LONGEST:
        errors[field] = [_("Use at most %(most)d characters.") % {"most": LONGEST}]
    return text


def _reason(value: str) -> str:
    errors: dict[str, list[str]] = {}
    text = _text(value, "reason", _("Say why this is taken back."), errors)
    if errors:
        raise master_data.invalid(errors)
    return text
