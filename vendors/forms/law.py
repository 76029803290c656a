"""The forms about countries: filters, facts and ratings by counsel, indices."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.number_fields import DecimalField, IntegerField
from audit import clock
from vendors.imports.table import MOST_BYTES
from vendors.intake import IP_KINDS
from vendors.jurisdictions import SPECIAL_301, SUBJECTS, Listing, Status, statuses
from vendors.law_words import SUBJECTS as WORDS
from vendors.law_words import place_name, status_word
from vendors.services.law import EARLIEST, LATEST, LONGEST

MOST_COMPARED: Final = 5
_SALT: Final = "vendors.law-index"
_SECONDS: Final = 24 * 3600


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        error_messages={"invalid": _("Enter a day that there is, such as 2026-03-31.")},
        widget=forms.DateInput(),
        **options,
    )


class OnForm(forms.Form):
    """A day to look at; today when left out or impossible."""

    on = _day(_("As of"), required=False)

    def clean_on(self) -> Any:
        """A day between the oldest treaty and what may be foreseen."""
        day = self.cleaned_data["on"]
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Enter a day between 1883 and 2100."))
        return day

    @property
    def day(self) -> date:
        """The day chosen, or today."""
        chosen = self.cleaned_data.get("on") if self.is_valid() else None
        return chosen or clock.today()


class CountriesForm(OnForm):
    """Which countries to list."""

    SHOWN: Final = (
        ("", _("All")),
        ("used", _("Where our vendors work")),
        ("rated", _("Rated by counsel")),
        ("ending", _("Rating ends within 90 days")),
        ("open", _("Neither rated nor in an index")),
        ("listed", _("Listed by USTR")),
    )
    q = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    field_order = ["q", "show", "on"]


class CompareForm(OnForm):
    """Up to five countries, a kind of IP, a day."""

    kind = forms.ChoiceField(
        label=_("What is entrusted"), choices=[(key, _(text)) for key, text in IP_KINDS.items()]
    )
    field_order = ["kind", "on"]

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].help_text = _("Left empty: today.")
        named = sorted((place_name(code), code) for code in codes)
        choices = [("", _("None")), *((code, name) for name, code in named)]
        for number in range(MOST_COMPARED):
            self.fields[f"country_{number}"] = forms.ChoiceField(
                label=_("Country %(number)d") % {"number": number + 1},
                choices=choices,
                required=False,
            )

    @property
    def countries(self) -> list[str]:
        """The countries chosen, each once."""
        names = [f"country_{number}" for number in range(MOST_COMPARED)]
        chosen = [self.cleaned_data.get(name, "") for name in names]
        return [code for code in dict.fromkeys(chosen) if code]


class Counsel(forms.Form):
    """Base of what counsel puts on record: looked at once more before it counts."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)


def _text(label: Any, help_text: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class FactForm(Counsel):
    """A fact by counsel."""

    subject = forms.ChoiceField(label=_("Treaty or measure"))
    status = forms.ChoiceField(label=_("What holds"))
    since = _day(_("From"), help_text=_("The first day on which it holds."))
    until = _day(
        _("Until"), required=False, help_text=_("The last day. Leave empty while it is open.")
    )
    source = _text(_("Source"), _("Where this can be looked up: a gazette, a notification."), 2)
    reason = _text(_("Reason"), _("Why it is recorded, and what follows from it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject, status = self.fields["subject"], self.fields["status"]
        if isinstance(subject, forms.ChoiceField) and isinstance(status, forms.ChoiceField):
            subject.choices = [(key, WORDS[key].name) for key in SUBJECTS]
            lists = [(str(one), status_word(one)) for one in Listing]
            usual = [(str(one), status_word(one)) for one in Status]
            status.choices = [
                ("", _("Choose")),
                (_("Treaties and measures"), usual),
                (WORDS[SPECIAL_301].name, lists),
            ]

    def clean(self) -> dict[str, Any]:
        """The status belongs to the subject."""
        subject, status = self.cleaned_data.get("subject"), self.cleaned_data.get("status")
        if subject and status and status not in statuses(subject):
            self.add_error(
                "status", _("Choose one of the states listed for this treaty or measure.")
            )
        return self.cleaned_data


class RatingForm(Counsel):
    """A rating by counsel."""

    risk = IntegerField(
        label=_("Risk"),
        help_text=_("0 is best, 100 is worst. Scores use it as long as it holds."),
        min_value=0,
        max_value=100,
    )
    since = _day(_("From"))
    until = _day(_("Until"), help_text=_("The last day. Then the country is looked at again."))
    reason = _text(_("Reason"), _("What the rating rests on: cases, an opinion, experience."))


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = _text(_("Reason"), _("It stays on record with what is taken back."))


class IndexForm(forms.Form):
    """An edition of an index, with its file."""

    name = forms.CharField(label=_("Name of the index"), max_length=120)
    edition = IntegerField(label=_("Edition"), help_text=_("The year that it bears."))
    published_on = _day(_("Published on"), help_text=_("It counts from this day."))
    best = DecimalField(
        label=_("Best value"), help_text=_("The end of the scale that is best."), decimal_places=4
    )
    worst = DecimalField(
        label=_("Worst value"), help_text=_("The end of the scale that is worst."), decimal_places=4
    )
    licence = _text(
        _("Licence"), _("Under which terms you may use it. It is not passed on by Surety."), 2
    )
    source = _text(_("Source"), _("Who publishes it, and where."), 2)
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel, up to 10 MB, with the columns “country” and “value”."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )

    def clean_file(self) -> Any:
        """A file that is not too large to read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file

    def values(self) -> dict[str, Any]:
        """Everything but the file."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "file"}


def pack(values: dict[str, Any], figures: dict[str, Decimal], file_name: str) -> str:
    """An import that was looked through, to be carried by the page that asks for it."""
    return signing.dumps(
        [
            {name: str(value) for name, value in values.items()},
            {code: str(value) for code, value in figures.items()},
            file_name,
        ],
        salt=_SALT,
        compress=True,
    )


def unpack(token: str) -> tuple[dict[str, Any], dict[str, Decimal], str]:
    """What `pack` was given. Raises django.core.signing.BadSignature."""
    values, figures, file_name = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    return (
        {
            **values,
            "edition": int(values["edition"]),
            "published_on": date.fromisoformat(values["published_on"]),
            "best": Decimal(values["best"]),
            "worst": Decimal(values["worst"]),
        },
        {code: Decimal(value) for code, value in figures.items()},
        file_name,
    )
