"""The filters of a buyer's home."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.selectors.purchasing import Filters


class UnderWayFilter(forms.Form):
    """Which open assessments; lives in the address."""

    q = forms.CharField(label=_("Vendor or engagement"), required=False, max_length=100)
    waits = forms.ChoiceField(
        label=_("Waits for"),
        required=False,
        choices=[
            ("", _("Anybody")),
            ("me", _("Me")),
            ("vendor", _("The vendor")),
            ("colleague", _("A colleague")),
            ("legal", _("Legal")),
        ],
    )
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("At any time")),
            ("late", _("Overdue")),
            ("week", _("Within a week")),
            ("none", _("No day")),
        ],
    )
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Mine")), ("all", _("All of my units"))],
    )

    def filters(self) -> Filters:
        """What the list is narrowed down to; what is no choice narrows nothing."""
        self.is_valid()
        return Filters(**self.cleaned_data)
