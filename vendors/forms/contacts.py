"""The forms of a vendor's contacts."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as lazy

from vendors.forms.vendor import BaseForm


class ContactFields(forms.Form):
    """Who it is, and in which language they read."""

    name = forms.CharField(label=lazy("Name"), max_length=120)
    email = forms.EmailField(
        label=lazy("E-mail address"),
        help_text=lazy("Links to questions are sent here: the address of a person, not of a team."),
        max_length=254,
    )
    position = forms.CharField(
        label=lazy("Position"),
        help_text=lazy("Such as “Head of quality”."),
        required=False,
        max_length=120,
    )
    language = forms.ChoiceField(
        label=lazy("Language"), help_text=lazy("Letters and pages begin in this language.")
    )
    time_zone = forms.ChoiceField(label=lazy("Time zone"), initial="UTC")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language, zone = self.fields["language"], self.fields["time_zone"]
        if isinstance(language, forms.ChoiceField) and isinstance(zone, forms.ChoiceField):
            language.choices = settings.LANGUAGES
            zone.choices = [(one, one.replace("_", " ")) for one in sorted(available_timezones())]


class ContactEditForm(ContactFields, BaseForm):
    """A contact put right."""
