"""What becomes of the answers when an assessment goes on with another version of its questionnaire.

Pure: no Django, no clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assessments.comparing import MEANING, Difference, differences
from assessments.schema import Item, Questionnaire
from assessments.selection import Selection
from assessments.values import validate_value


@dataclass(frozen=True)
class Carried:
    """Keys of questions, in the order of asking.

    kept: asked before and now, and they mean the same. reworded: the same, but another wording.
    changed: with what differs; an answer means something else now. added: not asked before.
    dropped: not asked any more. An answer that cannot stay needs a look: `to_confirm`.
    """

    selection: Selection
    kept: tuple[str, ...]
    reworded: tuple[str, ...]
    changed: Mapping[str, tuple[Difference, ...]]
    added: tuple[str, ...]
    dropped: tuple[str, ...]

    def to_confirm(self, answered: Collection[str], *, wording: bool) -> tuple[str, ...]:
        """The answered questions whose answers are to be confirmed before they count.

        wording: also those where only the wording differs.
        """
        asked = [*self.changed, *(self.reworded if wording else ())]
        found = set(asked) & set(answered)
        return tuple(key for key in self.selection.question_keys if key in found)


def carry(
    before: Questionnaire,
    asked: Collection[str],
    after: Questionnaire,
    selection: Selection,
) -> Carried:
    """Map the questions `asked` by `before` to those that `selection` takes from `after`."""
    kept, reworded, added = [], [], []
    changed: dict[str, tuple[Difference, ...]] = {}
    for key in selection.question_keys:
        if key not in asked or key not in before.by_key:
            added.append(key)
            continue
        found = differences(before.by_key[key], after.by_key[key])
        telling = tuple(one for one in found if _tells(one))
        if telling:
            changed[key] = telling
        elif _reworded(before.by_key[key], after.by_key[key]):
            reworded.append(key)
        else:
            kept.append(key)
    chosen = frozenset(selection.question_keys)
    return Carried(
        selection=selection,
        kept=tuple(kept),
        reworded=tuple(reworded),
        changed=changed,
        added=tuple(added),
        dropped=tuple(
            item.key for item in before.items if item.key in asked and item.key not in chosen
        ),
    )


def still_fits(questionnaire: Questionnaire, key: str, value: object) -> bool:
    """Whether a stored value is one that the question takes now."""
    item = questionnaire.by_key.get(key)
    if item is None:
        return False
    try:
        validate_value(item.question, value)
    except ValueError:
        return False
    return True


def _tells(difference: Difference) -> bool:
    """Whether a difference changes what an answer means; a translation alone does not."""
    if difference.field not in MEANING:
        return False
    if difference.field == "curve" and difference.before and difference.after:
        return _without_unit(difference.before) != _without_unit(difference.after)
    if difference.field != "options" or difference.before is None or difference.after is None:
        return True
    return _plain(difference.before) != _plain(difference.after)


def _without_unit(curve: Mapping[str, object]) -> dict[str, object]:
    unit = curve.get("unit")
    english = unit.get("en") if isinstance(unit, dict) else unit
    return {**curve, "unit": english}


def _plain(option: Mapping[str, object]) -> tuple[object, ...]:
    label = option["label"]
    english = label.get("en") if isinstance(label, dict) else label
    return english, option["risk"], option["exclusive"]


def _reworded(old: Item, new: Item) -> bool:
    return str(old.question.text) != str(new.question.text)
