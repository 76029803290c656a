"""The forms that take in questionnaires and answers as files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.exchange.book import MOST_BYTES, too_large


def _small_enough(file: Any) -> Any:
    """The file, if it is not too large to read; only its size has been looked at."""
    if file.size > MOST_BYTES:
        raise forms.ValidationError(too_large())
    return file


class QuestionnaireFileForm(forms.Form):
    """A questionnaire, in our layout or another."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("YAML, or a workbook (.xlsx, .xls, .ods) or CSV list, up to 20 MB."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.json,.xlsx,.xls,.ods,.csv"}),
    )

    def clean_file(self) -> Any:
        """A file that is not too large."""
        return _small_enough(self.cleaned_data["file"])


class AnswerFileForm(forms.Form):
    """A workbook with answers."""

    file = forms.FileField(
        label=_("Filled-in workbook"),
        help_text=_("The workbook you downloaded (.xlsx), up to 20 MB."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods"}),
    )

    def clean_file(self) -> Any:
        """A file that is not too large."""
        return _small_enough(self.cleaned_data["file"])
