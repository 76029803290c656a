"""The forms of reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from reports.models import Schedule

ALL: str = "all"


class ReportForm(forms.Form):
    """What a report is to be about: a vendor seen from a unit, or from all of the maker's."""

    unit = forms.ChoiceField(
        label=_("Business units"),
        help_text=_(
            "Whose engagements, answers and scores are in it. Who reads it has to see all."
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
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            several = [(ALL, _("All that you see"))] if all_units and len(units) != 1 else []
            field.choices = [*several, *((key, one.name) for key, one in self._units.items())]
        if not strict or not principal.can(Permission.VIEW_CONFIDENTIAL):
            del self.fields["with_strict"]

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
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("rhythm", "unit", "readers", "with_strict", "version")

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["readers"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(one.pk), str(one)) for one in people]

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the services `add` and `change`. Only after `is_valid()`."""
        return {
            **super().values(),
            "rhythm": self.cleaned_data["rhythm"],
            "readers": [UUID(one) for one in self.cleaned_data["readers"]],
        }
