"""The forms of screening: deciding matches, lists and their files, other names, owners."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.number_fields import DecimalField
from vendors.forms.vendor import BaseForm, country_choices
from vendors.imports.list_file import MOST_BYTES
from vendors.models import Match, Owner, VendorAlias, WatchList
from vendors.selectors.watch_lists import watch_lists


class DecisionForm(forms.Form):
    """What is decided about one match; several stand on one page, each with a prefix."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=lazy("Is it the same?"),
        choices=[
            ("confirmed", lazy("Yes, it is the same")),
            ("dismissed", lazy("No, it is another")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=lazy("Reason"),
        help_text=lazy("What tells them apart, or shows that they are the same."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReopenForm(forms.Form):
    """A decision taken back."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=lazy("Why it is looked at again"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class QueueFilter(forms.Form):
    """The filters of the queue; their state lives in the address."""

    q = forms.CharField(label=lazy("Name"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=lazy("State"),
        required=False,
        choices=[
            ("", lazy("To be decided")),
            ("confirmed", lazy("Confirmed")),
            ("dismissed", lazy("Dismissed")),
            ("closed", lazy("Closed")),
            ("all", lazy("All")),
        ],
    )
    watch_list = forms.ChoiceField(label=lazy("List"), required=False)
    kind = forms.ChoiceField(
        label=lazy("Kind of list"),
        required=False,
        choices=[("", lazy("Any")), *WatchList.Kind.choices],
    )
    side = forms.ChoiceField(
        label=lazy("What is alike"),
        required=False,
        choices=[("", lazy("Any")), *Match.Side.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["watch_list"])
        rows = watch_lists().order_by("title").values_list("key", "title")
        field.choices = [("", _("Any")), *rows]


class WatchListForm(forms.Form):
    """A list to be kept."""

    title = forms.CharField(
        label=lazy("Title"),
        help_text=lazy("Such as “OFAC Specially Designated Nationals”."),
        max_length=160,
    )
    publisher = forms.CharField(label=lazy("Publisher"), max_length=160)
    kind = forms.ChoiceField(
        label=lazy("Kind"), choices=WatchList.Kind.choices, widget=forms.RadioSelect
    )
    website = forms.CharField(
        label=lazy("Where it is published"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=lazy("Note"),
        help_text=lazy("Such as how often it is fetched, and by whom."),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WatchListEditForm(WatchListForm, BaseForm):
    """A list with another title, publisher or kind."""


class ListUploadForm(forms.Form):
    """A file to be looked through."""

    file = forms.FileField(
        label=lazy("File of the list"),
        help_text=lazy(
            "CSV in UTF-8, up to 60 MB and 200,000 entries: as OFAC, the UN or the EU publish it, "
            "or by our template."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
    )
    as_of = forms.DateField(
        label=lazy("As of"),
        help_text=lazy("The day of which the publisher says that it holds."),
        widget=forms.DateInput,
    )

    def clean_file(self) -> Any:
        """A file that is not too large to read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)d MB; a list may have %(most)d MB. Was it the right file?")
                % {"size": file.size // 1_000_000, "most": MOST_BYTES // 1_000_000}
            )
        return file


class LookUpForm(forms.Form):
    """A name to be looked up, without writing anything."""

    name = forms.CharField(label=lazy("Name"), max_length=200)
    country = forms.ChoiceField(label=lazy("Country"), required=False)
    number = forms.CharField(
        label=lazy("Registration number or LEI"), required=False, max_length=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["country"]).choices = country_choices(_("Not known"))


class AliasForm(forms.Form):
    """Another name of a vendor."""

    name = forms.CharField(label=lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=lazy("Kind"), choices=VendorAlias.Kind.choices)
    source = forms.CharField(
        label=lazy("Where it is known from"),
        help_text=lazy("Such as a register extract with its date."),
        required=False,
        max_length=300,
    )


class OwnerFields(forms.Form):
    """An owner, and what it holds."""

    kind = forms.ChoiceField(
        label=lazy("Kind"), choices=Owner.Kind.choices, widget=forms.RadioSelect, initial="company"
    )
    name = forms.CharField(label=lazy("Name"), max_length=200, required=False)
    country = forms.ChoiceField(label=lazy("Country"), required=False)
    registration_number = forms.CharField(
        label=lazy("Registration number"), required=False, max_length=60
    )
    lei = forms.CharField(label=lazy("LEI"), required=False, max_length=30)
    percent = DecimalField(
        label=lazy("Share in percent"),
        help_text=lazy("Leave it empty while it is not known."),
        required=False,
        min_value=Decimal("0.001"),
        max_value=Decimal(100),
        max_digits=6,
        decimal_places=3,
    )
    from_on = forms.DateField(label=lazy("Owner since"), required=False, widget=forms.DateInput)
    until_on = forms.DateField(
        label=lazy("Owner until"),
        help_text=lazy("From this day on it holds nothing any more."),
        required=False,
        widget=forms.DateInput,
    )
    source = forms.CharField(
        label=lazy("Where it is known from"),
        help_text=lazy("Such as a register of beneficial owners, with its date."),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["country"]).choices = country_choices(_("Not known"))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in OwnerFields.base_fields}


class OwnerAddForm(OwnerFields):
    """A new owner of a vendor, or of one of its owners."""

    parent = forms.ChoiceField(
        label=lazy("Whose owner"),
        help_text=lazy("The vendor itself, or a company that owns it: so chains are entered."),
        required=False,
    )
    # What the person has been shown: vendors on record that look like this owner.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, parents: list[Owner], vendor_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parents = {str(row.pk): row for row in parents}
        cast("forms.ChoiceField", self.fields["parent"]).choices = [
            ("", vendor_name),
            *((key, row.name) for key, row in self.parents.items()),
        ]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            **super().values(),
            "parent": self.parents.get(self.cleaned_data["parent"]),
        }


class OwnerEditForm(OwnerFields, BaseForm):
    """A changed owner."""
