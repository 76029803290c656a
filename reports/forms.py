"""The forms of reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.units import ALL
from reports.models import Schedule
from reports.selection import Selection
from reports.words import selection
from scoring.models import PortfolioView

_VIEW: Final = "view:"
#: What a schedule has selected already, or the page that led to the form.
KEPT: Final = "kept"


class ReportForm(forms.Form):
    """What a report is to be about: a vendor seen from a unit, or from all of the maker's."""

    unit = forms.ChoiceField(
        label=_("Business units"),
        help_text=_(
            "Whose engagements, answers and scores are in it. Readers must be allowed to see all "
            "of them."
        ),
    )
    with_strict = forms.BooleanField(
        label=_("Name documents that are strictly confidential"),
        required=False,
        help_text=_("Only those who may open them can then read the report."),
    )

    def __init__(
        self,
        *args: Any,
        principal: Principal,
        units: Sequence[BusinessUnit],
        all_units: bool = True,
        strict: bool = True,
        **kwargs: Any,
    ) -> None:
        """`all_units`: whether all of theirs may be chosen together; `strict`: the other choice."""
        super().__init__(*args, **kwargs)
        self._units = {str(one.pk): one for one in units}
        several = [(ALL, _("All that you see"))] if all_units and len(units) != 1 else []
        self._whole = [*several, *((key, one.name) for key, one in self._units.items())]
        self._offer("unit", self._whole)
        if not strict or not principal.can(Permission.VIEW_CONFIDENTIAL):
            del self.fields["with_strict"]

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the service `ask`. Only after `is_valid()`."""
        return {
            "unit": self._units.get(self.cleaned_data["unit"]),
            "with_strict": self.cleaned_data.get("with_strict", False),
        }


class ScheduleForm(ReportForm):
    """How often a report is made, and who is told of it."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Schedule.Rhythm.choices)
    readers = forms.MultipleChoiceField(
        label=_("Readers"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=_("Each gets a link, never the file, and can stop it."),
    )
    find = forms.CharField(
        label=_("Find other people"),
        required=False,
        max_length=80,
        help_text=_("By a part of their name or address."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("rhythm", "unit", "readers", "find", "with_strict", "version")

    def __init__(
        self,
        *args: Any,
        people: Sequence[User],
        more: bool = False,
        **kwargs: Any,
    ) -> None:
        """`people`: those that are offered; `more`: there are others."""
        super().__init__(*args, **kwargs)
        self._offer("readers", [(str(one.pk), str(one)) for one in people])
        if not more:
            del self.fields["find"]

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the services `add` and `change`. Only after `is_valid()`."""
        return {
            **super().values(),
            "rhythm": self.cleaned_data["rhythm"],
            "readers": [UUID(one) for one in self.cleaned_data["readers"]],
        }


class PortfolioScheduleForm(ScheduleForm):
    """The same of the portfolio: of a unit as a whole, or what a view selects of it."""

    def __init__(
        self,
        *args: Any,
        views: Sequence[PortfolioView],
        kept: Selection | None = None,
        **kwargs: Any,
    ) -> None:
        """`kept`: what is chosen already, besides `views`."""
        super().__init__(*args, strict=False, **kwargs)
        self._kept = kept
        self._views = {f"{_VIEW}{one.pk}": one for one in views if "day" not in one.filters}
        groups: list[tuple[str, list[Any]]] = [
            (gettext("The whole portfolio"), self._whole),
            (gettext("What a view selects"), [*self._named()]),
        ]
        if kept is not None:
            whose = kept.unit.name if kept.unit else gettext("All business units")
            what = selection(kept.filters, kept.view_name)
            groups.append((gettext("As it is"), [(KEPT, f"{whose}: {what}")]))
        shown = [(title, choices) for title, choices in groups if choices]
        self._offer("unit", shown if len(shown) > 1 else self._whole)
        self.fields["unit"].label = _("Vendors")

    def _named(self) -> Iterator[tuple[str, str]]:
        for key, one in self._views.items():
            whose = one.unit.name if one.unit else gettext("All business units")
            yield key, f"{one.name} ({whose})" if len(self._whole) > 1 else one.name

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the services `add` and `change`. Only after `is_valid()`."""
        values, chosen = super().values(), self.cleaned_data["unit"]
        if chosen == KEPT and self._kept is not None:
            return values | self._kept.values()
        if view := self._views.get(chosen):
            return values | Selection(view.unit, view.filters, view.name).values()
        return values
