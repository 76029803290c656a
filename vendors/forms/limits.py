"""The forms of limiting an engagement, and of legal holds."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, User
from vendors.forms.vendor import Choices


def _named(people: Iterable[User]) -> Choices:
    return [(str(one.pk), f"{one.name} ({one.email})" if one.name else one.email) for one in people]


class LimitForm(forms.Form):
    """Who may know of an engagement."""

    users = forms.MultipleChoiceField(
        label=_("People"),
        help_text=_("Those who see this business unit. Whoever is not named finds nothing of it."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one person.")},
    )
    clients = forms.MultipleChoiceField(
        label=_("Programs"),
        help_text=_("Other systems that may go on reading it."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self, *args: Any, people: Iterable[User], programs: Iterable[ApiClient], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        users, clients = self.fields["users"], self.fields["clients"]
        if isinstance(users, forms.MultipleChoiceField):
            users.choices = _named(people)
        if isinstance(clients, forms.MultipleChoiceField):
            clients.choices = [(str(one.public_id), one.name) for one in programs]
            if not clients.choices:
                del self.fields["clients"]

    def named(self) -> tuple[set[UUID], set[UUID]]:
        """(ids of people, public ids of programs)."""
        given = self.cleaned_data
        return {UUID(pk) for pk in given["users"]}, {UUID(pk) for pk in given.get("clients", ())}


class ReasonForm(forms.Form):
    """Why something is done; kept beside the record."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PersonForm(forms.Form):
    """One more person."""

    user = forms.ChoiceField(label=_("Person"))

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _named(people)


class HoldForm(forms.Form):
    """What is held, and why."""

    what = forms.ChoiceField(
        label=_("What is held"),
        help_text=_("While the hold stands, nothing of it is erased."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Such as the number of the proceedings. Legal reviewers read it."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
