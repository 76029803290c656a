"""The forms of monitoring plans and checks."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as lazy

from vendors.forms.vendor import BaseForm
from vendors.models import MonitoringCheck, MonitoringItem
from vendors.selectors.monitoring import Filters

_CHOOSE: Final = ("", lazy("Choose …"))


class ItemFields(forms.Form):
    """What is watched, how often, by whom."""

    watched = forms.ChoiceField(
        label=lazy("What is watched"), choices=[_CHOOSE, *MonitoringItem.Watched.choices]
    )
    scope = forms.CharField(
        label=lazy("Where, and for what"),
        help_text=lazy("Such as “Offers of the X200 housing on the three largest market places”."),
        max_length=300,
    )
    every = forms.ChoiceField(
        label=lazy("How often"),
        choices=MonitoringItem.Every.choices,
        initial=MonitoringItem.Every.MONTH,
    )
    importance = forms.TypedChoiceField(
        label=lazy("Importance"),
        help_text=lazy("What is more important weighs more in the score."),
        choices=MonitoringItem.Importance.choices,
        coerce=int,
        initial=MonitoringItem.Importance.USUAL,
    )
    by_whom = forms.CharField(
        label=lazy("By whom"),
        help_text=lazy("A person, a department, or a service you pay for."),
        required=False,
        max_length=120,
    )
    since = forms.DateField(
        label=lazy("Since"),
        help_text=lazy("The first check is due one round later."),
        widget=forms.DateInput,
    )


class ItemEditForm(ItemFields, BaseForm):
    """The plan changed."""

    active = forms.BooleanField(
        label=lazy("It is watched"),
        help_text=lazy("Not ticked: the plan ends; its checks stay on record."),
        required=False,
    )


class CheckForm(forms.Form):
    """Somebody has looked."""

    done_on = forms.DateField(label=lazy("Done on"), widget=forms.DateInput)
    finding = forms.ChoiceField(
        label=lazy("What was found"),
        choices=MonitoringCheck.Finding.choices,
        widget=forms.RadioSelect,
        initial=MonitoringCheck.Finding.NOTHING,
    )
    note = forms.CharField(
        label=lazy("Note"),
        help_text=lazy("What you looked at; where something is suspicious, what and where."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=10_000,
    )
    link = forms.CharField(
        label=lazy("Link"),
        help_text=lazy("The offer, the entry of the gazette, a picture of the page."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )


class SettleForm(forms.Form):
    """Why there was nothing in what looked suspicious."""

    reason = forms.CharField(
        label=lazy("Why it is no incident"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=10_000,
    )


class MonitoringFilter(forms.Form):
    """Which plans to list; lives in the address."""

    state = forms.ChoiceField(
        label=lazy("Show"),
        required=False,
        choices=[
            ("active", lazy("All that is watched")),
            ("overdue", lazy("Overdue")),
            ("soon", lazy("Due within two weeks")),
            ("suspicious", lazy("Suspicious, not followed up")),
            ("ended", lazy("Not watched any more")),
            ("all", lazy("All")),
        ],
    )
    q = forms.CharField(label=lazy("Where, by whom, vendor"), required=False, max_length=120)
    watched = forms.ChoiceField(
        label=lazy("What is watched"),
        required=False,
        choices=[("", lazy("Any")), *MonitoringItem.Watched.choices],
    )

    def filters(self) -> Filters:
        """What the address asks for; what cannot be read narrows nothing."""
        asked: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        return Filters(
            **{name: asked.get(name) or getattr(Filters(), name) for name in self.fields}
        )
