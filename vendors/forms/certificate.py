"""The form of what a certificate says."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vendors.certificates import standards
from vendors.forms.findings import VersionForm
from vendors.intake import SERVICES
from vendors.models import Site


class CertificateForm(VersionForm):
    """Standard, level, scope and sites of a certificate; its dates are those of the document."""

    standard = forms.ChoiceField(label=_("Standard"))
    level = forms.ChoiceField(
        label=_("Level"),
        help_text=_("Assessment level of TISAX, or type of the SOC 2 report."),
        required=False,
    )
    number = forms.CharField(label=_("Number"), max_length=80, required=False)
    issuer = forms.CharField(
        label=_("Issued by"), help_text=_("The certification body or auditor."), max_length=160
    )
    scope = forms.CharField(
        label=_("Scope"),
        help_text=_("As it stands on the certificate."),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    services = forms.MultipleChoiceField(
        label=_("Kinds of service in its scope"),
        help_text=_("Read the scope and tick what it names. Others are not covered."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    covers = forms.MultipleChoiceField(
        label=_("Parts of the standard"),
        help_text=_("Labels of TISAX, criteria of SOC 2; none for other standards."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sites = forms.ModelMultipleChoiceField(
        label=_("Sites it covers"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = standards()
        levels = [level for one in known.values() for level in one.levels]
        self._offer(
            "standard", [(key, one.title) for key, one in known.items()], gettext("Choose …")
        )
        self._offer("level", [(one, one) for one in levels], gettext("None"))
        self._offer("services", [(str(key), gettext(words)) for key, words in SERVICES.items()])
        self._offer(
            "covers",
            [
                (key, f"{one.title}: {name}")
                for one in known.values()
                for key, name in one.covers.items()
            ],
        )
        cast("forms.ModelMultipleChoiceField[Site]", self.fields["sites"]).queryset = sites
        if not sites.exists():
            self.fields["sites"].help_text = gettext(
                "No site of this vendor is on record. Record its sites first."
            )

    def _offer(self, name: str, choices: list[tuple[str, str]], none: str = "") -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", none), *choices] if none else choices

    def values(self) -> dict[str, Any]:
        """What the service takes. Only after `is_valid()`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
