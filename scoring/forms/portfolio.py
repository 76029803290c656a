"""The filters of the dashboard, as they stand in its address, and how views of it are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from accounts.units import ALL
from audit import clock
from scoring.forms.offered import offered
from scoring.selectors.portfolio.choices import Choices
from scoring.selectors.portfolio.horizon import KINDS
from scoring.selectors.portfolio.needs import WORK
from scoring.selectors.standings import Filters
from scoring.services.portfolio_views import LONGEST_NAME
from vendors.models import Finding
from vendors.selectors.findings import AGES

#: The names of the filters in the address, `unit` first.
NAMES: Final = ("unit", "tier", "country", "owner", "category", "status", "day")

#: Days over which movers are looked for -> words.
PERIODS: Final = {30: _("30 days"), 90: _("90 days"), 365: _("a year")}
_PERIOD: Final = 90

#: Before this day nobody looks back.
FIRST_DAY: Final = date(1990, 1, 1)
#: After this day nothing ends.
_LAST: Final = date(2200, 12, 31)


def period_of(data: Mapping[str, str]) -> int:
    """The days that were asked for, among those on offer."""
    named = data.get("period", "")
    return int(named) if named in {str(days) for days in PERIODS} else _PERIOD


class PortfolioFilter(forms.Form):
    """Which vendors are looked at, from which unit, on which day. A value that is none is refused.

    Countries and categories need not be in use today: they may have been on the day.
    """

    unit = forms.ChoiceField(label=_("Business unit"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    status = forms.ChoiceField(label=_("Firmness"), required=False)
    day = forms.DateField(
        label=_("As it stood on"),
        required=False,
        widget=forms.DateInput,
        validators=[MinValueValidator(FIRST_DAY)],
    )

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        units: Sequence[BusinessUnit],
        sees_all: bool,
        unit: BusinessUnit | None,
        choices: Choices,
    ) -> None:
        """`unit`: the one that is looked at where the address names none."""
        given = {name: data.get(name, "").strip() for name in NAMES}
        #: What holds without being asked for: no filter to take away.
        self.usual = {"unit": str(unit.pk) if unit else ALL}
        given["unit"] = given["unit"] or self.usual["unit"]
        super().__init__(given)
        named = [(str(one.pk), one.name) for one in units]
        if sees_all:
            named.insert(0, (ALL, gettext("All business units")))
        self._field("unit").choices = named
        if len(named) == 1:
            self._field("unit").widget = forms.HiddenInput()
        for name, found in offered(choices, given).items():
            self._field(name).choices = [("", gettext("All")), *found]

    def _field(self, name: str) -> forms.ChoiceField:
        return cast("forms.ChoiceField", self.fields[name])

    def clean_day(self) -> date | None:
        """The day, None where it is today: that is how it stands."""
        day: date | None = self.cleaned_data["day"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("This day is still to come."))
        return None if day == clock.today() else day

    def filters(self) -> Filters:
        """What the portfolio is narrowed down to; the form is valid."""
        said = self.cleaned_data
        return Filters(
            tier=said["tier"],
            country=said["country"],
            owner=UUID(said["owner"]) if said["owner"] else None,
            category=said["category"],
            status=said["status"],
            day=said["day"],
        )


class CountFilter(forms.Form):
    """Which count of the dashboard is looked behind: kind of work, what ends when, or findings."""

    what = forms.ChoiceField(
        choices=[(key, key) for key in (*WORK, *KINDS, "findings")], required=False
    )
    month = forms.DateField(
        required=False, validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(_LAST)]
    )
    age = forms.ChoiceField(choices=[("", ""), *((key, key) for key in AGES)], required=False)
    severity = forms.ChoiceField(choices=[("", ""), *Finding.Severity.choices], required=False)

    def clean_what(self) -> str:
        """Reviews where nothing is said."""
        return str(self.cleaned_data["what"] or "review")

    def clean_month(self) -> date | None:
        """Its first day; None: what has passed."""
        day: date | None = self.cleaned_data["month"]
        return day.replace(day=1) if day else None


class ViewForm(forms.Form):
    """A view of the dashboard: its name, and who has it. `unit` None: a view over all units."""

    name = forms.CharField(
        label=_("Name of the view"),
        help_text=_("Such as “Tier 1 in Asia”."),
        max_length=LONGEST_NAME,
    )
    shared = forms.BooleanField(label=_("Share it"), required=False)

    def __init__(self, *args: Any, unit: BusinessUnit | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared"].label = (
            gettext("Share it with everybody in %(unit)s") % {"unit": unit.name}
            if unit
            else gettext("Share it with everybody who sees all business units")
        )
