"""Forms of questionnaires that are being written: about, section, question of any kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.number_fields import DecimalField, FloatField
from assessments import drafting
from assessments.drafting import said
from assessments.forms.draft_texts import Known, TextsForm
from assessments.schema import Dimension
from vendors.intake import IP_KINDS, SERVICES
from vendors.models import Engagement

KINDS: Final = [
    ("single", lazy("One answer of several")),
    ("yes_no", lazy("Yes or no")),
    ("multiple", lazy("Several answers of a list")),
    ("number", lazy("A number")),
    ("date", lazy("A date")),
    ("text", lazy("Words (not scored)")),
]
DIMENSIONS: Final = [
    ("ip_law_compliance", lazy("IP law compliance")),
    ("financial_stability", lazy("Financial stability")),
    ("liabilities", lazy("Liabilities")),
    ("contract_terms", lazy("Contract terms")),
    ("monitoring_enforcement", lazy("Monitoring and enforcement")),
    ("technology_protection", lazy("Technology protection")),
    ("training_awareness", lazy("Training and awareness")),
]
RESPONDENTS: Final = [
    ("vendor", lazy("Vendor")),
    ("buyer", lazy("Buyer")),
    ("legal", lazy("Legal")),
    ("finance", lazy("Finance")),
]


NOTE: Final = lazy("Note for authors")
NOTE_HELP: Final = lazy("Nobody who answers or reviews sees it; it goes into exported files.")


def fingerprint(node: Mapping[str, Any]) -> str:
    """What a section or question says of itself, as a short digest; what it holds left out."""
    own = {name: value for name, value in node.items() if name != "questions"}
    if own.get("gate"):
        own["gate"] = {"opens_on": own["gate"].get("opens_on")}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:24]


def risk_field(label: Any, **more: Any) -> DecimalField:
    return DecimalField(
        label=label, min_value=0, max_value=1, decimal_places=4, required=False, **more
    )


def number(value: Any) -> int | float | None:
    """A number as the file format has it: whole ones without a point."""
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


class KeyForm(forms.Form):
    """A key that may be left blank, to be made from the words."""

    key = forms.RegexField(
        label=lazy("Key"),
        regex=drafting.KEY.pattern + r"\Z",
        max_length=60,
        required=False,
        help_text=lazy("Small letters, digits and _. Left blank, it is made from the words."),
    )

    def __init__(self, *args: Any, taken: set[str], default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken, self.default = taken, default

    def clean_key(self) -> str:
        """The key, not used by another part of the questionnaire."""
        key = str(self.cleaned_data["key"])
        if key in self.taken:
            raise forms.ValidationError(_("Another part of the questionnaire has this key."))
        return key

    def named(self, words: str) -> str:
        """The key, made from words where none was given."""
        return self.cleaned_data["key"] or drafting.make_key(
            words, self.taken, default=self.default
        )


class AboutForm(TextsForm):
    """Title, key, version and languages of a questionnaire."""

    title = forms.CharField(label=lazy("Title"), max_length=200)
    key = forms.RegexField(
        label=lazy("Key"),
        regex=r"^[a-z][a-z0-9-]*\Z",
        max_length=60,
        help_text=lazy(
            "Small letters, digits and hyphens. Versions of one questionnaire share it."
        ),
    )
    version = forms.CharField(label=lazy("Version"), max_length=20)
    languages = forms.MultipleChoiceField(
        label=lazy("Translated into"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("title", "key", "version", "languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = cast("forms.MultipleChoiceField", self.fields["languages"])
        languages.choices = [
            (code, name) for code, name in settings.LANGUAGES if not code.startswith("en")
        ]


class AppliesForm(KeyForm, TextsForm):
    """For which engagements something is asked."""

    ip_kinds = forms.MultipleChoiceField(
        label=lazy("Only for these kinds of IP"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, lazy(words)) for key, words in IP_KINDS.items()],
    )
    services = forms.MultipleChoiceField(
        label=lazy("Only for these services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, lazy(words)) for key, words in SERVICES.items()],
    )
    tiers = forms.MultipleChoiceField(
        label=lazy("Only at these tiers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=Engagement.Tier.choices,
    )

    def applies(self) -> dict[str, list[str]]:
        """The choices as data; empty ones left out."""
        names = ("ip_kinds", "services", "tiers")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


class SectionForm(AppliesForm):
    """What a section says of itself."""

    title = forms.CharField(label=lazy("Title"), max_length=200)
    intro = forms.CharField(
        label=lazy("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    dimension = forms.ChoiceField(label=lazy("Dimension"), choices=DIMENSIONS)
    weight = FloatField(label=lazy("Weight"), min_value=0, max_value=1000, initial=1)
    reviewer = forms.ChoiceField(
        label=lazy("Reviewed by"),
        choices=[("legal", lazy("Legal")), ("procurement", lazy("Procurement"))],
    )
    comment = forms.CharField(
        label=NOTE,
        help_text=NOTE_HELP,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("title", "intro", "dimension", "weight", "reviewer")

    def __init__(
        self, *args: Any, langs: Sequence[str] = (), known: Known | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_languages(("title", "intro"), langs, known or Known())

    @staticmethod
    def flat(node: Mapping[str, Any], langs: Sequence[str] = ()) -> dict[str, Any]:
        """A section's data as the values of the form."""
        texts = {
            f"{name}.{lang}": said(node.get(name), lang)
            for name in ("title", "intro")
            for lang in langs
        }
        return texts | {
            "title": said(node.get("title")),
            "intro": said(node.get("intro")),
            "comment": node.get("comment", ""),
            "dimension": node.get("dimension") or next(iter(Dimension)).value,
            "weight": number(node.get("weight", 1)),
            "reviewer": node.get("reviewer") or "legal",
            "key": node.get("key", ""),
            **{name: (node.get("applies") or {}).get(name, []) for name in _APPLIES},
        }

    def data_of(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """The section's data; other languages of its texts stay."""
        given = self.cleaned_data
        made = {
            "key": self.named(given["title"]),
            "title": self.written(node.get("title"), "title"),
            "intro": self.written(node.get("intro"), "intro"),
            "dimension": given["dimension"],
            "weight": number(given["weight"]),
            "reviewer": given["reviewer"],
            "applies": self.applies(),
            "comment": given["comment"].strip(),
        }
        return without(made, {"weight": 1})


_APPLIES: Final = ("ip_kinds", "services", "tiers")


def without(made: dict[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """The same data without what is empty or as usual."""
    return {
        name: value
        for name, value in made.items()
        if value not in (None, "", [], {}, ()) and (name not in usual or value != usual[name])
    }
