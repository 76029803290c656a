"""The forms of evidence: adding files, newer versions, putting right, withdrawing, finding."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vendors.file_types import ACCEPT, types_in_words
from vendors.forms.facts import day
from vendors.forms.findings import VersionForm
from vendors.forms.vendor import UnitForm
from vendors.models import Evidence, Site

#: Files that one form takes.
MOST_FILES = 10


def what_can_be_taken() -> str:
    """Types and size, in words, for whoever chooses a file."""
    return gettext("%(types)s; at most %(most)s each.") % {
        "types": types_in_words(),
        "most": filesizeformat(settings.EVIDENCE_MAX_BYTES),
    }


class FilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, cleaned to a list. What they are is looked at by the service."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files, at least one where it is required."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            return super().clean(None, initial) or []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                gettext("Choose at most %(most)d files at a time.") % {"most": MOST_FILES}
            )
        # Whether a file is empty is said by the service, with all else that may be wrong with it.
        self.allow_empty_file = True
        return [super(FilesField, self).clean(one, initial) for one in given]


class DatesForm(forms.Form):
    """From when and until when a document proves something."""

    issued_on = day(_("Issued on"))
    expires_on = day(_("Valid until"), help_text=_("The last day. Leave it empty if it has none."))


class AboutForm(DatesForm):
    """What a document is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices, initial="other")
    confidentiality = forms.ChoiceField(
        label=_("Confidentiality"),
        help_text=_("Strictly confidential: opened by legal reviewers and administrators only."),
        choices=Evidence.Confidentiality.choices,
        initial="confidential",
    )
    site = forms.ModelChoiceField(
        label=_("Site"),
        help_text=_("Where it is about one place only."),
        queryset=Site.objects.none(),
        required=False,
    )

    def offer_sites(self, sites: Any) -> None:
        """Fill in the sites; the field goes where there are none."""
        field = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        field.queryset = sites
        field.empty_label = gettext("All, or none in particular")
        if not sites.exists():
            del self.fields["site"]

    def about(self) -> dict[str, Any]:
        """What the service takes, without title and files. Only after `is_valid()`."""
        names = ("kind", "confidentiality", "issued_on", "expires_on", "site")
        return {name: self.cleaned_data.get(name) for name in names if name in self.fields}


class FilesForm(AboutForm):
    """Files to be added, all of one kind and with the same dates."""

    documents = FilesField(label=_("Files"), widget=FilesInput(attrs={"accept": ACCEPT}))
    title = forms.CharField(
        label=_("Title"),
        help_text=_("For a single file. Otherwise each is named after its file."),
        max_length=200,
        required=False,
    )
    again = forms.BooleanField(
        label=_("Keep it although the same file is on record"), required=False
    )
    field_order = (
        "documents",
        "title",
        "kind",
        "issued_on",
        "expires_on",
        "confidentiality",
        "site",
    )

    def __init__(self, *args: Any, sites: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_sites(Site.objects.none() if sites is None else sites)
        self.fields["documents"].help_text = what_can_be_taken()
        # Only asked where it matters.
        if not self.data.get(self.add_prefix("offered_again")):
            self.fields["again"].widget = forms.HiddenInput()

    def given(self) -> list[tuple[Any, str]]:
        """(file, title) of each file. Only after `is_valid()`."""
        files = self.cleaned_data["documents"]
        title = self.cleaned_data["title"] if len(files) == 1 else ""
        return [(file, title) for file in files]


class EvidenceAddForm(FilesForm, UnitForm):
    """Files of a vendor, for one of the units that work with it."""


class VersionAddForm(DatesForm):
    """A newer file of a document."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )
    field_order = ("file", "issued_on", "expires_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = what_can_be_taken()


class EvidenceEditForm(AboutForm, VersionForm):
    """What is recorded of a document, put right."""

    title = forms.CharField(label=_("Title"), max_length=200)
    field_order = ("title", "kind", "issued_on", "expires_on", "confidentiality", "site")

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_sites(sites)

    def values(self) -> dict[str, Any]:
        """What the service takes. Only after `is_valid()`."""
        return {"title": self.cleaned_data["title"], **self.about()}


class WithdrawForm(VersionForm):
    """Why a document proves nothing any more."""

    reason = forms.CharField(
        label=_("Why"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EvidenceFilter(forms.Form):
    """Which documents to list; lives in the address."""

    q = forms.CharField(label=_("Title"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("Any")), *Evidence.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Not withdrawn")),
            ("current", _("Valid today")),
            ("expiring", _("Expires within 60 days")),
            ("expired", _("Expired")),
            ("withdrawn", _("Withdrawn")),
            ("all", _("All")),
        ],
    )


def filters(form: EvidenceFilter) -> dict[str, str]:
    """What the selector takes; of a form that is wrong, what is right."""
    form.is_valid()
    names: Iterable[str] = ("q", "kind", "state")
    return {name: str(form.cleaned_data.get(name) or "") for name in names}
