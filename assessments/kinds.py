"""Another kind of answer for a question that is being written, and what is lost by that.

Pure: no Django, no clock.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from assessments.drafting import Content, Edit, Node, children, edited, place

#: What belongs to some kinds only.
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "single": ("options",),
    "multiple": ("options", "resolve", "counts"),
    "yes_no": ("risk",),
    "number": ("curve",),
    "date": ("date",),
    "text": ("max_length",),
}
_LOSABLE: Final = ("curve", "date", "resolve", "counts", "max_length", "knock_out", "own")
#: What can be chosen from opens gates.
CHOSEN: Final = ("single", "multiple", "yes_no")


def lost(node: Mapping[str, Any], kind: str) -> list[tuple[str, int]]:
    """Return what of a question another kind does not take: a word for it, and how much of it.

    The words: "options", "exclusive", "curve", "date", "resolve", "counts", "max_length", "weight",
    "knock_out", "own", "opens_on", "gate" (questions behind it, which would stand after it).
    """
    after = as_kind(node, kind)
    found = [(name, 1) for name in _LOSABLE if node.get(name) and not after.get(name)]
    gone = _keys(node) - _keys(after)
    if gone:
        found.insert(0, ("options", len(gone)))
    alone = sum(bool(one.get("exclusive")) for one in node.get("options") or [])
    if alone and kind == "single":
        found.append(("exclusive", alone))
    if kind == "text" and node.get("kind") != "text" and node.get("weight", 1):
        found.append(("weight", 1))
    behind = len(children(node))
    if behind and kind not in CHOSEN:
        found.append(("gate", behind))
    elif behind and _opens(node) != _opens(after):
        found.append(("opens_on", behind))
    return found


def set_kind(key: str, kind: str) -> Edit:
    """The question answered in another way; what was behind its gate stands after it if it must."""

    def edit(content: Content) -> Node:
        made = edited(content)
        found = place(made, key)
        behind = children(found.node)
        after = as_kind(found.node, kind)
        if behind and kind not in CHOSEN:
            found.siblings[found.index + 1 : found.index + 1] = behind
        found.node.clear()
        found.node.update(after)
        return made

    return edit


def as_kind(node: Mapping[str, Any], kind: str) -> Node:
    """Return the question's data for another kind, with all that still fits.

    Yes and no become two options with the keys "yes" and "no", and the other way round.
    """
    made = copy.deepcopy(dict(node))
    if kind == node.get("kind"):
        return made
    options = [*(made.get("options") or [])]
    if node.get("kind") == "yes_no":
        options = _yes_and_no(made.get("risk") or {})
    for field in {name for names in _OWN.values() for name in names} - set(_OWN[kind]):
        made.pop(field, None)
    made["kind"] = kind
    _take_answers(made, options)
    if kind == "text":
        made.pop("weight", None)
        made.pop("knock_out", None)
    if made.get("own"):
        _keep_own(made)
    if kind not in CHOSEN:
        made.pop("gate", None)
    elif made.get("gate"):
        made["gate"]["opens_on"] = [one for one in _opens(made) if one in _keys(made)]
    return made


def _take_answers(made: Node, options: list[Node]) -> None:
    if made["kind"] == "yes_no":
        risks = {str(one.get("key")): one.get("risk") for one in options}
        kept = {name: risks[name] for name in ("yes", "no") if risks.get(name) is not None}
        if kept:
            made["risk"] = kept
    elif made["kind"] in CHOSEN:
        if made["kind"] == "single":
            for option in options:
                option.pop("exclusive", None)
        else:
            made.setdefault("resolve", "max")
        made["options"] = options


def _keep_own(made: Node) -> None:
    """What answers earn by the questionnaire's own rule stays as far as they are still there."""
    kept = {
        name: [one for one in made["own"].get(name, ()) if one in _keys(made)]
        for name in ("compliant", "half")
    }
    if kept["compliant"] and made["kind"] in ("single", "yes_no"):
        made["own"] |= {name: keys for name, keys in kept.items() if name in made["own"]}
    else:
        made.pop("own")


def _yes_and_no(risks: Mapping[str, Any]) -> list[Node]:
    return [
        {"key": key, "label": label, **({"risk": risks[key]} if key in risks else {})}
        for key, label in (("yes", "Yes"), ("no", "No"))
    ]


def _keys(node: Mapping[str, Any]) -> set[str]:
    if node.get("kind") == "yes_no":
        return {"yes", "no"}
    return {str(one.get("key")) for one in node.get("options") or []}


def _opens(node: Mapping[str, Any]) -> list[str]:
    return list((node.get("gate") or {}).get("opens_on") or [])
