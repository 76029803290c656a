"""The forms of a version of the scoring method.

A draft is one form: a field per parameter, named by its path in the file with hyphens
(`evidence-document-credit`), `why-GROUP` for the reason of a group, and a row per knock-out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from django import forms
from django.core import signing
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import number_fields, typed_numbers
from accounts.number_fields import FloatField, IntegerField
from scoring import method_words
from scoring.engine.method_file import MOST_CHARACTERS, Problem
from scoring.engine.methodology import WEIGHT_MAX, shipped_methodology
from scoring.method_words import GROUPS, ORDERS, Group, Parameter
from scoring.selectors.methods import Asked
from scoring.services.methodologies import LONGEST_REASON

_BASE_SALT: Final = "scoring.method"
WHY: Final = "why-"
#: Rows to add a rule in, besides those of the questionnaires.
_SPARE: Final = 2
KEEP, SET, OFF = "keep", "set", "off"


def _plain(value: Any) -> Any:
    """A whole number without a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _field(parameter: Parameter) -> forms.Field:
    common: dict[str, Any] = {
        "label": method_words.label(parameter),
        "help_text": parameter.help,
    }
    most = {
        "weight": WEIGHT_MAX, "section": WEIGHT_MAX, "points": 100, "periods": 10, "days": 0xFFFF,
    }  # fmt: skip
    limits: dict[str, Any] = {"min_value": 0, "max_value": most.get(parameter.kind, 1)}
    match parameter.kind:
        case "order":
            choices = [(key, text) for key, text in ORDERS.items()]
            return forms.TypedChoiceField(coerce=int, choices=choices, **common)
        case "days":
            return IntegerField(**limits, **common)
        case "periods":
            return FloatField(step_size=0.25, **limits, **common)
    return FloatField(**limits, **common)


class MethodForm(forms.Form):
    """The parameters of a draft, with the reasons of their groups."""

    # What the draft held when the page was opened.
    base = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=lazy("Title"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in GROUPS:
            for parameter in group.parameters:
                self.fields[parameter.name] = _field(parameter)
            self.fields[WHY + group.key] = forms.CharField(
                label=lazy("Reason"),
                help_text=lazy("Why these values: shown wherever they are shown."),
                required=False,
                max_length=1_000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def groups(self) -> Iterator[tuple[Group, list[BoundField], BoundField]]:
        """Each group with its fields and its reason, in the order of the page."""
        for group in GROUPS:
            yield group, [self[one.name] for one in group.parameters], self[WHY + group.key]

    def evidence(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Each level of evidence with its two credits."""
        fields = method_words.BY_KEY["evidence"].parameters
        for credit, pessimistic in zip(fields[::2], fields[1::2], strict=True):
            yield str(credit.label), self[credit.name], self[pessimistic.name]

    def weights(self) -> list[float]:
        """The weights as they stand in the fields; what is no number counts as 0."""
        found = []
        for parameter in method_words.BY_KEY["dimensions"].parameters:
            try:
                value = float(number_fields.plain(str(self[parameter.name].value())))
            except (typed_numbers.NoNumber, forms.ValidationError):
                value = 0.0
            found.append(value if 0 <= value <= WEIGHT_MAX else 0.0)
        return found

    def clean_base(self) -> Any:
        """What was read, if nobody has written into the hidden field."""
        try:
            return signing.loads(self.cleaned_data["base"], salt=_BASE_SALT)
        except signing.BadSignature as error:
            text = _("This page is out of date. Open it again.")
            raise forms.ValidationError(text) from error

    def opened(self) -> tuple[int, dict[str, Any]]:
        """(revision, field -> value) as the person saw them. Only after `is_valid()`."""
        revision, values = self.cleaned_data["base"]
        return revision, values

    def take(self, problems: Sequence[Problem], rows: KnockOutRows) -> None:
        """Show at their fields what the method itself finds wrong."""
        for problem in problems:
            text = method_words.told(problem)
            if problem.path[:1] == ("knock_outs",) and rows.take(problem, text):
                continue
            self.add_error(self._place(problem.path), text[:1].upper() + text[1:] + ".")

    def _place(self, path: Sequence[str]) -> str | None:
        name = WHY + path[1] if path[:1] == ("rationale",) else "-".join(path)
        if name in self.fields:
            return name
        return next((one for one in self.fields if one.startswith(f"{name}-")), None)


class KnockOutForm(forms.Form):
    """What the method says about the knock-out of one question."""

    key = forms.CharField(
        label=lazy("Key of the question"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "question-keys", "autocomplete": "off"}),
    )
    rule = forms.ChoiceField(
        label=lazy("Rule"),
        choices=[
            (KEEP, lazy("As the questionnaire says")),
            (SET, lazy("This rule")),
            (OFF, lazy("Switched off")),
        ],
    )
    at = FloatField(label=lazy("From risk"), required=False, min_value=0, max_value=1)
    floor = FloatField(label=lazy("At least"), required=False, min_value=0, max_value=100)
    block = forms.BooleanField(label=lazy("Blocks approval"), required=False)

    def clean(self) -> dict[str, Any]:
        """A rule of the method names its question and says from where and how much."""
        values = super().clean() or self.cleaned_data
        if values.get("rule") == SET:
            for name, text in (
                ("at", _("Say from which risk on, above 0 and up to 1.")),
                ("floor", _("Say to at least how many points.")),
            ):
                if values.get(name) is None and name not in self.errors:
                    self.add_error(name, text)
        if values.get("rule") in {SET, OFF} and not values.get("key"):
            self.add_error("key", _("Name the question."))
        return values


_factory = forms.formset_factory(KnockOutForm, extra=0, max_num=600, absolute_max=600)


class KnockOutRows:
    """The rows of knock-outs: those of the questionnaires, those of the method, spare ones."""

    def __init__(
        self,
        questions: Mapping[str, Asked],
        language: str,
        *,
        data: QueryDict | None = None,
        rules: Mapping[str, Any] | None = None,
        typed: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        self._questions, self._language = questions, language
        if data is not None:
            self.formset = _factory(data, prefix="knock")
        else:
            initial = [*(typed if typed is not None else self._rows(rules or {}))]
            self.formset = _factory(
                initial=[*initial, *({"rule": KEEP} for _ in range(_SPARE))], prefix="knock"
            )

    def _rows(self, rules: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        usual = [key for key, asked in self._questions.items() if asked.question.knock_out]
        for key in [*usual, *(key for key in rules if key not in usual)]:
            said = rules.get(key)
            if key not in rules:
                yield {"key": key, "rule": KEEP}
            elif said is None:
                yield {"key": key, "rule": OFF}
            else:
                numbers = {name: _plain(said[name]) for name in ("at", "floor")}
                yield {"key": key, "rule": SET, **numbers, "block": said.get("block", False)}

    def shown(self) -> Iterator[dict[str, Any]]:
        """Each row with the question it is about, and what the questionnaire says."""
        for form in self.formset.forms:
            key = str(form["key"].value() or "")
            asked = self._questions.get(key)
            rule = asked.question.knock_out if asked else None
            yield {
                "form": form,
                "key": key,
                "question": asked.question.text.text_for(self._language) if asked else "",
                "questionnaire": asked.questionnaire if asked else "",
                "usual": method_words.rule_words(rule.at / 10_000, rule.floor, rule.block)
                if rule
                else "",
            }

    def is_valid(self) -> bool:
        """Whether every row can be taken; a question named twice cannot."""
        if not self.formset.is_valid():
            return False
        seen: set[str] = set()
        for form in self.formset.forms:
            key = form.cleaned_data.get("key")
            if key and form.cleaned_data["rule"] != KEEP:
                if key in seen:
                    form.add_error("key", _("This question has a rule above."))
                seen.add(key)
        return not any(form.errors for form in self.formset.forms)

    def rules(self) -> dict[str, Any]:
        """The knock-outs in the form of the file. Only after `is_valid()`."""
        found: dict[str, Any] = {}
        for form in self.formset.forms:
            values = form.cleaned_data
            if values.get("rule") == OFF:
                found[values["key"]] = None
            elif values.get("rule") == SET:
                found[values["key"]] = {name: values[name] for name in ("at", "floor", "block")}
        return found

    def typed(self) -> list[dict[str, Any]]:
        """What the rows hold, unchecked."""
        names = ("key", "rule", "at", "floor", "block")
        rows = [{name: form[name].value() for name in names} for form in self.formset.forms]
        return [row for row in rows if row["key"] or row["rule"] != KEEP]

    def take(self, problem: Problem, text: str) -> bool:
        """Show a problem at its row; False where there is none."""
        for form in self.formset.forms:
            if problem.path[1:2] == (form.cleaned_data.get("key"),):
                name = problem.path[2] if problem.path[2:] else "key"
                form.add_error(name if name in form.fields else "key", text)
                return True
        return False


def pack(revision: int, values: Mapping[str, Any]) -> str:
    """What goes into the hidden field of MethodForm."""
    return signing.dumps([revision, dict(values)], salt=_BASE_SALT, compress=True)


def flat(content: Mapping[str, Any]) -> dict[str, Any]:
    """A content as field -> value; the knock-outs are one value, and so is what else is said of
    the indicators besides their weights."""
    values: dict[str, Any] = {"title": content["title"]}
    for group in GROUPS:
        for parameter in group.parameters:
            values[parameter.name] = _plain(method_words.value_of(content, parameter.path))
        values[WHY + group.key] = content.get("rationale", {}).get(group.key, "")
    values["indicators"] = {
        key: {name: value for name, value in held.items() if name != "weight"}
        for key, held in sorted(content.get("indicators", {}).items())
    }
    rules = content.get("knock_outs", {})
    values["knock_outs"] = {
        key: {name: _plain(value) for name, value in rules[key].items()} if rules[key] else None
        for key in sorted(rules)
    }
    return values


def folded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Field -> value as a content; the opposite of `flat`."""
    content: dict[str, Any] = {"title": values["title"]}
    for group in GROUPS:
        for parameter in group.parameters:
            if group.key != "indicators":
                _put(content, parameter.path, values[parameter.name])
    for name in ("tier_cuts", "band_cuts"):
        content[name] = [content[name][key] for key in sorted(content[name])]
    # Browsers end the lines of a text with two characters.
    said = {group.key: values[WHY + group.key].replace("\r\n", "\n").strip() for group in GROUPS}
    content["rationale"] = {key: text for key, text in said.items() if text}
    content["knock_outs"] = values["knock_outs"]
    content["indicators"] = _indicators(values)
    return content


def _indicators(values: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of the indicators under the weights of the form. One that was not counted before
    counts as in the method that comes with this release."""
    found: dict[str, Any] = {}
    for parameter in method_words.BY_KEY["indicators"].parameters:
        key, weight = parameter.path[1], values[parameter.name]
        held = values["indicators"].get(key)
        if held is None and weight:
            held = shipped_methodology().content["indicators"][key]
        if held is not None:
            found[key] = {**held, "weight": _plain(weight)}
    return found


def _put(content: dict[str, Any], path: Sequence[str], value: Any) -> None:
    inner = content
    for part in path[:-1]:
        inner = inner.setdefault(part, {})
    inner[path[-1]] = value


class FileForm(forms.Form):
    """A method from a YAML file, chosen or pasted."""

    file = forms.FileField(
        label=lazy("YAML file"),
        required=False,
        allow_empty_file=True,
        help_text=lazy("As it is downloaded from the page of a version."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt"}),
    )
    text = forms.CharField(
        label=lazy("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "key", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two; a file's text goes on as if it had been pasted."""
        values = super().clean() or self.cleaned_data
        file = values.get("file")
        if file is not None:
            if file.size > 4 * MOST_CHARACTERS:
                self.add_error("file", _("This file is too large for a method."))
            else:
                try:
                    values["text"] = file.read().decode("utf-8-sig")
                except UnicodeDecodeError:
                    self.add_error("file", _("This file is no text in UTF-8."))
        elif not values.get("text", "").strip():
            self.add_error("file", _("Choose a file, or paste its text below."))
        return values

    def with_text(self, text: str) -> FileForm:
        """The same with the text of the file in its field, so that it can be put right."""
        return FileForm({"text": text.replace("\x00", "\N{REPLACEMENT CHARACTER}")})


class PublishForm(forms.Form):
    """Why a draft is put in force; `revision` is what was looked at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=lazy("Reason"),
        help_text=lazy("Kept with your name on the record. It says why scores have moved."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CompareForm(forms.Form):
    """Which other version to set beside this one; lives in the address."""

    other = forms.ChoiceField(label=lazy("Compare with"))

    def __init__(self, *args: Any, versions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["other"]).choices = versions
