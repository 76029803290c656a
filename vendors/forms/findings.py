"""The forms of findings: raising one, and each step until it is closed."""

from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.models import User
from accounts.number_fields import DecimalField
from accounts.permissions import Permission
from accounts.selectors import people_who
from vendors.finding_kinds import KINDS
from vendors.models import Engagement, Evidence, Finding

_WORDS = {"rows": 3}


#: How long ago (`vendors.selectors.findings.AGES`) -> words.
AGE_WORDS: Final = {
    "month": lazy("up to 30 days ago"),
    "quarter": lazy("31 to 90 days ago"),
    "half": lazy("91 to 180 days ago"),
    "year": lazy("181 to 365 days ago"),
    "older": lazy("over a year ago"),
}


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


class WordForm(VersionForm):
    """A step of which the vendor is told, where it sees the finding."""

    word = forms.CharField(
        label=lazy("What the vendor reads"),
        help_text=lazy("Stands on the vendor's page. Everything else you write here stays here."),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs=_WORDS),
    )


class ReasonForm(VersionForm):
    """A step that needs nothing but a reason."""

    reason = forms.CharField(
        label=lazy("Reason"), widget=forms.Textarea(attrs=_WORDS), max_length=4_000
    )


class ResolveForm(ReasonForm, WordForm):
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
    field_order = ("version", "upheld", "reason", "word")


class DoneForm(VersionForm):
    """It is said to be put right: what was done."""

    note = forms.CharField(
        label=lazy("What was done"), widget=forms.Textarea(attrs=_WORDS), max_length=4_000
    )


class VerifyForm(ReasonForm, WordForm):
    """Somebody else has looked."""

    holds = forms.TypedChoiceField(
        label=lazy("What have you seen?"),
        choices=[
            ("yes", lazy("It is put right: close the finding")),
            ("no", lazy("It is not: the finding goes on")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("version", "holds", "reason", "word")


class AcceptForm(ReasonForm):
    """The risk is borne until a day."""

    until = forms.DateField(
        label=lazy("Accepted until"),
        help_text=lazy("The day after, the finding is open again by itself."),
        widget=forms.DateInput,
    )
    field_order = ("version", "until", "reason")


class RespondForm(VersionForm):
    """What the vendor says, written down for them."""

    response = forms.CharField(
        label=lazy("What the vendor says"),
        widget=forms.Textarea(attrs=_WORDS),
        max_length=4_000,
    )
    done = forms.BooleanField(
        label=lazy("The vendor says that it is put right"),
        help_text=lazy("Somebody here has to see that it is so before it is closed."),
        required=False,
    )


class DocumentForm(forms.Form):
    """A document of the vendor: one that is on record, or a file."""

    evidence = forms.ModelChoiceField(
        label=lazy("A document that is on record"), queryset=Evidence.objects.none(), required=False
    )
    file = forms.FileField(
        label=lazy("Or a file"),
        help_text=lazy("It is kept with the documents of the vendor."),
        required=False,
    )
    title = forms.CharField(label=lazy("Title of the file"), required=False, max_length=200)

    def __init__(self, *args: Any, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Evidence]", self.fields["evidence"])
        field.queryset = documents
        field.empty_label = _("None of these")

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        if not self.errors and not (self.cleaned_data["evidence"] or self.cleaned_data["file"]):
            self.add_error("evidence", _("Choose a document, or a file."))
        return self.cleaned_data


class AssignForm(forms.Form):
    """Several findings at once: who sees to them, until when."""

    owner = forms.ModelChoiceField(
        label=lazy("Who sees to them"), queryset=User.objects.none(), required=False
    )
    due_on = forms.DateField(label=lazy("Until when"), widget=forms.DateInput, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        field.queryset = people
        field.empty_label = _("Leave as it is")


class RuleForm(forms.Form):
    """What raises findings in one tier."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    answer_risk = DecimalField(
        label=lazy("Answers of at least this risk"),
        help_text=lazy("Of 100; 0 is best. Left empty, no answer raises a finding."),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
    )
    knock_out = forms.BooleanField(label=lazy("Knock-outs that are set off"), required=False)
    missing_evidence = forms.BooleanField(
        label=lazy("Mandatory answers without the document they need"), required=False
    )


class FindingFilter(forms.Form):
    """The filters of the list of findings; their state lives in the address."""

    q = forms.CharField(label=lazy("Vendor or words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=lazy("Status"),
        required=False,
        choices=[
            ("", lazy("Open")),
            ("overdue", lazy("Overdue")),
            ("disputed", lazy("Disputed")),
            ("to_verify", lazy("To be verified")),
            ("accepted", lazy("Risk accepted")),
            ("closed", lazy("Closed")),
            ("all", lazy("Open and closed")),
        ],
    )
    severity = forms.ChoiceField(
        label=lazy("Severity"),
        required=False,
        choices=[("", lazy("Any")), *Finding.Severity.choices],
    )
    age = forms.ChoiceField(
        label=lazy("Raised"),
        required=False,
        choices=[("", lazy("Whenever")), *AGE_WORDS.items()],
    )
    kind = forms.ChoiceField(
        label=lazy("Kind"), required=False, choices=[("", lazy("Any")), *KINDS.items()]
    )
    owner = forms.ModelChoiceField(
        label=lazy("Who sees to it"), queryset=User.objects.none(), required=False
    )
    mine = forms.BooleanField(label=lazy("Mine only"), required=False)
    vendor = forms.UUIDField(required=False, widget=forms.HiddenInput)
    engagement = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        field.queryset = people
        field.empty_label = _("Anybody")


def _offer_people(field: Any, unit_id: UUID) -> None:
    people = cast("forms.ModelChoiceField[User]", field)
    people.queryset = people_who(Permission.VIEW, unit_id)
    people.empty_label = _("Choose …")
