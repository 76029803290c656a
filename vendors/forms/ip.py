"""The forms of IP schedules: assets with their registrations, disclosures."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vendors.forms.findings import VersionForm
from vendors.forms.vendor import country_choices
from vendors.imports.table import MOST_BYTES
from vendors.intake import IP_KINDS
from vendors.models import Disclosure, IpAsset, IpRegistration, Site, Subcontract
from vendors.services.ip_assets import MOST_REGISTRATIONS
from vendors.territories import REGIONS

#: Empty registrations after those that are filled.
SPARE: Final = 2
REGISTRATIONS: Final = "r"
_TEXT: Final = {"rows": 3}


def kind_choices() -> list[tuple[str, Any]]:
    """The kinds of intellectual property in the reader's language."""
    return [(str(key), gettext(label)) for key, label in IP_KINDS.items()]


def territory_choices() -> list[tuple[Any, Any]]:
    """Regions with a register of their own, and all countries."""
    regions = [(code, gettext(label)) for code, label in REGIONS.items()]
    _blank, *countries = country_choices("")
    return [
        ("", gettext("Choose …")),
        (gettext("Regions"), regions),
        (gettext("Countries"), countries),
    ]


class AssetForm(forms.Form):
    """What is entrusted."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("What colleagues will recognise it by, such as “Hinge with two stops”."),
        max_length=200,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        help_text=_("Inventions, designs and brands are protected by being registered."),
    )
    right = forms.ChoiceField(label=_("Type of right"), required=False)
    owner_entity = forms.CharField(
        label=_("Owned by"),
        help_text=_("Which of our companies, or which licensor, holds the right."),
        required=False,
        max_length=200,
    )
    reference = forms.CharField(
        label=_("Our reference"),
        help_text=_("Our own file number. Imports find the asset by it."),
        required=False,
        max_length=80,
    )
    unregistered_because = forms.CharField(
        label=_("Why it is not to be registered"),
        help_text=_(
            "Only where the kind could be registered and you decided against it. With a reason "
            "here, no registration is missed."
        ),
        required=False,
        max_length=300,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs=_TEXT)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, right = (cast("forms.ChoiceField", self.fields[name]) for name in ("kind", "right"))
        kind.choices = [("", gettext("Choose …")), *kind_choices()]
        right.choices = [("", gettext("None, or not known")), *IpAsset.Right.choices]


class AssetEditForm(AssetForm, VersionForm):
    """A changed asset."""


class RegistrationForm(forms.Form):
    """One entry in a register; a row in which nothing is said is left out."""

    territory = forms.ChoiceField(label=_("Country or region"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Choose …")), *IpRegistration.Status.choices],
    )
    number = forms.CharField(label=_("Number"), required=False, max_length=60)
    filed_on = forms.DateField(label=_("Applied for on"), required=False, widget=forms.DateInput)
    granted_on = forms.DateField(label=_("Registered on"), required=False, widget=forms.DateInput)
    expires_on = forms.DateField(label=_("Expires on"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["territory"]).choices = territory_choices()


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[RegistrationForm]
else:
    # Generic for the type checker only.
    _FormSet = forms.BaseFormSet


class _Registrations(_FormSet):
    """All registrations of an asset."""

    def filled(self) -> list[tuple[int, dict[str, Any]]]:
        """(index of the row, values) of every row in which something was said."""
        return [
            (index, form.cleaned_data)
            for index, form in enumerate(self.forms)
            if any(form.cleaned_data.values())
        ]


def registrations_formset(
    data: Any = None, *, rows: Iterable[Mapping[str, Any]] = (), spare: int = SPARE
) -> Any:
    """The formset, bound to `data`, or showing `rows` and some empty ones."""
    made = forms.formset_factory(
        RegistrationForm,
        formset=_Registrations,
        extra=spare,
        max_num=MOST_REGISTRATIONS,
        absolute_max=MOST_REGISTRATIONS + 10,
    )
    if data is not None:
        return made(data, prefix=REGISTRATIONS)
    return made(initial=list(rows), prefix=REGISTRATIONS)


class AttachForm(forms.Form):
    """An asset that the unit has on record already."""

    asset = forms.ModelChoiceField(label=_("Asset"), queryset=IpAsset.objects.none())

    def __init__(self, *args: Any, assets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[IpAsset]", self.fields["asset"])
        field.queryset = assets
        field.empty_label = gettext("Choose …")


class DisclosureForm(forms.Form):
    """What went to whom, and what became of it."""

    what = forms.CharField(
        label=_("What was disclosed"),
        help_text=_("Such as “Drawings 4711 to 4720, revision C”."),
        max_length=300,
    )
    assets = forms.MultipleChoiceField(
        label=_("Which assets it concerns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    disclosed_on = forms.DateField(label=_("When"), widget=forms.DateInput)
    how = forms.ChoiceField(label=_("How"))
    to_kind = forms.ChoiceField(
        label=_("To whom"), choices=Disclosure.To.choices, widget=forms.RadioSelect
    )
    to_name = forms.CharField(
        label=_("Name"),
        help_text=_("Of the person, or of the department or company."),
        required=False,
        max_length=200,
    )
    site = forms.ChoiceField(label=_("Site"), required=False)
    subcontract = forms.ChoiceField(label=_("Subcontractor"), required=False)
    marked = forms.ChoiceField(
        label=_("Marked as confidential"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not known"))],
        required=False,
        widget=forms.RadioSelect,
    )
    return_by = forms.DateField(
        label=_("To be returned or destroyed by"),
        help_text=_("Left empty: when the engagement ends."),
        required=False,
        widget=forms.DateInput,
    )
    outcome = forms.ChoiceField(
        label=_("What became of it"), choices=Disclosure.Outcome.choices, initial="held"
    )
    settled_on = forms.DateField(
        label=_("Returned or destroyed on"), required=False, widget=forms.DateInput
    )
    certificate = forms.CharField(
        label=_("Certificate"),
        help_text=_("Its number, or where it is filed."),
        required=False,
        max_length=120,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs=_TEXT)
    )

    def __init__(
        self,
        *args: Any,
        assets: Iterable[IpAsset],
        sites: Iterable[Site],
        subcontracts: Iterable[Subcontract],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        nothing = ("", gettext("None"))
        self._offer("assets", [(str(one.pk), one.name) for one in assets])
        self._offer(
            "site",
            [
                nothing,
                *((str(one.pk), f"{one.name} ({one.country.code})") for one in sites),
            ],
        )
        self._offer(
            "subcontract",
            [
                nothing,
                *(
                    (str(one.pk), f"{one.subcontractor.name}: {one.service}")
                    for one in subcontracts
                ),
            ],
        )
        self._offer("how", [("", gettext("Choose …")), *Disclosure.How.choices])
        if not cast("forms.MultipleChoiceField", self.fields["assets"]).choices:
            del self.fields["assets"]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def values(self) -> dict[str, Any]:
        """Every field as the service takes it, without the assets."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"assets", "version"}
        }
        return {
            **said,
            "site": said["site"] or None,
            "subcontract": said["subcontract"] or None,
            "marked": {"yes": True, "no": False}.get(said["marked"]),
        }


class DisclosureEditForm(DisclosureForm, VersionForm):
    """A changed disclosure."""


class SettleForm(VersionForm):
    """It was returned or destroyed."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (str(one.value), one.label)
            for one in (Disclosure.Outcome.RETURNED, Disclosure.Outcome.DESTROYED)
        ],
        widget=forms.RadioSelect,
    )
    settled_on = forms.DateField(label=_("On which day"), widget=forms.DateInput)
    certificate = forms.CharField(
        label=_("Certificate"),
        help_text=_(
            "Its number, or where it is filed. Without one, destruction counts as half proved."
        ),
        required=False,
        max_length=120,
    )


class ScheduleFileForm(forms.Form):
    """A schedule to be looked through."""

    file = forms.FileField(
        label=_("The schedule"),
        help_text=_("CSV or Excel, up to 10 MB and 2,000 rows, with a row of headings."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )

    def clean_file(self) -> Any:
        """A file that is not too large to read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 10 MB. Split it."))
        return file
