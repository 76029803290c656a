"""The forms of setting up, and of what is set up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UnitNamesField(forms.CharField):
    """Names of units, one a line; cleaned to a list without empty lines and doubled spaces."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[str]:
        """The names in their order."""
        lines = (" ".join(line.split()) for line in str(super().clean(value)).splitlines())
        return [line for line in lines if line]


class SetupForm(forms.Form):
    """An empty installation: whose it is, and who administers it."""

    token = forms.CharField(
        label=_("Setup token"),
        max_length=100,
        help_text=_("Surety printed it at its start, beside the address of this page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=120,
        help_text=_("Vendors read it in letters and above their questions."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    unit_names = UnitNamesField(
        label=_("Business units"),
        max_length=7_000,
        help_text=_(
            "One a line. Each keeps its own engagements, assessments and scores. One is enough to "
            "begin with."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1_000,
        strip=False,
        help_text=_(
            "At least 12 characters. A few words that only you would put together are best."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    sample = forms.BooleanField(
        label=_("Load sample data"),
        required=False,
        help_text=_(
            "A dozen invented vendors with assessments, scores and findings, in a business unit of "
            "their own. You can remove them, or load them later, on the page Organisation."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        values = super().clean() or self.cleaned_data
        first, second = values.get("password"), values.get("again")
        if first and second and first != second:
            self.add_error("again", _("This is not the same password."))
        return values


class OrganisationForm(forms.Form):
    """What the organisation is called."""

    organisation = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Vendors read it in letters and above their questions."),
    )


class UnitForm(forms.Form):
    """What a business unit is called."""

    name = forms.CharField(label=_("Name"), max_length=120)
