"""What a statement may look like: each value tidied, or refused with a sentence at its field.

Forms, the import and the API all come through here, so that a statement is taken or refused alike
whichever way it comes.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.figures import figure
from vendors import master_data
from vendors.models import Statement
from vendors.models.statement import LINES

#: Lines that may be below zero; all others may not.
SIGNED: Final = frozenset(
    {"retained_earnings", "equity", "ebit", "ebitda", "net_income", "funds_from_operations"}
)
#: Everything a statement holds besides whose it is.
FIELDS: Final = (
    "fiscal_year",
    "declined",
    "period_end",
    "months",
    "currency",
    "scale",
    "source",
    "scope",
    "going_concern_doubt",
    *LINES,
    "kept_at",
    "note",
)
DEFAULTS: Final[Mapping[str, Any]] = {
    "declined": False,
    "period_end": None,
    "months": 12,
    "currency": "",
    "scale": 1,
    "source": "",
    "scope": "company",
    "going_concern_doubt": False,
    **dict.fromkeys(LINES),
    "kept_at": "",
    "note": "",
}
FIRST_YEAR: Final = 1990
_LARGEST: Final = Decimal(10) ** 18
_STEP: Final = Decimal("0.0001")
#: (part, whole): the part cannot be more than the whole.
_PARTS: Final = (
    ("current_assets", "total_assets"),
    ("intangible_assets", "total_assets"),
    ("inventories", "current_assets"),
    ("cash", "current_assets"),
    ("current_liabilities", "total_liabilities"),
    ("debt", "total_liabilities"),
)


def label(line: str) -> str:
    """What a line is called."""
    return str(LINES[line])


def amount(value: Any) -> Decimal | None:
    """An amount with at most four decimal places, or None for not known. Raises ValueError."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(_("Enter an amount, like 1250.5 or -300.")) from error
    # Compared as it is: abs() computes, which fails on 1e9000000.
    if not number.is_finite() or not -_LARGEST < number < _LARGEST:
        raise ValueError(_("This amount is too large. Look at the unit."))
    if number != number.quantize(_STEP):
        raise ValueError(_("Use at most four decimal places."))
    return number.quantize(_STEP)


def clean(values: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """The whole statement as it is stored. What is left out has its default.

    Raises Invalid with messages per field: for each value, and for lines that contradict.
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    given = {**DEFAULTS, **values}
    for field, value in given.items():
        try:
            cleaned[field] = _clean_field(field, value, today)
        except ValueError as error:
            errors[field] = [str(error)]
    if "fiscal_year" not in given:
        errors["fiscal_year"] = [_("Enter the fiscal year.")]
    for field, message in _across(cleaned, errors):
        errors.setdefault(field, []).append(message)
    if errors:
        raise master_data.invalid(errors)
    if cleaned["declined"]:
        kept = {name: cleaned[name] for name in ("fiscal_year", "kept_at", "note")}
        return {**DEFAULTS, **kept, "declined": True}
    return cleaned


def _clean_field(field: str, value: Any, today: date) -> Any:
    if field in LINES:
        return _line(field, value)
    match field:
        case "fiscal_year":
            return _year(value, today)
        case "declined" | "going_concern_doubt":
            return bool(value)
        case "period_end":
            return _day(value, today)
        case "months":
            return _whole(value, 1, 24, _("Enter the months that the period has, 1 to 24."))
        case "currency":
            return master_data.clean_currency(str(value or ""))
        case "scale":
            return _choice(value, Statement.Scale.values, _("Choose one of the units."))
        case "source":
            return _choice(value or "", ["", *Statement.Source.values], _("Choose the source."))
        case "scope":
            return _choice(value or "company", Statement.Scope.values, _("Choose what it covers."))
        case "kept_at":
            return _text(value, 300)
        case "note":
            return str(value or "").replace("\x00", "").strip()[:5_000]
    raise ValueError(_("A statement has no such field."))


def _line(field: str, value: Any) -> Decimal | None:
    found = amount(value)
    if found is not None and found < 0 and field not in SIGNED:
        raise ValueError(_("%(line)s cannot be negative.") % {"line": label(field)})
    if field == "total_assets" and found == 0:
        raise ValueError(_("Total assets cannot be zero."))
    return found


def _year(value: Any, today: date) -> int:
    return _whole(
        value,
        FIRST_YEAR,
        today.year + 1,
        _("Enter a year from %(first)d to %(last)d.")
        % {"first": FIRST_YEAR, "last": today.year + 1},
    )


def _whole(value: Any, least: int, most: int, message: str) -> int:
    try:
        number = int(str(value))
    except ValueError as error:
        raise ValueError(message) from error
    if not least <= number <= most:
        raise ValueError(message)
    return number


def _day(value: Any, today: date) -> date | None:
    if value is None or value == "":
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(
            _("“%(value)s” is no day of the calendar. Write it as 2025-12-31.") % {"value": value}
        ) from error
    if day.year < FIRST_YEAR - 1:
        raise ValueError(_("The period ended before %(year)d.") % {"year": FIRST_YEAR - 1})
    if day > today:
        raise ValueError(
            _("The period has not ended yet. Enter it when it has, after %(day)s.")
            % {"day": date_format(day, "DATE_FORMAT")}
        )
    return day


def _choice(value: Any, allowed: list[Any], message: str) -> Any:
    for one in allowed:
        if str(one) == str(value):
            return one
    raise ValueError(message)


def _text(value: Any, length: int) -> str:
    text = master_data.tidy(str(value or ""))
    if len(text) > length:
        raise ValueError(_("Use at most %(most)d characters.") % {"most": length})
    return text


def _across(
    values: Mapping[str, Any], errors: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """What is wrong between fields that are right one by one."""
    if values.get("declined"):
        if any(values.get(line) is not None for line in LINES):
            yield (
                "declined",
                _("Either the vendor declined, or it told some figures: clear the one or other."),
            )
        return
    for field, message in (
        ("period_end", _("Enter the last day of the period.")),
        ("currency", _("Choose the currency.")),
        ("source", _("Say where the figures come from.")),
    ):
        if not values.get(field) and field not in errors:
            yield field, message
    if not any(values.get(line) is not None for line in LINES) and not errors.keys() & set(LINES):
        yield (
            "total_assets",
            _("Enter at least one figure, or say that the vendor declined to disclose."),
        )
    yield from _of_the_year(values)
    yield from contradictions(values)


def _of_the_year(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    day, year = values.get("period_end"), values.get("fiscal_year")
    # A fiscal year is named after the year in which it begins or ends.
    if day and year and not 0 <= day.year - year <= 1:
        yield (
            "period_end",
            _("The fiscal year %(year)d does not end on %(day)s.")
            % {"year": year, "day": date_format(day, "DATE_FORMAT")},
        )


def slack(*amounts: Decimal) -> Decimal:
    """How far sums may be off: documents round each line to its last place.

    One and a half of the finest place that is used, or a ten-thousandth of the largest amount.
    """
    finest = min(min(int(one.normalize().as_tuple().exponent), 0) for one in amounts)
    return max(Decimal("1.5").scaleb(finest), max(abs(one) for one in amounts) / 10_000)


def contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, message) where lines do not add up; lines that are not known contradict nothing."""
    assets, owed, equity = (values.get(n) for n in ("total_assets", "total_liabilities", "equity"))
    if assets is not None and owed is not None and equity is not None:
        off = assets - owed - equity
        if abs(off) > slack(assets, owed, equity):
            yield (
                "total_assets",
                _(
                    "Total assets of %(assets)s are not liabilities of %(owed)s plus equity of "
                    "%(equity)s: the difference is %(off)s."
                )
                % {
                    "assets": plain(assets),
                    "owed": plain(owed),
                    "equity": plain(equity),
                    "off": plain(off),
                },
            )
    for part, whole in _PARTS:
        small, large = values.get(part), values.get(whole)
        if small is not None and large is not None and small > large + slack(small, large):
            yield (
                part,
                _("%(part)s of %(small)s cannot be more than %(whole)s of %(large)s.")
                % {
                    "part": label(part),
                    "small": plain(small),
                    "whole": label(whole),
                    "large": plain(large),
                },
            )
    ebit, spread, ebitda = (values.get(name) for name in ("ebit", "depreciation", "ebitda"))
    if (
        ebit is not None
        and spread is not None
        and ebitda is not None
        and abs(ebit + spread - ebitda) > slack(ebit, spread, ebitda)
    ):
        yield (
            "ebitda",
            _("EBITDA of %(ebitda)s is not EBIT of %(ebit)s plus depreciation of %(spread)s.")
            % {"ebitda": plain(ebitda), "ebit": plain(ebit), "spread": plain(spread)},
        )


def plain(value: Decimal) -> str:
    """An amount without zeros behind."""
    return figure(value)


def hints(values: Mapping[str, Any], other: Statement | None) -> list[str]:
    """What looks odd and may still be right: figures a hundred times those of another year."""
    if other is None or other.currency != values.get("currency"):
        return []
    found = []
    for line in ("total_assets", "sales"):
        mine, theirs = values.get(line), getattr(other, line)
        if not mine or not theirs:
            continue
        ratio = mine * values["scale"] / (theirs * other.scale)
        if not Decimal("0.01") < ratio < 100:
            found.append(
                _(
                    "%(line)s of %(year)d are %(ratio)s times those of %(other)d. Is the unit "
                    "right (single units, thousands, millions)?"
                )
                % {
                    "line": label(line),
                    "year": values["fiscal_year"],
                    "ratio": figure(Decimal(format(ratio, ".3g"))),
                    "other": other.fiscal_year,
                }
            )
    return found


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON values: amounts and days as text."""
    return {
        name: str(value) if isinstance(value, Decimal | date) else value
        for name, value in values.items()
    }


def values_of(statement: Statement) -> dict[str, Any]:
    """What a statement holds, by field."""
    return {field: getattr(statement, field) for field in FIELDS}
