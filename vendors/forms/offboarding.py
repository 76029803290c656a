"""The forms of off-boarding: starting it, its lines, and each step until it is closed."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.models import User
from accounts.selectors import people_who
from vendors.forms.findings import DocumentForm, VersionForm
from vendors.services.offboarding import EDIT

_WORDS = {"rows": 3}
_MOST = 4_000


def _offer_people(field: Any, unit_id: UUID, empty: str) -> None:
    people = cast("forms.ModelChoiceField[User]", field)
    people.queryset = people_who(EDIT, unit_id)
    people.empty_label = empty


class StartForm(forms.Form):
    """Why an engagement ends, when, and who sees to it."""

    reason = forms.CharField(
        label=lazy("Why it ends"),
        help_text=lazy("Such as: contract not renewed, work moved elsewhere, vendor rejected."),
        widget=forms.Textarea(attrs=_WORDS),
        max_length=_MOST,
    )
    last_day = forms.DateField(
        label=lazy("Last day"),
        help_text=lazy("The last day on which the vendor works for us. Due dates count from it."),
        widget=forms.DateInput,
    )
    owner = forms.ModelChoiceField(
        label=lazy("Who sees to it"),
        help_text=lazy("Every line is theirs until it is given to somebody else."),
        queryset=User.objects.none(),
    )
    deputy = forms.ModelChoiceField(
        label=lazy("Deputy"),
        help_text=lazy("Is told as well when a line is overdue."),
        queryset=User.objects.none(),
        required=False,
    )

    def __init__(self, *args: Any, unit_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self.fields["owner"], unit_id, _("Choose …"))
        _offer_people(self.fields["deputy"], unit_id, _("Nobody"))


class ChangeForm(VersionForm, StartForm):
    """The same put right."""

    def values(self) -> dict[str, Any]:
        """What the service takes. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in StartForm.base_fields}


class LinePlanForm(VersionForm):
    """Who sees to a line, and until when."""

    owner = forms.ModelChoiceField(label=lazy("Who sees to it"), queryset=User.objects.none())
    due_on = forms.DateField(label=lazy("Due date"), widget=forms.DateInput)

    def __init__(self, *args: Any, unit_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self.fields["owner"], unit_id, _("Choose …"))


class LineAddForm(LinePlanForm):
    """A line of one's own."""

    version = None  # type: ignore[assignment]
    title = forms.CharField(
        label=lazy("What is to be done"),
        help_text=lazy("In a few words, such as “Display cabinets returned”."),
        max_length=200,
    )
    help = forms.CharField(
        label=lazy("In detail"),
        required=False,
        widget=forms.Textarea(attrs=_WORDS),
        max_length=_MOST,
    )
    needs_proof = forms.BooleanField(label=lazy("It needs a document to be done"), required=False)
    field_order = ("title", "help", "owner", "due_on", "needs_proof")


class LineDoneForm(VersionForm, DocumentForm):
    """It is done: what was done, and the document that shows it."""

    note = forms.CharField(
        label=lazy("What was done"),
        help_text=lazy("How much, how, when, and by whom."),
        required=False,
        widget=forms.Textarea(attrs=_WORDS),
        max_length=_MOST,
    )
    field_order = ("version", "note", "evidence", "file", "title")

    def __init__(self, *args: Any, needs_document: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_document = needs_document

    def clean(self) -> dict[str, Any]:
        """A document only where the line needs one and none is there yet."""
        return super().clean() if self.needs_document else self.cleaned_data


class NoteForm(VersionForm):
    """Closing: a word for the record, where there is one."""

    note = forms.CharField(
        label=lazy("Note for the record"),
        required=False,
        widget=forms.Textarea(attrs=_WORDS),
        max_length=_MOST,
    )


class OffboardingFilter(forms.Form):
    """The filters of the list; their state lives in the address."""

    q = forms.CharField(label=lazy("Vendor or engagement"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=lazy("State"),
        required=False,
        choices=[
            ("", lazy("In progress")),
            ("late", lazy("With lines overdue")),
            ("ready", lazy("Ready to be closed")),
            ("closed", lazy("Closed")),
            ("cancelled", lazy("Cancelled")),
            ("all", lazy("All")),
        ],
    )
    mine = forms.BooleanField(label=lazy("Mine only"), required=False)
