"""The forms of people, API clients and the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.languages import languages_for_staff
from accounts.models import BusinessUnit, Channel, Letter
from accounts.notification_kinds import KINDS
from accounts.permissions import Role
from audit import clock

ALL_UNITS = "all"


@dataclass(frozen=True)
class Places:
    """The business units that a form may offer to the one who asks, and whether all together."""

    units: Iterable[BusinessUnit]
    all_units: bool


def take_refusal(form: forms.BaseForm, errors: dict[str, list[str]]) -> None:
    """Show at their fields what a service found wrong."""
    for name, messages in errors.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


class ProfileForm(forms.Form):
    """A person about themselves."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Times on the pages are shown in it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
        language, zone = self.fields["language"], self.fields["time_zone"]
        if isinstance(language, forms.ChoiceField) and isinstance(zone, forms.ChoiceField):
            language.choices = languages_for_staff()
            zone.choices = [(name, name.replace("_", " ")) for name in zones]


class UnitField(forms.ChoiceField):
    """One business unit, or all of them where that is offered; cleaned to the unit or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Business unit"), **kwargs})
        self.units: dict[str, BusinessUnit] = {}

    def offer(self, places: Places, *, none: str = "") -> None:
        """Fill in what may be chosen; `none` are the words for choosing nothing."""
        self.units = {str(unit.pk): unit for unit in places.units}
        choices = [(key, unit.name) for key, unit in self.units.items()]
        if places.all_units:
            choices.insert(0, (ALL_UNITS, str(_("All business units"))))
        if none:
            choices.insert(0, ("", none))
        self.choices = choices


class RoleForm(forms.Form):
    """A role in a unit. Nothing is chosen beforehand: the first of each list may do the most."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *Role.choices])
    unit = UnitField()

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, UnitField):
            field.offer(places, none=str(_("Choose a business unit")))

    def chosen_unit(self) -> BusinessUnit | None:
        """The unit chosen; None stands for all units. Only after `is_valid()`."""
        field = self.fields["unit"]
        return field.units.get(self.cleaned_data["unit"]) if isinstance(field, UnitField) else None

    def chosen_role(self) -> Role:
        """The role chosen. Only after `is_valid()`."""
        return Role(self.cleaned_data["role"])


class MemberForm(RoleForm):
    """A new member."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("They sign in with it.")
    )

    field_order = ("name", "email", "role", "unit")


class RoleChangeForm(forms.Form):
    """Another role in the same place."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class MemberFilter(forms.Form):
    """Which members to list; lives in the address."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=120)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("Any")), *Role.choices]
    )
    unit = UnitField(required=False)
    status = forms.ChoiceField(
        label=_("Account"),
        required=False,
        choices=[("", _("Any")), ("active", _("Active")), ("off", _("Switched off"))],
    )

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, UnitField):
            field.offer(places, none=str(_("Any")))


class LogFilter(forms.Form):
    """Which events to show; lives in the address."""

    type = forms.ChoiceField(label=_("What happened"), required=False)
    actor = forms.CharField(
        label=_("Who"), required=False, max_length=120, help_text=_("Name, e-mail or id")
    )
    about = forms.UUIDField(label=_("About (id)"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, types: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["type"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", str(_("Anything"))), *types]

    def clean(self) -> dict[str, Any]:
        """The days make a span."""
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("Choose a day that is not before the first one."))
        if since and since > clock.today():
            self.add_error("since", _("That day has not come yet."))
        return values


_WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class NotificationForm(forms.Form):
    """How a person wants to be told: a channel for each kind, and when digests come."""

    hour = forms.TypedChoiceField(
        label=_("Digests come at"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
    )
    weekday = forms.TypedChoiceField(
        label=_("The weekly one on"), coerce=int, choices=list(enumerate(_WEEKDAYS))
    )
    language = forms.ChoiceField(label=_("Language of letters and pages"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        if isinstance(language, forms.ChoiceField):
            language.choices = languages_for_staff()
        for key, kind in KINDS.items():
            self.fields[key] = forms.ChoiceField(
                label=str(kind.title), help_text=str(kind.when), choices=Channel.choices
            )

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The kinds as fields, group by group."""
        found: dict[Any, list[forms.BoundField]] = {}
        for key, kind in KINDS.items():
            found.setdefault(kind.group, []).append(self[key])
        return list(found.items())

    def channels(self) -> dict[str, str]:
        """The channel of each kind. Only after `is_valid()`."""
        return {key: self.cleaned_data[key] for key in KINDS}


class LetterFilter(forms.Form):
    """Which letters to list; lives in the address."""

    q = forms.CharField(label=_("Address"), required=False, max_length=254)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), *Letter.State.choices]
    )
