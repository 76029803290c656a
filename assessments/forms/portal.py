"""The small forms of the portal, and of sending an assessment to the vendor."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from audit import clock
from vendors.file_types import ACCEPT
from vendors.forms.evidence import FilesField, FilesInput, what_can_be_taken
from vendors.models import Contact, Evidence


class DelegateForm(forms.Form):
    """Handing a section on to a colleague."""

    name = forms.CharField(label=lazy("Your colleague's name"), max_length=120)
    email = forms.EmailField(label=lazy("E-mail address"), max_length=254)
    due_on = forms.DateField(label=lazy("Until when"), required=False, widget=forms.DateInput)
    message = forms.CharField(
        label=lazy("Message"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MessageForm(forms.Form):
    """A message to those who asked."""

    body = forms.CharField(
        label=lazy("Your message"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DeclineForm(forms.Form):
    """They are not the one to ask."""

    reason = forms.CharField(
        label=lazy("Why, and who can answer instead"),
        help_text=lazy("With a name and an e-mail address, if you know them."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FindingAnswerForm(forms.Form):
    """What the vendor says of something that was found."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    response = forms.CharField(
        label=lazy("Your answer"),
        help_text=lazy("What you have done or will do about it."),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    planned_on = forms.DateField(
        label=lazy("Put right by"),
        help_text=lazy("The day by which you will have done it."),
        required=False,
        widget=forms.DateInput,
    )
    done = forms.BooleanField(
        label=lazy("It is put right already"),
        help_text=lazy("Those who asked then check that it is so."),
        required=False,
    )


class DisputeForm(forms.Form):
    """It is not so, and why."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=lazy("Why it is not so"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ProofForm(forms.Form):
    """Files that prove an answer, all of one kind and with the same last day."""

    file = FilesField(label=lazy("Files"), widget=FilesInput(attrs={"accept": ACCEPT}))
    title = forms.CharField(
        label=lazy("Title"),
        help_text=lazy("For a single file. Otherwise each is named after its file."),
        max_length=200,
        required=False,
    )
    kind = forms.ChoiceField(label=lazy("Kind"), choices=Evidence.Kind.choices, initial="other")
    expires_on = forms.DateField(
        label=lazy("Valid until"),
        help_text=lazy("The last day. Leave it empty if it has none."),
        required=False,
        widget=forms.DateInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = what_can_be_taken()

    def given(self) -> list[tuple[Any, str]]:
        """(file, title) of each file. Only after `is_valid()`."""
        files = self.cleaned_data["file"]
        title = self.cleaned_data["title"] if len(files) == 1 else ""
        return [(file, title) for file in files]


class SendForm(forms.Form):
    """Whom to ask, until when, in which words."""

    contacts = forms.ModelMultipleChoiceField(
        label=lazy("Who is asked"),
        queryset=Contact.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=lazy("Each gets a link of their own and can answer everything."),
        error_messages={"required": lazy("Choose at least one contact.")},
    )
    due_on = forms.DateField(label=lazy("Please answer by"), required=False, widget=forms.DateInput)
    language = forms.ChoiceField(
        label=lazy("Language"), required=False, help_text=lazy("Of the letter and the pages.")
    )
    message = forms.CharField(
        label=lazy("Message"),
        help_text=lazy("Stands in the letter."),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Contact]", self.fields["contacts"])
        field.queryset = contacts
        cast("forms.ChoiceField", self.fields["language"]).choices = [
            ("", _("That of each contact")),
            *settings.LANGUAGES,
        ]
        self.fields["due_on"].initial = clock.today() + timedelta(days=21)


class ExtendForm(forms.Form):
    """Another day."""

    due_on = forms.DateField(label=lazy("Please answer by"), widget=forms.DateInput)


class HashForm(forms.Form):
    """The hash that stands on a receipt."""

    sha256 = forms.CharField(label=lazy("SHA-256 on the receipt"), max_length=100)


class FindingContactsForm(forms.Form):
    """Who at the vendor is asked about a finding."""

    contacts = forms.ModelMultipleChoiceField(
        label=lazy("Who is asked"),
        queryset=Contact.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=lazy("Each gets a letter with a link of their own."),
        error_messages={"required": lazy("Choose at least one contact.")},
    )

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Contact]", self.fields["contacts"])
        field.queryset = contacts
