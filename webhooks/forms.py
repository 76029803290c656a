"""The forms of webhook endpoints and of their messages."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from webhooks.models import TEST, Delivery
from webhooks.words import Words


class EndpointForm(forms.Form):
    """An endpoint of a client: its address and what it is told."""

    url = forms.CharField(
        label=_("Address"),
        widget=forms.URLInput,
        help_text=_("Where the receiver listens, beginning with https://."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=200,
        help_text=_("What the receiver does with it, to tell it from others."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("What it is told"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=_("Choose nothing to be told everything, also what is added later."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._words = words
        types = self.fields["event_types"]
        if isinstance(types, forms.MultipleChoiceField):
            types.choices = [one for told in words.values() for one in told.items()]

    def groups(self) -> Iterator[tuple[str | Promise, list[Any], bool]]:
        """The boxes of each group of types, and whether one of them is ticked."""
        boxes = {one.data["value"]: one for one in self["event_types"].subwidgets}
        for group, told in self._words.items():
            found = [boxes[name] for name in told]
            yield group, found, any(box.data["selected"] for box in found)

    def values(self) -> dict[str, Any]:
        """Keyword arguments of the services `add` and `change`. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in ("url", "description", "event_types")}


class NewEndpointForm(EndpointForm):
    """A new endpoint: also whose it is."""

    client = forms.ChoiceField(
        label=_("API client"),
        help_text=_("Its scopes and business units decide what may be told at all."),
    )

    field_order = ("client",)

    def __init__(self, *args: Any, clients: Iterable[ApiClient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients = {str(client.public_id): client for client in clients}
        field = self.fields["client"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("Choose a client")),
                *((key, client.name) for key, client in self._clients.items()),
            ]

    def values(self) -> dict[str, Any]:
        """With the client."""
        return {**super().values(), "client": self._clients[self.cleaned_data["client"]]}


class RotateSecretForm(forms.Form):
    """How long the old secret goes on signing."""

    overlap_hours = forms.TypedChoiceField(
        label=_("The old secret signs too for"),
        coerce=int,
        initial="24",
        choices=[
            ("0", _("no longer: end it now")),
            ("24", _("1 more day")),
            ("168", _("7 more days")),
            ("720", _("30 more days")),
        ],
    )

    def overlap(self) -> timedelta:
        """The time to change over. Only after `is_valid()`."""
        return timedelta(hours=self.cleaned_data["overlap_hours"])


class DeliveryFilter(forms.Form):
    """Which messages to list; lives in the address."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), *Delivery.State.choices]
    )
    type = forms.ChoiceField(label=_("What happened"), required=False)

    def __init__(self, *args: Any, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["type"]
        if isinstance(field, forms.ChoiceField):
            groups = [(group, list(told.items())) for group, told in words.items()]
            field.choices = [("", _("Anything")), *groups, (TEST, _("Test messages"))]


class RedeliverForm(forms.Form):
    """Since when messages were given up that are sent once more."""

    hours = forms.TypedChoiceField(
        label=_("Given up in the last"),
        coerce=int,
        initial="24",
        choices=[
            ("1", _("hour")),
            ("24", _("24 hours")),
            ("168", _("7 days")),
            ("720", _("30 days")),
        ],
    )
