"""What differs between two versions of a questionnaire, by the keys of its parts.

Pure: no Django, no clock. Values are those of the file format, for words to be made of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assessments.schema import Item, Questionnaire, Section

#: What of a question is compared, in the order shown. Options are compared one by one.
FIELDS: Final = (
    "kind", "text", "why", "good_evidence", "help", "respondent", "weight", "mandatory",
    "evidence_expected", "allow_not_applicable", "min_tier", "applies", "risk", "curve", "date",
    "resolve", "counts", "max_length", "knock_out", "valid_for", "own",
)  # fmt: skip
SECTION_FIELDS: Final = ("title", "intro", "dimension", "weight", "reviewer", "applies")
#: Fields by which an answer comes to mean something else, or another risk.
MEANING: Final = frozenset({"kind", "risk", "curve", "date", "resolve", "counts", "options"})


@dataclass(frozen=True)
class Difference:
    """One thing that differs; None stands for "was not there"."""

    field: str
    before: Any
    after: Any
    option: str = ""


@dataclass(frozen=True)
class Changed:
    """A question or section in both versions, with what differs."""

    key: str
    section: str
    differences: tuple[Difference, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The names of what differs."""
        return frozenset(one.field for one in self.differences)


@dataclass(frozen=True)
class Comparison:
    """Keys in the order of the version they stand in."""

    about: tuple[Difference, ...]
    added_sections: tuple[str, ...]
    removed_sections: tuple[str, ...]
    changed_sections: tuple[Changed, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Changed, ...]
    same: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not any(
            (
                self.about, self.added_sections, self.removed_sections, self.changed_sections,
                self.added, self.removed, self.changed,
            )
        )  # fmt: skip


def compare(before: Questionnaire, after: Questionnaire) -> Comparison:
    """Return what `after` adds, takes away and changes."""
    old_sections = {one.key: one for one in before.sections}
    new_sections = {one.key: one for one in after.sections}
    changed, same = [], []
    for item in after.items:
        old = before.by_key.get(item.key)
        if old is None:
            continue
        found = tuple(_of_question(old, item))
        if found:
            changed.append(Changed(item.key, item.section, found))
        else:
            same.append(item.key)
    return Comparison(
        about=tuple(_of_fields(_about(before), _about(after), ("title", "languages"))),
        added_sections=tuple(key for key in new_sections if key not in old_sections),
        removed_sections=tuple(key for key in old_sections if key not in new_sections),
        changed_sections=tuple(
            Changed(key, key, found)
            for key, section in new_sections.items()
            if key in old_sections and (found := tuple(_of_section(old_sections[key], section)))
        ),
        added=tuple(item.key for item in after.items if item.key not in before.by_key),
        removed=tuple(item.key for item in before.items if item.key not in after.by_key),
        changed=tuple(changed),
        same=tuple(same),
    )


def differences(old: Item, new: Item) -> tuple[Difference, ...]:
    """Return what differs between two items with one key."""
    return tuple(_of_question(old, new))


def _about(questionnaire: Questionnaire) -> Mapping[str, Any]:
    return {
        "title": questionnaire.title.root,
        "languages": sorted(questionnaire.languages),
    }


def _of_section(old: Section, new: Section) -> Iterator[Difference]:
    before, after = (one.model_dump(mode="json", include=set(SECTION_FIELDS)) for one in (old, new))
    yield from _of_fields(before, after, SECTION_FIELDS)


def _of_question(old: Item, new: Item) -> Iterator[Difference]:
    before, after = (
        one.question.model_dump(mode="json", exclude={"gate", "options"}) for one in (old, new)
    )
    yield from _of_fields(before, after, FIELDS)
    yield from _of_options(old, new)
    opened, opens = (
        list(one.question.gate.opens_on) if one.question.gate else [] for one in (old, new)
    )
    if set(opened) != set(opens):
        yield Difference("opens_on", opened, opens)
    if (old.section, old.parents) != (new.section, new.parents):
        yield Difference("place", _place(old), _place(new))


def _place(item: Item) -> str:
    return item.parents[-1] if item.parents else item.section


def _of_fields(
    before: Mapping[str, Any], after: Mapping[str, Any], fields: tuple[str, ...]
) -> Iterator[Difference]:
    for name in fields:
        if before.get(name) != after.get(name):
            yield Difference(name, before.get(name), after.get(name))


def _of_options(old: Item, new: Item) -> Iterator[Difference]:
    before = {one.key: one for one in old.question.options}
    after = {one.key: one for one in new.question.options}
    for key, option in after.items():
        known = before.get(key)
        now = option.model_dump(mode="json")
        if known is None:
            yield Difference("options", None, now, key)
        elif known != option:
            yield Difference("options", known.model_dump(mode="json"), now, key)
    for key, option in before.items():
        if key not in after:
            yield Difference("options", option.model_dump(mode="json"), None, key)
    kept = [key for key in before if key in after]
    if kept != [key for key in after if key in before]:
        yield Difference("order", list(before), list(after))
