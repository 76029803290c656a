"""Forms of requests for suppliers."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import people_who
from assessments.models import SupplierRequest
from vendors.forms.engagement import PREFIX, folded, intake_field
from vendors.forms.vendor import UnitForm, country_choices
from vendors.intake import SERVICES, IntakeInvalid, intake, validate_intake


class RequestForm(UnitForm):
    """What is needed, from whom, and what would be entrusted."""

    title = forms.CharField(
        label=_("What do you need?"),
        help_text=_("Such as “Housings for the X200” or “Payroll software”."),
        max_length=160,
    )
    description = forms.CharField(
        label=_("What would the supplier do?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    vendor_name = forms.CharField(
        label=_("Supplier"),
        help_text=_("Its full name, with the legal form if you know it."),
        max_length=200,
    )
    country = forms.ChoiceField(label=_("Country of the supplier"), required=False)
    service = forms.ChoiceField(label=_("Kind of service"))
    needed_by = forms.DateField(
        label=_("Needed by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services, places = self.fields["service"], self.fields["country"]
        if isinstance(services, forms.ChoiceField) and isinstance(places, forms.ChoiceField):
            named = [(str(key), gettext(label)) for key, label in SERVICES.items()]
            services.choices = [("", gettext("Choose …")), *named]
            places.choices = country_choices(gettext("Not known yet"))
        for question in intake().questions:
            self.fields[PREFIX + question.key] = intake_field(question)

    def clean(self) -> dict[str, Any]:
        """The intake answers checked against each other, as the services check them."""
        answers = {
            question.key: self.cleaned_data.get(PREFIX + question.key)
            for question in intake().questions
        }
        try:
            validate_intake(answers)
        except IntakeInvalid as refused:
            for key, text in refused.errors.items():
                self.add_error(PREFIX + key, text)
        return self.cleaned_data

    def intake_fields(self) -> list[BoundField]:
        """The intake questions, in the order of the file."""
        return [self[PREFIX + question.key] for question in intake().questions]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        kept = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"unit", "version"}
        }
        return folded(kept)


def initial_of(request: SupplierRequest) -> dict[str, Any]:
    """A request as the form shows it."""
    answers = request.intake
    return {
        "title": request.title,
        "description": request.description,
        "vendor_name": request.vendor_name,
        "country": request.country.code or "",
        "service": request.service,
        "needed_by": request.needed_by,
        "unit": str(request.unit_id),
        "version": request.version,
        **{PREFIX + key: value for key, value in answers.items()},
    }


class TriageForm(forms.Form):
    """How much due diligence a request needs."""

    depth = forms.ChoiceField(
        label=_("How much due diligence?"),
        choices=SupplierRequest.Depth,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed where it is less than suggested."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class StartForm(forms.Form):
    """Which vendor it is, who fills in the assessment, and until when."""

    vendor = forms.ChoiceField(
        label=_("Which vendor is it?"), widget=forms.RadioSelect, required=False
    )
    assigned_to = forms.ModelChoiceField(
        label=_("Who fills it in"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Whoever sees to answering"),
    )
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, request: SupplierRequest, vendors: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["vendor"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [
                *vendors,
                ("", gettext("None of these: add “%(name)s”") % {"name": request.vendor_name}),
            ]
        if not vendors:
            del self.fields["vendor"]
        if request.depth == SupplierRequest.Depth.NONE:
            del self.fields["assigned_to"], self.fields["due_on"]
        else:
            people = self.fields["assigned_to"]
            if isinstance(people, forms.ModelChoiceField):
                people.queryset = people_who(Permission.ANSWER, request.unit_id)


class RequestFilter(forms.Form):
    """The filters of the list of requests; their state lives in the address."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any")), ("waiting", _("Waiting")), *SupplierRequest.Status.choices],
    )
    whose = forms.ChoiceField(
        label=_("Asked by"),
        required=False,
        choices=[("", _("Anyone")), ("me", _("Me"))],
    )
