"""The forms of vendors, of their ids and units, and of imports."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core import signing
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import BusinessUnit
from vendors import master_data
from vendors.currencies import CODES, COMMON
from vendors.imports.table import MOST_BYTES
from vendors.services.imports import DEFAULT_SYSTEM

_BASE_SALT: Final = "vendors.base"

Choices = list[tuple[Any, Any]]


def country_choices(empty: Any) -> Choices:
    """All countries by their names in the reader's language, after `empty`."""
    return [("", empty), *((code, str(name)) for code, name in countries)]


def currency_choices(empty: Any = None) -> Choices:
    """Codes of money, those met most first."""
    rest = sorted(CODES - set(COMMON))
    groups: Choices = [
        (_("Often used"), [(code, code) for code in COMMON]),
        (_("All"), [(code, code) for code in rest]),
    ]
    return groups if empty is None else [("", empty), *groups]


class UnitChoice(forms.ChoiceField):
    """One of the business units offered; cleaned to the unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Business unit"), **kwargs})
        self.units: dict[str, BusinessUnit] = {}

    def offer(self, units: Iterable[BusinessUnit]) -> None:
        """Fill in what may be chosen."""
        self.units = {str(unit.pk): unit for unit in units}
        self.choices = [(key, unit.name) for key, unit in self.units.items()]

    def clean(self, value: Any) -> Any:
        """The unit."""
        return self.units.get(super().clean(value))


class UnitForm(forms.Form):
    """Base of the forms that need a business unit; a single one is not asked for."""

    unit = UnitChoice()

    def __init__(
        self,
        *args: Any,
        units: Iterable[BusinessUnit],
        working: BusinessUnit | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, UnitChoice):
            field.offer(units)
            if len(field.units) == 1:
                field.initial = next(iter(field.units))
                field.widget = forms.HiddenInput()
            elif working is not None:
                field.initial = str(working.pk)


class BaseForm(forms.Form):
    """Base of the forms that change a row: carries what the row held when it was opened."""

    base = forms.CharField(widget=forms.HiddenInput)

    @staticmethod
    def pack(version: int, values: Mapping[str, Any]) -> str:
        """What goes into the hidden field."""
        return signing.dumps([version, dict(values)], salt=_BASE_SALT, compress=True)

    def opened(self) -> tuple[int, dict[str, Any]]:
        """(version, field -> value) as the person saw them."""
        version, values = self.cleaned_data["base"]
        return version, values

    def clean_base(self) -> Any:
        """The values, if nobody has written into the hidden field."""
        try:
            return signing.loads(self.cleaned_data["base"], salt=_BASE_SALT)
        except signing.BadSignature as error:
            raise forms.ValidationError(_("This page is out of date. Open it again.")) from error


class VendorFields(forms.Form):
    """Master data."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As it stands in the register, with its legal form."),
        max_length=master_data.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        help_text=_("Where the company is registered."),
        required=False,
    )
    registration_number = forms.CharField(
        label=_("Registration number"),
        help_text=_("The number in the company register; with the court, where there are several."),
        required=False,
        max_length=60,
    )
    lei = forms.CharField(
        label=_("LEI"),
        help_text=_("Legal Entity Identifier, 20 letters and digits."),
        required=False,
        max_length=30,
    )
    vat_number = forms.CharField(
        label=_("VAT number"),
        help_text=_("With the letters of the country where it has them, like DE136695976."),
        required=False,
        max_length=30,
    )
    city = forms.CharField(label=_("City"), required=False, max_length=120)
    website = forms.CharField(
        label=_("Website"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), help_text=_("In which the vendor invoices."), required=False
    )

    FIELDS: ClassVar[tuple[str, ...]] = tuple(master_data.CLEANERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country, currency = self.fields["country"], self.fields["currency"]
        if isinstance(country, forms.ChoiceField) and isinstance(currency, forms.ChoiceField):
            country.choices = country_choices(_("Not known"))
            currency.choices = currency_choices(_("Not known"))

    def clean(self) -> dict[str, Any]:
        """Every value tidied as the services keep it."""
        for name in self.FIELDS:
            if name not in self.cleaned_data:
                continue
            try:
                self.cleaned_data[name] = master_data.CLEANERS[name](self.cleaned_data[name])
            except ValueError as error:
                self.add_error(name, str(error))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The master data alone; every value is text."""
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class VendorAddForm(VendorFields, UnitForm):
    """A new vendor, for one unit."""

    category = forms.CharField(
        label=_("Category"),
        help_text=_("What your unit files it under, such as “Injection moulding”."),
        required=False,
        max_length=60,
    )
    # Which lookalikes the person has been shown; see the view.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class VendorEditForm(VendorFields, BaseForm):
    """Changed master data."""


class ExternalIdForm(forms.Form):
    """An id in another system."""

    system = forms.CharField(
        label=_("System"),
        help_text=_("Its short name and client, such as “sap-100”."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    value = forms.CharField(
        label=_("Id"),
        help_text=_("Zeros in front of a number do not matter."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LinkForm(UnitForm):
    """A further unit that works with the vendor."""

    category = forms.CharField(label=_("Category"), required=False, max_length=60)


class ImportForm(UnitForm):
    """A list to be looked through."""

    file = forms.FileField(
        label=_("List of vendors"),
        help_text=_(
            "CSV (comma, semicolon or tab) or Excel, up to 10 MB and 20,000 rows, with a row of "
            "headings."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )
    system = forms.CharField(
        label=_("System the vendor ids come from"),
        help_text=_("Used where the list has a column of ids and does not name the system."),
        initial=DEFAULT_SYSTEM,
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
            return master_data.clean_system(self.cleaned_data["system"] or DEFAULT_SYSTEM)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def language() -> str:
    """The language of the page."""
    return get_language() or "en"
