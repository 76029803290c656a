"""What the vendor list can be filtered by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from accounts.principal import Principal
from accounts.templatetags.ui import band_word
from scoring import words
from scoring.engine.methodology import BANDS
from scoring.forms.offered import offered
from scoring.models import Band
from scoring.selectors.portfolio.choices import choices
from scoring.selectors.standings import Filters

SIZES: Final = (25, 50, 100)
DEFAULT_SIZE: Final = 50


class VendorFilter(forms.Form):
    """The filters of the vendor list. A value that is not among the choices filters nothing."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=100)
    band = forms.ChoiceField(label=_("Band"), required=False)
    status = forms.ChoiceField(label=_("Firmness"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    weakest = forms.ChoiceField(label=_("Weakest dimension"), required=False)
    # Where cells of the heat map lead.
    rated_in = forms.ChoiceField(
        label=_("Rated in"), required=False, widget=forms.HiddenInput, choices=words.dimensions
    )
    day = forms.DateField(label=_("As it stood on"), required=False, widget=forms.DateInput)
    blocked = forms.BooleanField(label=_("Blocked only"), required=False)
    archived = forms.BooleanField(label=_("Archived only"), required=False)

    def __init__(
        self, data: Mapping[str, str], *, principal: Principal, unit: BusinessUnit | None
    ) -> None:
        super().__init__(data)
        bands = [(key, band_word(key)) for key in (*BANDS, Band.NOT_RATED.value)]
        self._choose("band", [("serious", gettext("High or critical")), *bands])
        self._choose("weakest", words.dimensions())
        for name, found in offered(choices(principal, unit), data).items():
            self._choose(name, found)

    def _choose(self, name: str, found: Sequence[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [("", _("All")), *found]

    def filters(self) -> Filters:
        """What the list is narrowed down to."""
        self.is_valid()
        owner = self.cleaned_data.pop("owner", "")
        return Filters(**self.cleaned_data, owner=UUID(owner) if owner else None)


def page_size(text: str | None) -> int:
    """The rows on a page that were asked for, among those on offer."""
    return int(text) if text in {str(size) for size in SIZES} else DEFAULT_SIZE
