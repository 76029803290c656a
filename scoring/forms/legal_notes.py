"""The forms of notes of the legal reviewers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.selectors.legal_subjects import Subject
from vendors.forms.vendor import BaseForm


class NoteForm(forms.Form):
    """A new note."""

    about = forms.ChoiceField(label=_("About"))
    text = forms.CharField(
        label=_("Note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    privileged = forms.BooleanField(
        label=_("Attorney-client privileged"),
        help_text=_("Only legal reviewers of the business unit learn that it exists."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, subjects: Iterable[Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["about"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.key, one.label) for one in subjects]


class NoteEditForm(BaseForm):
    """A note that says something else."""

    text = forms.CharField(
        label=_("Note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
