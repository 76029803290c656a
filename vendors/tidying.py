"""Values of recorded facts tidied as they are stored, or refused with a sentence (ValueError)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vendors import master_data
from vendors.contract_terms import EARLIEST, LATEST

LARGEST: Final = Decimal(10) ** 14
_MOST_TEXT: Final = 20_000
Cleaner = Callable[[Any], Any]
StrOrPromise = str | Promise


def line(most: int, *, needed: StrOrPromise = "") -> Cleaner:
    """One line of text of at most `most` characters; `needed` is what to say where it is empty."""

    def clean(value: Any) -> str:
        text = master_data.tidy(_plain(value))
        if needed and not text:
            raise ValueError(str(needed))
        if len(text) > most:
            raise ValueError(_("Use at most %(most)d characters.") % {"most": most})
        return text

    return clean


def text(*, needed: StrOrPromise = "") -> Cleaner:
    """Text of several lines."""

    def clean(value: Any) -> str:
        found = _plain(value).replace("\x00", "").replace("\r\n", "\n").strip()
        if needed and not found:
            raise ValueError(str(needed))
        if len(found) > _MOST_TEXT:
            raise ValueError(_("Use at most %(most)d characters.") % {"most": _MOST_TEXT})
        if any(0xD800 <= ord(char) <= 0xDFFF for char in found):
            raise ValueError(_("This holds characters that are no text."))
        return found

    return clean


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(_("Enter text."))
    return value


def day(*, needed: StrOrPromise = "") -> Cleaner:
    """A date between 1950 and 2150, or None."""

    def clean(value: Any) -> date | None:
        found: date | None
        if value is None or value == "":
            if needed:
                raise ValueError(str(needed))
            return None
        if isinstance(value, datetime):
            found = value.date()
        elif isinstance(value, date):
            found = value
        else:
            try:
                found = parse_date(value.strip()) if isinstance(value, str) else None
            except ValueError:
                found = None
            if found is None:
                raise ValueError(_("Enter a day that there is, as year-month-day."))
        if not EARLIEST <= found <= LATEST:
            raise ValueError(_("This day is too far away to be meant."))
        return found

    return clean


def money(*, needed: StrOrPromise = "", positive: bool = False) -> Cleaner:
    """An amount that is not negative, to the cent, or None."""

    def clean(value: Any) -> Decimal | None:
        amount = _decimal(value, _("Enter an amount, like 250000 or 250000.50."))
        if amount is None:
            if needed:
                raise ValueError(str(needed))
            return None
        if amount < 0 or (positive and amount == 0) or amount >= LARGEST:
            if positive:
                raise ValueError(_("Enter an amount above 0, below 100 trillion."))
            raise ValueError(_("Enter an amount that is not negative, below 100 trillion."))
        return amount.quantize(Decimal("0.01"))

    return clean


def number(least: Decimal, most: Decimal, places: int) -> Cleaner:
    """A number within bounds, or None."""

    def clean(value: Any) -> Decimal | None:
        said = _("Enter a number from %(least)s to %(most)s.") % {"least": least, "most": most}
        found = _decimal(value, said)
        if found is None:
            return None
        if not least <= found <= most:
            raise ValueError(said)
        return found.quantize(Decimal(1).scaleb(-places))

    return clean


def whole(least: int, most: int) -> Cleaner:
    """A whole number within bounds, or None."""

    def clean(value: Any) -> int | None:
        said = _("Enter a whole number from %(least)d to %(most)d.") % {
            "least": least,
            "most": most,
        }
        found = _decimal(value, said)
        if found is None:
            return None
        if found != found.to_integral_value() or not least <= found <= most:
            raise ValueError(said)
        return int(found)

    return clean


def _decimal(value: Any, said: str) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise ValueError(said)
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError(said) from error
    # More digits than any amount has would take long to compute with.
    if not found.is_finite() or abs(found.adjusted()) > 40:
        raise ValueError(said)
    return found


def one_of(allowed: Collection[str], *, needed: StrOrPromise = "") -> Cleaner:
    """One of a few values; "" where it may be left open."""

    def clean(value: Any) -> str:
        found = "" if value is None else value
        if found == "" and not needed:
            return ""
        if not isinstance(found, str) or found not in allowed:
            raise ValueError(str(needed) or _("Choose one of those listed."))
        return str(found)

    return clean


def some_of(allowed: Collection[str]) -> Cleaner:
    """Some of a few values in their order, or None for not known."""

    def clean(value: Any) -> list[str] | None:
        if value is None:
            return None
        chosen = _several(value)
        if any(one not in allowed for one in chosen):
            raise ValueError(_("Choose only from those listed."))
        return [one for one in allowed if one in chosen]

    return clean


def countries() -> Cleaner:
    """Several country codes, each once, sorted."""

    def clean(value: Any) -> list[str]:
        return sorted({master_data.clean_country(code) for code in _several(value or [])} - {""})

    return clean


def _several(value: Any) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(_("Give a list."))
    found = list(value)
    if not all(isinstance(one, str) for one in found):
        raise ValueError(_("Give a list of texts."))
    return found


def country() -> Cleaner:
    """A country code, or ""."""
    return lambda value: master_data.clean_country(_plain(value))


def currency(*, needed: StrOrPromise = "") -> Cleaner:
    """A currency code, or ""."""

    def clean(value: Any) -> str:
        code = master_data.clean_currency(_plain(value))
        if needed and not code:
            raise ValueError(str(needed))
        return code

    return clean


def yes_no(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(_("Say yes or no."))
    return value


def yes_no_unknown(value: Any) -> bool | None:
    """True, false, or None for not known."""
    return None if value is None else yes_no(value)


def clean(values: Mapping[str, Any], cleaners: Mapping[str, Cleaner]) -> dict[str, Any]:
    """`values` tidied field by field. Raises Invalid with the messages per field."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field, value in values.items():
        if field not in cleaners:
            errors[field] = [_("There is no such field.")]
            continue
        try:
            cleaned[field] = cleaners[field](value)
        except ValueError as error:
            errors[field] = [str(error)]
    if errors:
        raise master_data.invalid(errors)
    return cleaned
