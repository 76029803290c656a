"""Forms of questionnaires that are being written: about, section, question of any kind."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from assessments import drafting
from assessments.drafting import said, with_text
from assessments.question import Kind, Tier
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
_ROWS: Final = 3
_TEXTS: Final = ("text", "why", "good_evidence", "help")


def fingerprint(node: Mapping[str, Any]) -> str:
    """What a section or question says of itself, as a short digest; what it holds left out."""
    own = {name: value for name, value in node.items() if name != "questions"}
    if own.get("gate"):
        own["gate"] = {"opens_on": own["gate"].get("opens_on")}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:24]


def _risk(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=1, decimal_places=4, required=False, **more
    )


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


class _Key(forms.Form):
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


class AboutForm(forms.Form):
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
        languages.choices = [(code, name) for code, name in settings.LANGUAGES if code != "en"]


class _Applies(_Key):
    ip_kinds = forms.MultipleChoiceField(
        label=lazy("Only for these kinds of IP"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(IP_KINDS.items()),
    )
    services = forms.MultipleChoiceField(
        label=lazy("Only for these services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(SERVICES.items()),
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


class SectionForm(_Applies):
    """What a section says of itself."""

    title = forms.CharField(label=lazy("Title"), max_length=200)
    intro = forms.CharField(
        label=lazy("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    dimension = forms.ChoiceField(label=lazy("Dimension"), choices=DIMENSIONS)
    weight = forms.FloatField(label=lazy("Weight"), min_value=0, max_value=1000, initial=1)
    reviewer = forms.ChoiceField(
        label=lazy("Reviewed by"),
        choices=[("legal", lazy("Legal")), ("procurement", lazy("Procurement"))],
    )
    field_order = ("title", "intro", "dimension", "weight", "reviewer", "key")

    @staticmethod
    def flat(node: Mapping[str, Any]) -> dict[str, Any]:
        """A section's data as the values of the form."""
        return {
            "title": said(node.get("title")),
            "intro": said(node.get("intro")),
            "dimension": node.get("dimension") or next(iter(Dimension)).value,
            "weight": node.get("weight", 1),
            "reviewer": node.get("reviewer") or "legal",
            "key": node.get("key", ""),
            **{name: (node.get("applies") or {}).get(name, []) for name in _APPLIES},
        }

    def data_of(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """The section's data; other languages of its texts stay."""
        given = self.cleaned_data
        made = {
            "key": self.named(given["title"]),
            "title": with_text(node.get("title"), "en", given["title"]),
            "intro": with_text(node.get("intro"), "en", given["intro"]),
            "dimension": given["dimension"],
            "weight": _number(given["weight"]),
            "reviewer": given["reviewer"],
            "applies": self.applies(),
        }
        kept = {"comment": node["comment"]} if node.get("comment") else {}
        return _without(made, {"weight": 1}) | kept


_APPLIES: Final = ("ip_kinds", "services", "tiers")


def _without(made: dict[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in made.items()
        if value not in (None, "", [], {}, ()) and (name not in usual or value != usual[name])
    }


class QuestionForm(_Applies):
    """A question of one kind. Texts are the English ones; others have a page of their own."""

    text = forms.CharField(label=lazy("Question"), widget=forms.Textarea(attrs={"rows": 2}))
    why = forms.CharField(
        label=lazy("Why we ask"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    good_evidence = forms.CharField(
        label=lazy("What is good evidence"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    help = forms.CharField(
        label=lazy("Help"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    respondent = forms.ChoiceField(label=lazy("Answered by"), choices=RESPONDENTS)
    weight = forms.FloatField(label=lazy("Weight"), min_value=0, max_value=1000, initial=1)
    mandatory = forms.BooleanField(label=lazy("Must be answered"), required=False)
    evidence_expected = forms.BooleanField(label=lazy("Evidence is expected"), required=False)
    allow_not_applicable = forms.BooleanField(
        label=lazy("May be said not to apply"), required=False
    )
    min_tier = forms.ChoiceField(label=lazy("Asked from tier"), choices=Engagement.Tier.choices)
    valid_for = forms.RegexField(
        label=lazy("An answer holds for (months)"),
        regex=r"^(none|[1-9]\d{0,2})\Z",
        required=False,
        help_text=lazy("Blank: as the tier says. “none”: it does not age."),
    )
    ko_at = _risk(lazy("Knock-out from risk"))
    ko_floor = forms.IntegerField(
        label=lazy("Then the score is at least"), min_value=0, max_value=100, required=False
    )
    ko_block = forms.BooleanField(label=lazy("It also blocks approval"), required=False)
    ko_reason = forms.CharField(label=lazy("Reason shown"), max_length=300, required=False)
    own: tuple[str, ...] = ()
    rows: int = 0

    def __init__(self, *args: Any, node: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = Kind(node.get("kind") or "single")
        before = set(self.fields)
        match self.kind:
            case Kind.SINGLE | Kind.MULTIPLE:
                self._add_options(node)
            case Kind.YES_NO:
                self.fields["risk_yes"] = _risk(lazy("Risk of “yes”"))
                self.fields["risk_no"] = _risk(lazy("Risk of “no”"))
            case Kind.NUMBER:
                self.fields["points"] = forms.CharField(
                    label=lazy("Risk by number"),
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 4}),
                    help_text=lazy("One point per line, such as “0 = 0” and “100 = 1”."),
                )
                self.fields["unit"] = forms.CharField(label=lazy("Unit"), required=False)
                self.fields["minimum"] = forms.FloatField(label=lazy("At least"), required=False)
                self.fields["maximum"] = forms.FloatField(label=lazy("At most"), required=False)
                self.fields["whole"] = forms.BooleanField(
                    label=lazy("Whole numbers only"), required=False
                )
            case Kind.DATE:
                self.fields["date_risk"] = _risk(lazy("Risk of a given date"))
                self.fields["clock"] = forms.ChoiceField(
                    label=lazy("What the date does"),
                    choices=[
                        ("none", lazy("Nothing more")),
                        ("starts", lazy("The answer holds from this date")),
                        ("ends", lazy("The answer holds until this date")),
                    ],
                )
                self.fields["past_only"] = forms.BooleanField(
                    label=lazy("Not in the future"), required=False
                )
            case Kind.TEXT:
                self.fields["max_length"] = forms.IntegerField(
                    label=lazy("Characters at most"), min_value=1, max_value=20_000, initial=4000
                )
        if self.kind is Kind.TEXT:
            for name in ("weight", "ko_at", "ko_floor", "ko_block", "ko_reason"):
                del self.fields[name]
        self.own = tuple(name for name in self.fields if name not in before)
        choices = _choices(node, self.kind)
        if choices:
            self.fields["opens_on"] = forms.MultipleChoiceField(
                label=lazy("Answers that open the questions behind this one"),
                required=False,
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
            )

    def _add_options(self, node: Mapping[str, Any]) -> None:
        if self.kind is Kind.MULTIPLE:
            self.fields["resolve"] = forms.ChoiceField(
                label=lazy("Several risks become"),
                choices=[
                    ("max", lazy("the largest")),
                    ("capped_sum", lazy("their sum, at most 1")),
                    ("mean", lazy("their mean")),
                ],
            )
            self.fields["counts"] = forms.ChoiceField(
                label=lazy("Risks that count"),
                choices=[
                    ("chosen", lazy("of answers that are chosen")),
                    ("missing", lazy("of answers that are missing")),
                ],
            )
        sent = self.data.get("rows") if self.is_bound else None
        kept = len(node.get("options") or []) + _ROWS
        self.rows = min(int(sent), 100) if sent and str(sent).isdecimal() else kept
        for row in range(self.rows):
            name = _("Answer %(number)d") % {"number": row + 1}
            self.fields[f"o{row}_label"] = forms.CharField(
                label=name, required=False, max_length=400
            )
            self.fields[f"o{row}_risk"] = _risk(_("%(name)s: risk") % {"name": name})
            self.fields[f"o{row}_key"] = forms.RegexField(
                label=_("%(name)s: key") % {"name": name},
                regex=drafting.KEY.pattern + r"\Z",
                max_length=60,
                required=False,
            )
            if self.kind is Kind.MULTIPLE:
                self.fields[f"o{row}_exclusive"] = forms.BooleanField(
                    label=_("%(name)s stands alone") % {"name": name}, required=False
                )

    def option_rows(self) -> list[list[Any]]:
        """The fields of each answer, row by row."""
        parts = ("label", "risk", "key", "exclusive")
        return [
            [self[f"o{row}_{part}"] for part in parts if f"o{row}_{part}" in self.fields]
            for row in range(self.rows)
        ]

    def kind_fields(self) -> list[Any]:
        """The fields of this kind that are not answers."""
        return [self[name] for name in self.own if not re.match(r"o\d+_", name)]

    def clean(self) -> dict[str, Any]:
        """The rest is looked at as a whole; what is missing is a problem, not a refusal."""
        given = super().clean() or {}
        try:
            self.points = _points(given.get("points", ""))
        except ValueError:
            self.add_error("points", _("Write one point per line, such as “100 = 0.5”."))
        if given.get("ko_at") is None and (given.get("ko_floor") or given.get("ko_reason")):
            self.add_error("ko_at", _("Say from which risk on, or empty the fields below."))
        return given


def _points(text: str) -> list[list[Any]]:
    found = []
    for line in text.splitlines():
        if line.strip():
            at, _sign, risk = line.partition("=")
            found.append([_number(float(at)), _number(float(risk))])
    return found


def _choices(node: Mapping[str, Any], kind: Kind) -> list[tuple[str, Any]]:
    if kind is Kind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [
        (str(one.get("key")), said(one.get("label")) or str(one.get("key")))
        for one in node.get("options") or []
    ]


LOWEST: Final = Tier.LOW.value
