"""The form that says what a foreign workbook means."""

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.number_fields import FloatField, IntegerField
from assessments.exchange.foreign.mapping import Mapping, Meaning, Role, plain
from assessments.models import Layout
from assessments.schema import Dimension
from assessments.services.mapping_steps import Sample

ROLES: Final = (
    ("", _("Not used")),
    (Role.ID, _("Question id")),
    (Role.TEXT, _("Question")),
    (Role.SECTION, _("Section or domain")),
    (Role.ANSWER, _("Answer")),
    (Role.COMPLIANT, _("Compliant answer")),
    (Role.WEIGHT, _("Importance or weight")),
    (Role.ONLY_IF, _("Asked only if (id, answer)")),
    (Role.IF_YES, _("Follow-up question if yes")),
    (Role.IF_NO, _("Follow-up question if no")),
    (Role.INFO, _("Additional information")),
    (Role.GUIDANCE, _("Guidance")),
    (Role.WHY, _("Why it is asked")),
)
MEANINGS: Final = (
    ("", _("Not known")),
    (Meaning.YES, _("Yes")),
    (Meaning.PARTIAL, _("In part")),
    (Meaning.NO, _("No")),
    (Meaning.NOT_APPLICABLE, _("Does not apply")),
    (Meaning.DONT_KNOW, _("Don't know")),
    (Meaning.DECLINED, _("Prefer not to say")),
    (Meaning.BLANK, _("No answer")),
)
DIMENSIONS: Final[AnyMapping[str, Any]] = {
    Dimension.IP_LAW_COMPLIANCE: _("IP law compliance"),
    Dimension.FINANCIAL_STABILITY: _("Financial stability"),
    Dimension.LIABILITIES: _("Liabilities"),
    Dimension.CONTRACT_TERMS: _("Contract terms"),
    Dimension.MONITORING_ENFORCEMENT: _("Monitoring and enforcement"),
    Dimension.TECHNOLOGY_PROTECTION: _("Technology protection"),
    Dimension.TRAINING_AWARENESS: _("Training and awareness"),
}
_NONE: Final = 0


class MappingForm(forms.Form):
    """One field per sheet, column, answer, word of importance and section of the workbook."""

    title = forms.CharField(label=_("Title of the questionnaire"), max_length=150)
    key = forms.RegexField(
        r"^[a-z][a-z0-9-]*$",
        label=_("Key"),
        help_text=_("Small letters, figures and hyphens; the same in every version."),
        max_length=60,
    )
    version = forms.CharField(label=_("Version"), max_length=16)
    use_layout = forms.ChoiceField(
        label=_("Use a saved layout"),
        help_text=_("It replaces what is said below about columns, answers and weights."),
        required=False,
    )
    save_as = forms.CharField(
        label=_("Save this layout as"),
        help_text=_("A name under which it can be used for the next workbook."),
        max_length=80,
        required=False,
    )
    compliant = forms.ChoiceField(
        label=_("Compliant answer where no column says so"),
        choices=[(Meaning.YES, _("Yes")), (Meaning.NO, _("No"))],
    )
    default_weight = FloatField(
        label=_("Weight where no column says so"), min_value=0, max_value=1000
    )

    def __init__(
        self, *args: Any, mapping: Mapping, sample: Sample, layouts: Sequence[Layout], **kw: Any
    ) -> None:
        initial = {
            "title": mapping.title,
            "key": mapping.key,
            "version": mapping.version,
            "compliant": mapping.compliant,
            "default_weight": mapping.default_weight,
        }
        super().__init__(*args, **{"initial": initial, **kw})
        self._mapping, self._sample, self._layouts = mapping, sample, layouts
        layout = self.fields["use_layout"]
        if isinstance(layout, forms.ChoiceField):
            named = [(str(one.pk), one.name) for one in layouts]
            layout.choices = [("", _("None")), *named]
        for at, (name, count, _likely) in enumerate(sample.sheets):
            self.fields[f"sheet-{at}"] = IntegerField(
                label=name,
                min_value=_NONE,
                max_value=max(count, 1),
                required=False,
                initial=mapping.sheets.get(name),
            )
        for at, (heading, _values) in enumerate(sample.columns):
            self._choose(f"column-{at}", heading, ROLES, mapping.columns.get(plain(heading)))
        for at, (label, (written, _count)) in enumerate(sample.answers.items()):
            self._choose(f"answer-{at}", written, MEANINGS, mapping.answers.get(label))
        for at, (word, (written, _count)) in enumerate(sample.weights.items()):
            self.fields[f"weight-{at}"] = FloatField(
                label=written,
                min_value=0,
                max_value=1000,
                required=False,
                initial=mapping.weights.get(word),
            )
        dimensions = list(DIMENSIONS.items())
        for at, title in enumerate(sample.sections):
            chosen = mapping.dimensions.get(plain(title), mapping.default_dimension)
            self._choose(f"section-{at}", title, dimensions, chosen)

    def _choose(
        self, name: str, label: str, choices: Sequence[tuple[Any, Any]], initial: str | None
    ) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, initial=initial or "", required=False
        )

    def parts(self, prefix: str) -> list[BoundField]:
        """The fields of one sort, in order."""
        return [self[name] for name in self.fields if re.fullmatch(rf"{prefix}-\d+", name)]

    @property
    def sheet_fields(self) -> list[tuple[BoundField, int]]:
        """Each sheet with the row that looks like its headings."""
        likely = [row for _name, _count, row in self._sample.sheets]
        return list(zip(self.parts("sheet"), likely, strict=True))

    @property
    def column_fields(self) -> list[tuple[BoundField, Sequence[str]]]:
        """Each column with its first values."""
        values = [said for _heading, said in self._sample.columns]
        return list(zip(self.parts("column"), values, strict=True))

    @property
    def answer_fields(self) -> list[tuple[BoundField, int]]:
        """Each answer with how often it is given."""
        counts = [count for _written, count in self._sample.answers.values()]
        return list(zip(self.parts("answer"), counts, strict=True))

    @property
    def weight_fields(self) -> list[tuple[BoundField, int]]:
        """Each word of importance with how often it stands."""
        counts = [count for _written, count in self._sample.weights.values()]
        return list(zip(self.parts("weight"), counts, strict=True))

    @property
    def section_fields(self) -> list[BoundField]:
        """Each section."""
        return self.parts("section")

    def clean(self) -> dict[str, Any]:
        """At least one sheet."""
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(f"sheet-{at}") for at in range(len(self._sample.sheets))):
            self.add_error(None, _("Choose a sheet: enter the row of its headings."))
        return cleaned

    def mapping(self) -> Mapping:
        """What was said."""
        said, sample, old = self.cleaned_data, self._sample, self._mapping
        return replace(
            old,
            title=said["title"],
            key=said["key"],
            version=said["version"],
            compliant=said["compliant"],
            default_weight=said["default_weight"],
            sheets={
                name: said[f"sheet-{at}"]
                for at, (name, _count, _likely) in enumerate(sample.sheets)
                if said[f"sheet-{at}"]
            },
            columns={
                plain(heading): said[f"column-{at}"]
                for at, (heading, _values) in enumerate(sample.columns)
                if said[f"column-{at}"]
            },
            answers=old.answers
            | {label: said[f"answer-{at}"] for at, label in enumerate(sample.answers)},
            weights=old.weights
            | {
                word: said[f"weight-{at}"]
                for at, word in enumerate(sample.weights)
                if said[f"weight-{at}"] is not None
            },
            dimensions=old.dimensions
            | {
                plain(title): said[f"section-{at}"]
                for at, title in enumerate(sample.sections)
                if said[f"section-{at}"]
            },
        )

    def layout(self) -> Layout | None:
        """The saved layout that was chosen."""
        chosen = self.cleaned_data["use_layout"]
        return next((one for one in self._layouts if str(one.pk) == chosen), None)

    def changes_shape(self) -> bool:
        """Whether other sheets or columns were chosen, which bring other words."""
        return any(name.startswith(("sheet-", "column-")) for name in self.changed_data)
