"""The forms that take in questionnaires and answers as files."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assessments.exchange.book import MOST_BYTES, too_large
from assessments.models import Questionnaire

#: A request with a file, and what is around it.
MOST_REQUEST: Final = MOST_BYTES + 900_000
#: A foreign questionnaire may have thousands of questions, each with a box to tick.
MOST_ROWS: Final = 10_000


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


class FilledWorkbookForm(forms.Form):
    """A workbook of another layout that a vendor has filled in, and which questionnaire it is."""

    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(), label=_("Questionnaire"), empty_label=None
    )
    file = forms.FileField(
        label=_("Filled-in workbook"),
        help_text=_("As the vendor sent it (.xlsx, .xls, .ods) or a CSV list, up to 20 MB."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )

    def __init__(self, *args: Any, questionnaires: QuerySet[Questionnaire], **kw: Any) -> None:
        super().__init__(*args, **kw)
        chosen = self.fields["questionnaire"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = questionnaires

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
