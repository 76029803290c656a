"""What people write into records: one line, a longer text, a day, one of several. Tidied, or
refused with a ValueError that says what to do."""

import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Final

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from vendors import master_data

MOST_TEXT: Final = 10_000
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200


def line(value: Any, most: int, *, needed: str = "") -> str:
    """One line of at most `most` characters. `needed`: what to say where it is empty."""
    text = master_data.tidy(str(value or ""))
    if needed and not text:
        raise ValueError(needed)
    return _short(text, most)


def text(value: Any, *, needed: str = "", most: int = MOST_TEXT) -> str:
    """Several lines, without control characters."""
    composed = unicodedata.normalize("NFC", str(value or "").replace("\r\n", "\n"))
    kept = "".join(
        char for char in composed if char in "\n\t" or unicodedata.category(char) != "Cc"
    ).strip()
    if needed and not kept:
        raise ValueError(needed)
    return _short(kept, most)


def day(
    value: Any, *, needed: str = "", until: date | None = None, too_late: str = ""
) -> date | None:
    """A day, also as YYYY-MM-DD. `until`: the last day that can be; `too_late` says so."""
    if value is None or value == "":
        if needed:
            raise ValueError(needed)
        return None
    found = value if isinstance(value, date) else _parsed(str(value))
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(_("The year %(year)d cannot be right.") % {"year": found.year})
    if until is not None and found > until:
        raise ValueError(too_late or _("This day has not come yet."))
    return found


def one_of(value: Any, allowed: Collection[Any], *, needed: str) -> str:
    """One of the keys in `allowed`."""
    key = str(value or "")
    if key not in {str(one) for one in allowed}:
        raise ValueError(needed)
    return key


def cleaned(
    values: Mapping[str, Any], cleaners: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    """Every value through the cleaner of its field. Raises Invalid with the messages per field."""
    kept: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            kept[name] = cleaners[name](value)
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise master_data.invalid(errors)
    return kept


def _short(kept: str, most: int) -> str:
    if len(kept) > most:
        raise ValueError(
            _("Use at most %(most)d characters; this has %(count)d.")
            % {"most": most, "count": len(kept)}
        )
    return kept


def _parsed(value: str) -> date:
    try:
        found = parse_date(value.strip())
    except ValueError:
        found = None
    if found is None:
        raise ValueError(
            _("“%(value)s” is not a day. Write it as 2026-03-31.") % {"value": value[:40]}
        )
    return found
