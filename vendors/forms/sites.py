"""The forms of sites and their audits."""

from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vendors.forms.findings import VersionForm
from vendors.forms.vendor import UnitForm, country_choices
from vendors.models import Engagement, Finding, Site, SiteAudit

_TEXT: Final = {"rows": 3}


class SiteForm(forms.Form):
    """A place of a vendor."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("What the vendor calls it, such as “Works 2”."),
        max_length=160,
    )
    activity = forms.ChoiceField(
        label=_("What is done there"), choices=[("", _("Choose …")), *Site.Activity.choices]
    )
    country = forms.ChoiceField(label=_("Country"))
    city = forms.CharField(label=_("City"), required=False, max_length=120)
    address = forms.CharField(
        label=_("Address"), required=False, max_length=2000, widget=forms.Textarea(attrs=_TEXT)
    )
    owned_by = forms.CharField(
        label=_("Owned by"),
        help_text=_("Where that is not the vendor itself."),
        required=False,
        max_length=200,
    )
    engagements = forms.MultipleChoiceField(
        label=_("Engagements that use it"),
        help_text=_("Its country then counts as one in which their work is done."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs=_TEXT)
    )

    def __init__(self, *args: Any, engagements: Iterable[Engagement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["country"]).choices = country_choices(
            gettext("Choose …")
        )
        offered = [(str(one.pk), one.title) for one in engagements]
        cast("forms.MultipleChoiceField", self.fields["engagements"]).choices = offered
        if not offered:
            del self.fields["engagements"]

    def values(self) -> dict[str, Any]:
        """What the service takes, without the engagements."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"engagements", "version"}
        }


class SiteEditForm(SiteForm, VersionForm):
    """A changed site."""


class CloseSiteForm(VersionForm):
    """The vendor has left the place."""

    closed_on = forms.DateField(label=_("Left on"), widget=forms.DateInput)


class AuditForm(forms.Form):
    """Somebody has been there and looked."""

    audited_on = forms.DateField(label=_("Audited on"), widget=forms.DateInput)
    auditor = forms.CharField(
        label=_("By whom"), help_text=_("The person or the firm."), max_length=200
    )
    scope = forms.CharField(
        label=_("Standard or scope"),
        help_text=_("Such as “ISO 27001” or “storage of moulds, visitors, scrap”."),
        max_length=200,
    )
    result = forms.ChoiceField(
        label=_("Result"), choices=SiteAudit.Result.choices, widget=forms.RadioSelect
    )
    next_due = forms.DateField(label=_("Next audit due"), required=False, widget=forms.DateInput)
    note = forms.CharField(
        label=_("Summary"), required=False, max_length=2000, widget=forms.Textarea(attrs=_TEXT)
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("audited_on", "auditor", "scope", "result", "next_due", "note")
        return {name: self.cleaned_data[name] for name in names}


class AuditAddForm(AuditForm, UnitForm):
    """A new audit, with what it found wrong."""

    found = forms.CharField(
        label=_("What it found wrong"),
        help_text=_("One finding a line. Each is raised as a finding with the severity below."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    severity = forms.ChoiceField(
        label=_("Severity of these findings"),
        choices=Finding.Severity.choices,
        initial="moderate",
        widget=forms.RadioSelect,
    )

    def findings(self) -> list[tuple[str, str]]:
        """(title, severity) of each line."""
        lines = self.cleaned_data["found"].splitlines()
        return [(line.strip(), self.cleaned_data["severity"]) for line in lines if line.strip()]


class AuditEditForm(AuditForm, VersionForm):
    """An audit put right."""
