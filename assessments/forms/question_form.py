"""The form of a question of any kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.number_fields import FloatField, IntegerField
from assessments import drafting
from assessments.drafting import said
from assessments.forms.authoring import (
    NOTE,
    NOTE_HELP,
    RESPONDENTS,
    AppliesForm,
    number,
    risk_field,
)
from assessments.forms.draft_texts import Known
from assessments.question import Kind, Tier
from vendors.models import Engagement

#: Rows of answers that a new question has, and the most there are.
LEAST_ROWS: Final = 2
MOST_ROWS: Final = 100
LOWEST: Final = Tier.LOW.value


@dataclass(frozen=True)
class Row:
    """The fields of one answer to choose."""

    number: int
    fields: list[BoundField]
    was: BoundField
    is_last: bool


class QuestionForm(AppliesForm):
    """A question of one kind. Its answers are rows, `o0_label`, `o0_risk` and so on."""

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
    weight = FloatField(label=lazy("Weight"), min_value=0, max_value=1000, initial=1)
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
    ko_at = risk_field(lazy("Knock-out from risk"))
    ko_floor = IntegerField(
        label=lazy("Then the score is at least"), min_value=0, max_value=100, required=False
    )
    ko_block = forms.BooleanField(label=lazy("It also blocks approval"), required=False)
    ko_reason = forms.CharField(label=lazy("Reason shown"), max_length=300, required=False)
    comment = forms.CharField(
        label=NOTE, help_text=NOTE_HELP, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    own: tuple[str, ...] = ()
    rows: int = 0

    def __init__(
        self,
        *args: Any,
        node: Mapping[str, Any],
        langs: Sequence[str] = (),
        known: Known | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = Kind(node.get("kind") or "single")
        before = set(self.fields)
        match self.kind:
            case Kind.SINGLE | Kind.MULTIPLE:
                self._add_options(node)
            case Kind.YES_NO:
                self.fields["risk_yes"] = risk_field(lazy("Risk of “yes”"))
                self.fields["risk_no"] = risk_field(lazy("Risk of “no”"))
            case Kind.NUMBER:
                self.fields["points"] = forms.CharField(
                    label=lazy("Risk by number"),
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 4}),
                    help_text=lazy("One point per line, such as “0 = 0” and “100 = 1”."),
                )
                self.fields["unit"] = forms.CharField(label=lazy("Unit"), required=False)
                self.fields["minimum"] = FloatField(label=lazy("At least"), required=False)
                self.fields["maximum"] = FloatField(label=lazy("At most"), required=False)
                self.fields["whole"] = forms.BooleanField(
                    label=lazy("Whole numbers only"), required=False
                )
            case Kind.DATE:
                self.fields["date_risk"] = risk_field(lazy("Risk of a given date"))
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
                self.fields["max_length"] = IntegerField(
                    label=lazy("Characters at most"), min_value=1, max_value=20_000, initial=4000
                )
        if self.kind is Kind.TEXT:
            for name in ("weight", "ko_at", "ko_floor", "ko_block", "ko_reason"):
                del self.fields[name]
        self.own = tuple(name for name in self.fields if name not in before)
        self.add_languages(self._texts(), langs, known or Known())
        choices = _choices(node, self.kind)
        if choices:
            self.fields["opens_on"] = forms.MultipleChoiceField(
                label=lazy("Answers that open follow-up questions"),
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
        sent = str(self.data.get("rows")) if self.is_bound else ""
        kept = len(node.get("options") or [])
        self.rows = min(int(sent), MOST_ROWS) if sent.isdecimal() else max(kept, LEAST_ROWS)
        for row in range(self.rows):
            name = _("Answer %(number)d") % {"number": row + 1}
            self.fields[f"o{row}_label"] = forms.CharField(
                label=name, required=False, max_length=400
            )
            self.fields[f"o{row}_risk"] = risk_field(_("%(name)s: risk") % {"name": name})
            self.fields[f"o{row}_key"] = forms.RegexField(
                label=_("%(name)s: key") % {"name": name},
                regex=drafting.KEY.pattern + r"\Z",
                max_length=60,
                required=False,
            )
            # The key it has been saved under: a new key is still the same answer.
            self.fields[f"o{row}_was"] = forms.CharField(required=False, widget=forms.HiddenInput)
            if self.kind is Kind.MULTIPLE:
                self.fields[f"o{row}_exclusive"] = forms.BooleanField(
                    label=_("%(name)s stands alone") % {"name": name}, required=False
                )

    def _texts(self) -> list[str]:
        """The names of the fields that are texts, in the order of the form."""
        labels = [f"o{row}_label" for row in range(self.rows)]
        names = ("text", "why", "good_evidence", "help", *labels, "unit", "ko_reason")
        return [name for name in names if name in self.fields]

    def option_rows(self) -> list[Row]:
        """The fields of each answer, row by row."""
        parts = ("label", "risk", "key", "exclusive")
        return [
            Row(
                number=row,
                fields=[
                    self[f"o{row}_{part}"] for part in parts if f"o{row}_{part}" in self.fields
                ],
                was=self[f"o{row}_was"],
                is_last=row == self.rows - 1,
            )
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


def rearranged(data: QueryDict, did: str) -> QueryDict:
    """What was typed, with one more row of answers ("more"), or with two rows exchanged ("up 2",
    "down 0"): nothing is saved by that, and nothing is lost."""
    made = data.copy()
    rows = int(str(made.get("rows"))) if str(made.get("rows")).isdecimal() else 0
    if did == "more":
        made["rows"] = str(min(rows + 1, MOST_ROWS))
        return made
    way, _blank, number = did.partition(" ")
    row = int(number) if number.isdecimal() else 0
    other = row + {"up": -1, "down": 1}.get(way, 0)
    if not (0 <= row < rows and 0 <= other < rows):
        return made
    swapped = {f"o{row}": f"o{other}", f"o{other}": f"o{row}"}
    for name in [*made]:
        if name.partition("_")[0] in swapped:
            made.pop(name)
    for name in data:
        head, sign, part = name.partition("_")
        if head in swapped:
            made.setlist(f"{swapped[head]}{sign}{part}", data.getlist(name))
    return made


def _points(text: str) -> list[list[Any]]:
    found = []
    for line in text.splitlines():
        if line.strip():
            at, _sign, risk = line.partition("=")
            found.append([number(float(at)), number(float(risk))])
    return found


def _choices(node: Mapping[str, Any], kind: Kind) -> list[tuple[str, Any]]:
    if kind is Kind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [
        (str(one.get("key")), said(one.get("label")) or str(one.get("key")))
        for one in node.get("options") or []
    ]
