"""The forms of duplicates: merging two records, and telling two companies apart."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

_SALT = "vendors.merge"
KEPT, GONE = "kept", "gone"


class MergeForm(forms.Form):
    """Which of two values stands, where the records differ; and why they are one company."""

    reason = forms.CharField(
        label=_("Why are they the same company?"),
        help_text=_("Such as “same register number; entered twice by two units”."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # The versions of both records as the person saw them.
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, differing: Sequence[tuple[str, str, str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.names = [name for name, _label, _kept, _gone in differing]
        for name, label, kept, gone in differing:
            self.fields[f"take_{name}"] = forms.ChoiceField(
                label=label,
                choices=[(KEPT, kept), (GONE, gone)],
                initial=KEPT,
                widget=forms.RadioSelect,
            )

    @property
    def differing(self) -> list[Any]:
        """The fields of values to choose from."""
        return [self[f"take_{name}"] for name in self.names]

    def take(self) -> list[str]:
        """Names of the fields in which the record that goes decides."""
        return [name for name in self.names if self.cleaned_data[f"take_{name}"] == GONE]

    @staticmethod
    def pack(kept: int, gone: int) -> str:
        """What goes into the hidden field."""
        return signing.dumps([kept, gone], salt=_SALT)

    def clean_seen(self) -> tuple[int, int]:
        """The versions, if nobody has written into the hidden field."""
        try:
            kept, gone = signing.loads(self.cleaned_data["seen"], salt=_SALT)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise forms.ValidationError(_("This page is out of date. Open it again.")) from error
        return int(kept), int(gone)


class ApartForm(forms.Form):
    """Why two records that look alike are two companies."""

    reason = forms.CharField(
        label=_("Why are they not the same?"),
        help_text=_("Such as “parent and subsidiary, each with its own register number”."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DuplicateFilter(forms.Form):
    """Which pairs to list; lives in the address."""

    q = forms.CharField(label=_("Name"), required=False, max_length=120)
