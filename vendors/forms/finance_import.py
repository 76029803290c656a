"""The forms that take in lists of statements, of exchange rates, and the price index."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.number_fields import DecimalField, IntegerField
from vendors import master_data
from vendors.forms.vendor import UnitForm
from vendors.imports.table import MOST_BYTES
from vendors.models import ExchangeRate
from vendors.services.imports import DEFAULT_SYSTEM
from vendors.services.rates import FIRST_YEAR

_ACCEPT = {"accept": ".csv,.txt,.tsv,.xlsx"}


def _small_enough(file: Any) -> Any:
    """The file, if it is not too large to read; only its size has been looked at."""
    if file.size > MOST_BYTES:
        raise forms.ValidationError(_("The file is larger than 10 MB. Split it into parts."))
    return file


class StatementImportForm(UnitForm):
    """A list of statements, of several vendors of a unit or of one."""

    file = forms.FileField(
        label=_("List of statements"),
        help_text=_("Excel (.xlsx) or CSV, up to 10 MB and 1,000 rows, with a row of headings."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs=_ACCEPT),
    )
    system = forms.CharField(
        label=_("System the vendor ids come from"),
        help_text=_("Used where the list has a column of ids and does not name the system."),
        initial=DEFAULT_SYSTEM,
        max_length=40,
        required=False,
    )

    def clean_file(self) -> Any:
        """A file that is not too large."""
        return _small_enough(self.cleaned_data["file"])

    def clean_system(self) -> str:
        """A key; the usual one when left empty."""
        try:
            return master_data.clean_system(self.cleaned_data["system"] or DEFAULT_SYSTEM)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class RateImportForm(forms.Form):
    """A list of rates."""

    file = forms.FileField(
        label=_("List of rates"),
        help_text=_("CSV or Excel (.xlsx), up to 10 MB and 20,000 rows, with a row of headings."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs=_ACCEPT),
    )
    base = forms.ChoiceField(
        label=_("Units of each currency per"),
        help_text=_("Used where the list has no column for it."),
        choices=[(code, code) for code in ExchangeRate.Base.values],
        initial="EUR",
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("Such as “European Central Bank, reference rates”."),
        max_length=120,
    )

    def clean_file(self) -> Any:
        """A file that is not too large."""
        return _small_enough(self.cleaned_data["file"])


class PriceIndexForm(forms.Form):
    """The price index of a year."""

    year = IntegerField(label=_("Year"), min_value=FIRST_YEAR)
    value = DecimalField(
        label=_("Index"), help_text=_("With 100 for 1968."), max_digits=9, decimal_places=3
    )
    source = forms.CharField(label=_("Source"), max_length=200)


class RateFilter(forms.Form):
    """Which rates to show."""

    currency = forms.ChoiceField(label=_("Currency"), required=False)
    base = forms.ChoiceField(
        label=_("Per"),
        choices=[("", _("EUR or USD")), *((code, code) for code in ExchangeRate.Base.values)],
        required=False,
    )

    def __init__(self, *args: Any, currencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["currency"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All")), *((code, code) for code in currencies)]
