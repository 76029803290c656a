"""The filter of what comes due."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from vendors.selectors.due import SOURCES, TOGETHER

DEFAULT_DAYS: Final = 90
#: Months outside of these are none that anybody means.
_MONTHS: Final = (date(1990, 1, 1), date(2200, 12, 31))


class DueFilter(forms.Form):
    """How far ahead, and what; lives in the address."""

    days = forms.ChoiceField(
        label=_("Until"),
        required=False,
        choices=[
            ("", _("the next 90 days")),
            ("0", _("today: overdue only")),
            ("30", _("the next 30 days")),
            ("365", _("the next year")),
        ],
    )
    what = forms.ChoiceField(label=_("What"), required=False)
    # Where the time line of the dashboard leads: one month, by its first day.
    month = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.HiddenInput,
        validators=[MinValueValidator(_MONTHS[0]), MaxValueValidator(_MONTHS[1])],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("Everything")),
                *((key, source.title) for key, source in SOURCES.items()),
                # Where the time line of the dashboard leads, too.
                ("contract", _("Contracts: notice or end")),
            ]

    def sources(self) -> Sequence[str]:
        """The sources that were chosen; none for everything. Only after `span()`."""
        what = self.cleaned_data.get("what")
        return TOGETHER.get(what, (what,)) if what else ()

    def ahead(self) -> int:
        """How many days ahead; 0: only what is overdue."""
        chosen = self.cleaned_data.get("days") if self.is_valid() else ""
        return int(chosen) if chosen else DEFAULT_DAYS

    def span(self, today: date) -> tuple[date | None, date]:
        """From which day (None: the first) up to which."""
        days = self.ahead()
        month: date | None = self.cleaned_data.get("month")
        if month is None:
            return None, today + timedelta(days or -1)
        after = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
        return max(today, month.replace(day=1)), after - timedelta(days=1)
