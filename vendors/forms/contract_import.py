"""The form of a list of contracts or policies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vendors import master_data
from vendors.forms.vendor import UnitForm
from vendors.imports.table import MOST_BYTES
from vendors.models import ContractImport
from vendors.services.imports import DEFAULT_SYSTEM


class ContractImportForm(UnitForm):
    """A list to be looked through."""

    kind = forms.ChoiceField(
        label=_("What is in the list?"),
        choices=ContractImport.Kind,
        widget=forms.RadioSelect,
        initial="contracts",
    )
    file = forms.FileField(
        label=_("List"),
        help_text=_("Excel (.xlsx) or CSV, up to 10 MB and 2,000 rows, with a row of headings."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
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
