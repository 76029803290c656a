"""The forms of API clients and their keys."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.forms import ALL_UNITS, Places
from accounts.number_fields import IntegerField
from accounts.rate_limit import MOST_PER_MINUTE, rate_of
from accounts.scope_words import MEANINGS
from audit import clock

_UNTIL, _NO_END = "day", "none"
#: Days that a key works unless somebody chooses otherwise.
USUAL_LIFE: Final = 365


def _scope(name: str, words: object) -> SafeString:
    return format_html(
        '{} <code class="quiet small-text">{}</code><br><span class="quiet small-text">{}</span>',
        words,
        name,
        MEANINGS.get(name, ""),
    )


class ApiClientForm(forms.Form):
    """A client of the API: its name, what it may do, where, and how often it may ask."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("The system that asks, for example SAP PRD.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Give as little as the system needs. It can be changed later."),
    )
    units = forms.MultipleChoiceField(
        label=_("Where"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "It sees the vendors, engagements, assessments and scores of these business units;"
            " whatever belongs to others does not exist for it."
        ),
    )
    requests_per_minute = IntegerField(
        label=_("Requests a minute"), required=False, min_value=1, max_value=MOST_PER_MINUTE
    )

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(unit.pk): unit for unit in places.units}
        where = [(key, unit.name) for key, unit in self._units.items()]
        if places.all_units:
            where.insert(0, (ALL_UNITS, str(_("All business units, also future ones"))))
        scopes, units = self.fields["scopes"], self.fields["units"]
        if isinstance(scopes, forms.MultipleChoiceField) and isinstance(
            units, forms.MultipleChoiceField
        ):
            known: dict[str, object] = settings.OAUTH2_PROVIDER["SCOPES"]
            scopes.choices = [(name, _scope(name, words)) for name, words in known.items()]
            units.choices = where
        quota, window = rate_of(None)
        self.fields["requests_per_minute"].help_text = _(
            "A limit for this client alone. Empty: what everybody may, %(requests)s requests in"
            " %(seconds)d seconds. Whatever is above the limit is answered 429, with the time to"
            " wait."
        ) % {"requests": intcomma(quota), "seconds": window}

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the services `add` and `change`. Only after `is_valid()`."""
        chosen = self.cleaned_data["units"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "all_units": ALL_UNITS in chosen,
            "units": [self._units[key] for key in chosen if key in self._units],
            "requests_per_minute": self.cleaned_data["requests_per_minute"],
        }


class KeyLifeForm(forms.Form):
    """How long a new key works. It ends unless somebody chooses that it does not."""

    life = forms.ChoiceField(
        label=_("The key works for"),
        widget=forms.RadioSelect,
        initial=str(USUAL_LIFE),
        help_text=_("Administrators are told 30 and 7 days before it ends."),
        choices=[
            ("90", _("90 days")),
            (str(USUAL_LIFE), _("1 year")),
            ("730", _("2 years")),
            (_UNTIL, _("Until a day that I choose")),
            (_NO_END, _("Without an end: whoever finds it one day can use it")),
        ],
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Only if you choose the day. The key works to the end of it (UTC)."),
    )

    def clean(self) -> dict[str, Any]:
        """A day is chosen where one is asked for, and only there."""
        values = super().clean() or self.cleaned_data
        if "expires_on" not in values:
            return values
        day, life = values["expires_on"], values.get("life")
        if life == _UNTIL and day is None:
            self.add_error("expires_on", _("Choose the day."))
        elif life and life != _UNTIL and day is not None:
            self.add_error("life", _("Choose “Until a day that I choose”, or empty the day."))
        return values

    def expires_at(self) -> datetime | None:
        """The last moment at which the key works. Only after `is_valid()`."""
        life, day = self.cleaned_data["life"], self.cleaned_data["expires_on"]
        if life == _NO_END:
            return None
        if life != _UNTIL:
            day = clock.now().date() + timedelta(days=int(life))
        return datetime.combine(day, time.max, UTC)


class ApiKeyForm(KeyLifeForm):
    """A new key."""

    label = forms.CharField(
        label=_("Label"),
        max_length=60,
        required=False,
        help_text=_("Where the key will be used, to tell it from others."),
    )

    field_order = ("label", "life", "expires_on")


class RotateForm(KeyLifeForm):
    """The new key's life, and how long the old one goes on working."""

    overlap_days = forms.TypedChoiceField(
        label=_("The old key works for"),
        coerce=int,
        initial="7",
        choices=[
            ("0", _("no longer: end it now")),
            ("1", _("1 more day")),
            ("7", _("7 more days")),
            ("30", _("30 more days")),
        ],
        help_text=_("At most until it would have ended anyway."),
    )

    field_order = ("overlap_days", "life", "expires_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["life"].label = _("The new key works for")
