"""The forms of subcontracts: who takes part in a vendor's work, and what goes along."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vendors import master_data
from vendors.forms.vendor import BaseForm, UnitForm, country_choices
from vendors.imports.table import MOST_BYTES
from vendors.intake import IP_KINDS
from vendors.models import Engagement, Site

YES, NO, UNKNOWN = "yes", "no", ""
_ANSWERS: Final = {YES: True, NO: False, UNKNOWN: None}


class EngagementChoice(forms.ChoiceField):
    """One of the vendor's engagements, or all it does; cleaned to the engagement or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("For which engagement"), "required": False, **kwargs})
        self.engagements: dict[str, Engagement] = {}

    def offer(self, engagements: Iterable[Engagement], *, everything: bool) -> None:
        """Fill in what may be chosen. `everything`: also that it serves all the vendor does."""
        self.engagements = {str(one.pk): one for one in engagements}
        named = [(key, f"{one.title} ({one.unit.name})") for key, one in self.engagements.items()]
        self.choices = [("", _("For all that the vendor does")), *named] if everything else named

    def clean(self, value: Any) -> Any:
        """The engagement."""
        return self.engagements.get(super().clean(value))


class SubcontractFields(forms.Form):
    """What is recorded of a subcontract."""

    service = forms.CharField(
        label=_("What it does"),
        help_text=_("Such as “Galvanising of housings” or “Hosting of the test system”."),
        max_length=200,
    )
    engagement = EngagementChoice()
    ip_kinds = forms.MultipleChoiceField(
        label=_("What of ours reaches it"),
        help_text=_("Nothing chosen means: nothing of ours reaches it."),
        choices=[(key, _(words)) for key, words in IP_KINDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    flowed_down = forms.ChoiceField(
        label=_("Are the obligations of our contract passed on in writing?"),
        choices=[(YES, _("Yes")), (NO, _("No")), (UNKNOWN, _("Not known"))],
        required=False,
        widget=forms.RadioSelect,
    )
    approved_on = forms.DateField(
        label=_("Approved by us on"),
        help_text=_("Leave empty while we have not approved it."),
        required=False,
        widget=forms.DateInput,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    # The kinds of IP of which the person was told that they do not reach the vendor above.
    told = forms.CharField(widget=forms.HiddenInput, required=False)

    FIELDS: Final[tuple[str, ...]] = (
        "service",
        "engagement",
        "ip_kinds",
        "flowed_down",
        "approved_on",
        "note",
    )

    def __init__(
        self, *args: Any, engagements: Sequence[Engagement], everything: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["engagement"]
        if isinstance(field, EngagementChoice):
            field.offer(engagements, everything=everything)

    def values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        values = {name: self.cleaned_data[name] for name in self.FIELDS}
        return {**values, "flowed_down": _ANSWERS[values["flowed_down"]]}


class SubcontractAddForm(SubcontractFields):
    """A company and what it does; one that is known is chosen where it is found to be alike."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As it stands in the register, with its legal form."),
        max_length=master_data.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    registration_number = forms.CharField(
        label=_("Registration number"), required=False, max_length=60
    )
    lei = forms.CharField(
        label=_("LEI"),
        help_text=_("Legal Entity Identifier, 20 letters and digits."),
        required=False,
        max_length=30,
    )
    website = forms.CharField(
        label=_("Website"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    # Which lookalikes the person has been shown, as in the form of a vendor.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    COMPANY: Final[tuple[str, ...]] = ("name", "country", "registration_number", "lei", "website")
    field_order = COMPANY

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        if isinstance(country, forms.ChoiceField):
            country.choices = country_choices(_("Not known"))

    def clean(self) -> dict[str, Any]:
        """Every value of the company tidied as the services keep it."""
        for name in self.COMPANY:
            if name in self.cleaned_data:
                try:
                    cleaned = master_data.CLEANERS[name](self.cleaned_data[name])
                except ValueError as error:
                    self.add_error(name, str(error))
                else:
                    self.cleaned_data[name] = cleaned
        return self.cleaned_data

    def company(self) -> dict[str, str]:
        """The company as it was described."""
        return {name: self.cleaned_data[name] for name in self.COMPANY}


class SubcontractEditForm(SubcontractFields, BaseForm):
    """A changed subcontract, with the sites of the subcontractor that take part."""

    sites = forms.MultipleChoiceField(
        label=_("Where it is done"),
        help_text=_("Sites of the subcontractor that are on record."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    site_name = forms.CharField(
        label=_("Another site"),
        help_text=_("Its name, such as “Works 2”. It is recorded with the subcontractor."),
        required=False,
        max_length=160,
    )
    site_country = forms.ChoiceField(label=_("Country of that site"), required=False)
    site_activity = forms.ChoiceField(
        label=_("What is done there"), choices=Site.Activity.choices, required=False
    )

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["site_country"]
        if isinstance(country, forms.ChoiceField):
            country.choices = country_choices(_("Choose a country"))
        self._sites = {str(site.pk): site for site in sites}
        field = self.fields["sites"]
        if not self._sites:
            del self.fields["sites"]
        elif isinstance(field, forms.MultipleChoiceField):
            field.choices = [(key, str(site)) for key, site in self._sites.items()]

    def values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        values = super().values()
        if "sites" in self.fields:
            values["sites"] = [self._sites[key] for key in self.cleaned_data["sites"]]
        return values

    def clean(self) -> dict[str, Any]:
        """A further site needs to say in which country it is."""
        values = super().clean() or self.cleaned_data
        if values.get("site_name") and not values.get("site_country"):
            self.add_error("site_country", _("Choose a country."))
        return values

    def new_site(self) -> dict[str, str] | None:
        """The site to be recorded with the subcontractor, if one is described."""
        if not self.cleaned_data["site_name"]:
            return None
        return {
            "name": self.cleaned_data["site_name"],
            "country": self.cleaned_data["site_country"],
            "activity": self.cleaned_data["site_activity"] or Site.Activity.PRODUCTION.value,
        }

    def comparable(self) -> dict[str, Any]:
        """The values in the shape of what the hidden field holds: as they are sent."""
        sent = {name: self.cleaned_data[name] for name in self.FIELDS}
        engagement, day = sent["engagement"], sent["approved_on"]
        sent |= {
            "engagement": str(engagement.pk) if engagement else "",
            "approved_on": day.isoformat() if day else "",
            "note": sent["note"].strip(),
            "service": master_data.tidy(sent["service"]),
            "ip_kinds": [kind for kind in IP_KINDS if kind in sent["ip_kinds"]],
        }
        if "sites" in self.fields:
            sent["sites"] = sorted(self.cleaned_data["sites"])
        return sent


def as_sent(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What the service stores, as the form sends it."""
    answer = next(key for key, said in _ANSWERS.items() if said is stored["flowed_down"])
    return {**stored, "flowed_down": answer}


class FourthPartyFilter(forms.Form):
    """Which fourth parties to list; lives in the address."""

    q = forms.CharField(label=_("Name"), required=False, max_length=120)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        if isinstance(country, forms.ChoiceField):
            country.choices = country_choices(_("Any"))


class SubcontractImportForm(UnitForm):
    """A list of subcontractors to be looked through."""

    file = forms.FileField(
        label=_("List of subcontractors"),
        help_text=_(
            "CSV (comma, semicolon or tab) or Excel, up to 10 MB and 1,000 rows, with a row of "
            "headings."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )
    system = forms.CharField(
        label=_("System the vendor ids come from"),
        help_text=_("Used where the list has a column of ids and does not name the system."),
        initial="erp",
        max_length=40,
        required=False,
    )

    def clean_file(self) -> Any:
        """A file that is not too large to read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it into parts."))
        return file

    def clean_system(self) -> str:
        """A key; the usual one when left empty."""
        try:
            return master_data.clean_system(self.cleaned_data["system"] or "erp")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
