"""Day numbers: days since 2000-01-01, as the answer sheet stores them, 0 to 65,535."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from assessments.sheet import EPOCH, LAST_DAY

_DAYS = np.datetime64(EPOCH, "D") + np.arange(LAST_DAY + 1)
_MONTHS = _DAYS.astype("datetime64[M]")


def _numbers(months: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int32]:
    return (months.astype("datetime64[D]") - np.datetime64(EPOCH, "D")).astype(np.int32)


#: [65536] the first of the month of each day.
FIRST_OF_MONTH: Final = _numbers(_MONTHS)
#: [65536] the next first of a month after each day.
NEXT_FIRST: Final = _numbers((_MONTHS.astype(np.int64) + 1).astype("datetime64[M]"))


def number_of(day: date) -> int:
    """Return the day number of a date; raises ValueError outside 2000-01-01 to 2179-06-06."""
    number = (day - EPOCH).days
    if not 0 <= number <= LAST_DAY:
        raise ValueError(f"{day} is outside the days a score can be made for")
    return number


def date_of(number: int) -> date | None:
    """Return the date of a day number, or None for 0 (no such day)."""
    return EPOCH + timedelta(days=int(number)) if number else None
