"""The forms of reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal

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
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(one.pk): one for one in units}
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            several = [(ALL, _("All that you see"))] if len(units) != 1 else []
            field.choices = [*several, *((key, one.name) for key, one in self._units.items())]
        if not principal.can(Permission.VIEW_CONFIDENTIAL):
            del self.fields["with_strict"]

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the service `ask`. Only after `is_valid()`."""
        return {
            "unit": self._units.get(self.cleaned_data["unit"]),
            "with_strict": self.cleaned_data.get("with_strict", False),
        }
