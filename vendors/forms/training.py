"""The forms of training: topics, people, their trainings, and lists of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vendors.forms.vendor import BaseForm
from vendors.imports.table import MOST_BYTES
from vendors.models import TrainingPerson, TrainingTopic


class TopicFields(forms.Form):
    """What people are trained in."""

    name = forms.CharField(
        label=lazy("Topic"),
        help_text=lazy("Such as “Handling of drawings” or “Our code of conduct”."),
        max_length=120,
    )
    needed_of = forms.ChoiceField(
        label=lazy("Who needs it"),
        help_text=lazy("Whoever needs it and does not have it counts as not in date."),
        choices=TrainingTopic.NeededOf.choices,
        widget=forms.RadioSelect,
        initial=TrainingTopic.NeededOf.NOBODY,
    )


class TopicEditForm(TopicFields, BaseForm):
    """A topic changed."""


class PersonFields(forms.Form):
    """Who is trained."""

    side = forms.ChoiceField(
        label=lazy("Whose person"),
        choices=TrainingPerson.Side.choices,
        widget=forms.RadioSelect,
        initial=TrainingPerson.Side.VENDOR,
    )
    name = forms.CharField(
        label=lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    job = forms.CharField(label=lazy("Job"), required=False, max_length=120)


class PersonEditForm(PersonFields, BaseForm):
    """A person described anew."""


class RecordForm(forms.Form):
    """A training of a person."""

    topic = forms.ModelChoiceField(
        label=lazy("Topic"), queryset=TrainingTopic.objects.none(), empty_label=lazy("Choose …")
    )
    done_on = forms.DateField(label=lazy("Done on"), widget=forms.DateInput)
    valid_until = forms.DateField(
        label=lazy("Valid until"),
        help_text=lazy("The last day on which it counts. Empty: it does not expire."),
        required=False,
        widget=forms.DateInput,
    )
    certificate = forms.CharField(
        label=lazy("Certificate"),
        help_text=lazy("Its number, or where it is kept."),
        required=False,
        max_length=160,
    )

    def __init__(self, *args: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topic"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = topics


class TrainingListForm(forms.Form):
    """A list of trainings to be looked through."""

    file = forms.FileField(
        label=lazy("List of trainings"),
        help_text=lazy("CSV or Excel, up to 10 MB and 2,000 rows, with a row of headings."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )
    side = forms.ChoiceField(
        label=lazy("Whose people they are, where the list does not say"),
        choices=TrainingPerson.Side.choices,
        widget=forms.RadioSelect,
        initial=TrainingPerson.Side.VENDOR,
    )

    def clean_file(self) -> Any:
        """A file that is not too large to read; its size is known without reading it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it into parts."))
        return file
