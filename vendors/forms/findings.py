"""The forms of findings: raising one, and each step until it is closed."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import people_who
from vendors.finding_kinds import KINDS
from vendors.models import Engagement, Finding

_WORDS = {"rows": 3}


class VersionForm(forms.Form):
    """Base of the forms that change a row: carries the version that was looked at."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class FindingAddForm(forms.Form):
    """Something found wrong, raised by hand."""

    engagement = forms.ModelChoiceField(
        label=lazy("Engagement"),
        help_text=lazy("What it concerns; its business unit has the finding."),
        queryset=Engagement.objects.none(),
    )
    title = forms.CharField(
        label=lazy("What was found"),
        help_text=lazy("In a few words, such as “Drawings on an open share”."),
        max_length=200,
    )
    detail = forms.CharField(
        label=lazy("In detail"),
        help_text=lazy("Where, when, by whom, and what it may lead to."),
        required=False,
        widget=forms.Textarea(attrs=_WORDS),
        max_length=4_000,
    )
    severity = forms.ChoiceField(
        label=lazy("Severity"), choices=Finding.Severity.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, engagements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Engagement]", self.fields["engagement"])
        field.queryset = engagements
        field.empty_label = _("Choose …")


class PlanForm(VersionForm):
    """Remediation: what, who, until when."""

    remedy = forms.CharField(
        label=lazy("What is to be done"),
        widget=forms.Textarea(attrs=_WORDS),
        max_length=4_000,
    )
    owner = forms.ModelChoiceField(label=lazy("Who sees to it"), queryset=User.objects.none())
    due_on = forms.DateField(label=lazy("Until when"), widget=forms.DateInput)

    def __init__(self, *args: Any, unit_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self.fields["owner"], unit_id)


class CloseForm(VersionForm):
    """Why a finding is closed, and who has seen that it is put right."""

    reason = forms.CharField(
        label=lazy("Why it is closed"),
        help_text=lazy("What was done, or why nothing needs to be."),
        widget=forms.Textarea(attrs=_WORDS),
        max_length=4_000,
    )
    verified_by = forms.ModelChoiceField(
        label=lazy("Who has seen that it is put right"), queryset=User.objects.none()
    )

    def __init__(self, *args: Any, unit_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self.fields["verified_by"], unit_id)


class ReasonForm(VersionForm):
    """A step that needs nothing but a reason."""

    reason = forms.CharField(
        label=lazy("Reason"), widget=forms.Textarea(attrs=_WORDS), max_length=4_000
    )


class ResolveForm(ReasonForm):
    """A reviewer's decision on a dispute."""

    upheld = forms.TypedChoiceField(
        label=lazy("Decision"),
        choices=[
            ("yes", lazy("The finding stands")),
            ("no", lazy("The dispute is right: close the finding")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("version", "upheld", "reason")


class FindingFilter(forms.Form):
    """The filters of the list of findings; their state lives in the address."""

    q = forms.CharField(label=lazy("Vendor or words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=lazy("State"),
        required=False,
        choices=[
            ("", lazy("Open")),
            ("overdue", lazy("Overdue")),
            ("disputed", lazy("Disputed")),
            ("closed", lazy("Closed")),
            ("all", lazy("Open and closed")),
        ],
    )
    severity = forms.ChoiceField(
        label=lazy("Severity"),
        required=False,
        choices=[("", lazy("Any")), *Finding.Severity.choices],
    )
    kind = forms.ChoiceField(
        label=lazy("Kind"), required=False, choices=[("", lazy("Any")), *KINDS.items()]
    )
    mine = forms.BooleanField(label=lazy("Mine only"), required=False)
    vendor = forms.UUIDField(required=False, widget=forms.HiddenInput)


def _offer_people(field: Any, unit_id: UUID) -> None:
    people = cast("forms.ModelChoiceField[User]", field)
    people.queryset = people_who(Permission.VIEW, unit_id)
    people.empty_label = _("Choose …")
