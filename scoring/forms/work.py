"""The filter of one's own work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.selectors.work import SOURCES


class WorkFilter(forms.Form):
    """Which kind; lives in the address."""

    what = forms.ChoiceField(label=_("What"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("Everything")),
                *((key, source.title) for key, source in SOURCES.items()),
            ]
