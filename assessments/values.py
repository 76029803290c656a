"""What an answer means: from what a person entered to what is stored, to its risk, to words.

Pure: no Django, no clock. Stored values are plain JSON: an option key (single choice, "yes"/"no"),
a list of option keys, a number, an ISO date, or a text.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Final

from assessments.question import (
    DEFAULT_VALID_MONTHS,
    Curve,
    DateRule,
    Kind,
    Question,
    Tier,
)
from vendors.question_file import (
    NotAnAnswer,
    resolve_multiple,
    validate_multiple,
    validate_single,
)

Value = str | list[str] | int | float

#: The largest whole number that JSON readers keep exactly.
_LARGEST_NUMBER: Final = 2**53
#: A blank before three digits: 1 200.
_BLANK: Final = re.compile(r"(?<=[0-9])[ \u00a0](?=[0-9]{3}(?![0-9]))")


def validate_value(question: Question, value: object, as_of: date | None = None) -> Value:
    """Return ``value`` as it is stored for ``question``.

    Accepts what a JSON client sends; a form reads numbers by the reader's decimal mark first. With
    ``as_of`` a date that must lie in the past is checked against it. Raises NotAnAnswer with a
    sentence that tells the reader what to do.
    """
    match question.kind:
        case Kind.SINGLE | Kind.YES_NO:
            if question.kind is Kind.YES_NO and isinstance(value, bool):
                value = "yes" if value else "no"
            return validate_single(question.choices, value)
        case Kind.MULTIPLE:
            return validate_multiple(question.options, value)
        case Kind.NUMBER:
            return _number(question, value)
        case Kind.DATE:
            return _date(question, value, as_of).isoformat()
        case Kind.TEXT:
            return _text(question, value)


def resolve_risk(question: Question, value: object) -> int | None:
    """Return the risk of a stored value in 1/10,000, half-even; None for a text.

    Raises ValueError when ``value`` does not belong to the question.
    """
    if question.kind is Kind.TEXT:
        return None
    stored = validate_value(question, value)
    if isinstance(stored, list):
        return resolve_multiple(
            question.options, stored, question.resolve or "max", question.counts
        )
    if question.curve and not isinstance(stored, str):
        return curve_risk(question.curve, stored)
    if question.kind is Kind.DATE:
        return _date_rule(question).risk
    return next(option.risk for option in question.choices if option.key == stored)


def curve_risk(curve: Curve, number: float) -> int:
    """Return the risk (1/10,000, half-even) at ``number``: linear between points, level outside."""
    x = Fraction(str(number))
    points = [(Fraction(str(at)), risk) for at, risk in curve.points]
    if x <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if x <= right:
            return round(low + (high - low) * (x - left) / (right - left))
    return points[-1][1]


def is_open(question: Question, value: object) -> bool:
    """Return whether ``value`` opens the question's gate; False when it has none."""
    if question.gate is None or value is None:
        return False
    chosen = value if isinstance(value, list | tuple) else [value]
    return any(key in question.gate.opens_on for key in chosen)


def valid_months(question: Question, tier: Tier) -> int | None:
    """Return for how many months an answer holds, or None when it does not age."""
    if question.valid_for == "none":
        return None
    return question.valid_for or DEFAULT_VALID_MONTHS[tier]


def valid_until(question: Question, value: object, answered_on: date, tier: Tier) -> date | None:
    """Return the last day on which a stored value holds, or None when it does not age.

    The period starts on ``answered_on``, or on the date given where the question says so; where the
    date given is itself an end, that is the day. Evidence with an earlier end of its own wins over
    this, which is for the caller to apply.
    """
    rule = question.date
    if rule and rule.clock == "ends":
        return date.fromisoformat(str(value))
    months = valid_months(question, tier)
    if months is None:
        return None
    start = date.fromisoformat(str(value)) if rule and rule.clock == "starts" else answered_on
    return _months_later(start, months)


def describe_value(question: Question, value: object, lang: str = "en") -> str:
    """Return a stored value in words: labels in ``lang``, a number with its unit, an ISO date."""
    if isinstance(value, list | tuple):
        labels = {option.key: option.label.text_for(lang) for option in question.options}
        return "; ".join(labels.get(str(key), str(key)) for key in value)
    for option in question.choices:
        if option.key == value:
            return option.label.text_for(lang)
    if question.curve and question.curve.unit and value is not None:
        return f"{value} {question.curve.unit.text_for(lang)}"
    return "" if value is None else str(value)


def _number(question: Question, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise NotAnAnswer("Enter a number, such as 12 or 12.5.")
    try:
        number = Decimal(_BLANK.sub("", str(value).strip()))
    except InvalidOperation:
        raise NotAnAnswer("Enter a number in figures, such as 12 or 12.5.") from None
    # Compared as it is: abs() computes, which fails on 1e9000000.
    if not number.is_finite() or not -_LARGEST_NUMBER <= number <= _LARGEST_NUMBER:
        raise NotAnAnswer("Enter a smaller number.")
    curve = question.curve
    if curve and curve.whole and number != number.to_integral_value():
        raise NotAnAnswer("Enter a whole number.")
    if curve and curve.minimum is not None and number < Decimal(str(curve.minimum)):
        raise NotAnAnswer("Enter a number that is %(least)s or more.", least=curve.minimum)
    if curve and curve.maximum is not None and number > Decimal(str(curve.maximum)):
        raise NotAnAnswer("Enter a number that is %(most)s or less.", most=curve.maximum)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(question: Question, value: object, as_of: date | None) -> date:
    try:
        day = value if type(value) is date else date.fromisoformat(str(value).strip())
    except ValueError:
        raise NotAnAnswer("Enter a date as year-month-day, such as 2026-03-31.") from None
    if day.year < 1900:
        raise NotAnAnswer("Enter a date after 1900.")
    if as_of and day > as_of and _date_rule(question).past_only:
        raise NotAnAnswer("Enter a date that is not in the future.")
    return day


def _date_rule(question: Question) -> DateRule:
    return question.date or DateRule()


def _text(question: Question, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise NotAnAnswer("Enter an answer in words.")
    text = value.strip().replace("\r\n", "\n")
    if "\0" in text:
        raise NotAnAnswer("Remove the unprintable character from the text.")
    if len(text) > question.max_length:
        over = len(text) - question.max_length
        raise NotAnAnswer(
            "Shorten the text by %(over)s characters; at most %(most)s fit.",
            over=over,
            most=question.max_length,
        )
    return text


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
