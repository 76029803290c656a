"""Writing a questionnaire step by step: edits of its plain data, which need not be whole yet.

Pure: no Django, no clock. A draft is the data of `assessments.schema` (sections holding questions,
gates holding more questions). Every edit takes such data and returns new data; what it was given
stays as it was. Sections and questions are found by their keys, which the edits keep unique.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vendors.question_file import Loc

Node = dict[str, Any]
Content = Mapping[str, Any]
Edit = Callable[[Content], Node]

#: The longest key, and what a key may look like.
LONGEST_KEY: Final = 60
KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


class NotThere(LookupError):
    """The draft has no such section or question (any more)."""


class NotPossible(ValueError):
    """An edit that would break the draft: a question behind itself, the last section."""


@dataclass(frozen=True)
class Place:
    """Where a question stands: its section, its gates (outermost first), its neighbours."""

    node: Node
    section: Node
    parents: tuple[Node, ...]
    siblings: list[Node]
    index: int


def empty(*, key: str, version: str, title: str, languages: Sequence[str] = ("en",)) -> Node:
    """Return a questionnaire that asks nothing yet."""
    return {
        "key": key,
        "version": version,
        "title": title,
        "languages": list(languages),
        "sections": [],
    }


def sections(content: Content) -> list[Node]:
    """Return the sections as they stand."""
    return [one for one in content.get("sections") or [] if isinstance(one, dict)]


def children(question: Mapping[str, Any]) -> list[Node]:
    """Return the questions behind a question's gate."""
    return list((question.get("gate") or {}).get("children") or [])


def places(content: Content) -> Iterator[Place]:
    """Yield every question in order, a gate before its children."""
    for section in sections(content):
        yield from _places(section, section.get("questions") or [], ())


def _places(section: Node, siblings: list[Node], parents: tuple[Node, ...]) -> Iterator[Place]:
    for index, node in enumerate(siblings):
        yield Place(node, section, parents, siblings, index)
        behind = (node.get("gate") or {}).get("children") or []
        yield from _places(section, behind, (*parents, node))


def section(content: Content, key: str) -> Node:
    """Return the section with this key. Raises NotThere."""
    for one in sections(content):
        if one.get("key") == key:
            return one
    raise NotThere(key)


def place(content: Content, key: str) -> Place:
    """Return where the question with this key stands. Raises NotThere."""
    for one in places(content):
        if one.node.get("key") == key:
            return one
    raise NotThere(key)


def keys(content: Content) -> set[str]:
    """Return all keys of sections and questions; none may be used twice."""
    return {str(one.get("key")) for one in sections(content)} | {
        str(one.node.get("key")) for one in places(content)
    }


def said(text: object, lang: str = "en") -> str:
    """Return a text in one language, as far as it is written; "" where it is not."""
    if isinstance(text, str):
        return text if lang == "en" else ""
    return str(text.get(lang) or "") if isinstance(text, Mapping) else ""


def with_text(text: object, lang: str, words: str) -> object:
    """Return the text with these words in one language; None where nothing is left of it."""
    held = {"en": text} if isinstance(text, str) else dict(text) if isinstance(text, dict) else {}
    if words.strip():
        held[lang] = words.strip()
    else:
        held.pop(lang, None)
    if not held:
        return None
    return held["en"] if set(held) == {"en"} else held


def make_key(text: str, taken: set[str], *, default: str = "question") -> str:
    """Return a key made from the words of a text, not in `taken`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.split(r"[^a-z0-9]+", plain) if word and not _SMALL.fullmatch(word)]
    made = ""
    for word in words[:6]:
        longer = f"{made}_{word}" if made else word
        if len(longer) > 40 and made:
            break
        made = longer[:40]
    if not made or not made[0].isalpha():
        made = f"{default}_{made}".rstrip("_")[:40]
    return free_key(made, taken)


#: Words that say little, and are left out of keys.
_SMALL: Final = re.compile(
    "an?|and|are|as|at|be|by|can|do(es)?|for|from|ha[sv]e?|how|if|in|is|it|of|on|or|our|that|the"
    "|their|there|they|this|to|us|was|we|what|when|which|who|will|with|your?"
)


def free_key(wanted: str, taken: set[str]) -> str:
    """Return the key, with a number behind it where it is taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted[: LONGEST_KEY - 5]}_{number}" in taken:
        number += 1
    return f"{wanted[: LONGEST_KEY - 5]}_{number}"


# --- edits --------------------------------------------------------------------------------------
def edited(content: Content) -> Node:
    """Return a copy of the content that an edit may change."""
    made = copy.deepcopy(dict(content))
    made.setdefault("sections", [])
    return made


def set_about(values: Mapping[str, Any]) -> Edit:
    """Title, languages, key and version of the whole."""

    def edit(content: Content) -> Node:
        return {**edited(content), **copy.deepcopy(dict(values))}

    return edit


def add_section(values: Mapping[str, Any]) -> Edit:
    """A new section at the end."""

    def edit(content: Content) -> Node:
        made = edited(content)
        made["sections"].append({**copy.deepcopy(dict(values)), "questions": []})
        return made

    return edit


def set_section(key: str, values: Mapping[str, Any]) -> Edit:
    """What a section says of itself; its questions stay."""

    def edit(content: Content) -> Node:
        made = edited(content)
        node = section(made, key)
        questions = node.get("questions", [])
        node.clear()
        node.update(copy.deepcopy(dict(values)))
        node["questions"] = questions
        return made

    return edit


def shift_section(key: str, by: int) -> Edit:
    """One up (-1) or down (1); at the edge it stays."""

    def edit(content: Content) -> Node:
        made = edited(content)
        node = section(made, key)
        _shift(made["sections"], made["sections"].index(node), by)
        return made

    return edit


def remove_section(key: str) -> Edit:
    """Away with a section and all its questions."""

    def edit(content: Content) -> Node:
        made = edited(content)
        made["sections"].remove(section(made, key))
        return made

    return edit


def add_question(values: Mapping[str, Any], *, section_key: str, gate: str | None = None) -> Edit:
    """A new question at the end of a section, or behind the question `gate`."""

    def edit(content: Content) -> Node:
        made = edited(content)
        _into(made, section_key, gate).append(copy.deepcopy(dict(values)))
        return made

    return edit


def set_question(key: str, values: Mapping[str, Any]) -> Edit:
    """What a question says; the questions behind it stay, for `values` hold none."""

    def edit(content: Content) -> Node:
        made = edited(content)
        node = place(made, key).node
        behind = children(node)
        node.clear()
        node.update(copy.deepcopy(dict(values)))
        if behind or node.get("gate"):
            node["gate"] = {**(node.get("gate") or {"opens_on": []}), "children": behind}
        return made

    return edit


def shift_question(key: str, by: int) -> Edit:
    """One up (-1) or down (1) among its neighbours; at the edge it stays."""

    def edit(content: Content) -> Node:
        made = edited(content)
        found = place(made, key)
        _shift(found.siblings, found.index, by)
        return made

    return edit


def remove_question(key: str) -> Edit:
    """Away with a question and those behind it."""

    def edit(content: Content) -> Node:
        made = edited(content)
        _take_out(made, key)
        return made

    return edit


def duplicate_question(key: str, new_key: str) -> Edit:
    """A copy right after the question, under `new_key`; those behind it get keys of their own."""

    def edit(content: Content) -> Node:
        made = edited(content)
        found = place(made, key)
        twin = copy.deepcopy(found.node)
        taken = keys(made)
        twin["key"] = free_key(new_key, taken)
        taken.add(twin["key"])
        for one in _places(found.section, [twin], ()):
            if one.node is not twin:
                one.node["key"] = free_key(str(one.node.get("key")), taken)
                taken.add(one.node["key"])
        found.siblings.insert(found.index + 1, twin)
        return made

    return edit


def put_question(key: str, *, section_key: str, gate: str | None = None) -> Edit:
    """The question, with those behind it, at the end of a section or behind another question."""

    def edit(content: Content) -> Node:
        made = edited(content)
        found = place(made, key)
        if gate is not None:
            inside = {one.node.get("key") for one in _places(found.section, [found.node], ())}
            if gate in inside:
                raise NotPossible("a question cannot stand behind itself")
        node = _take_out(made, key)
        _into(made, section_key, gate).append(node)
        return made

    return edit


def set_texts(words: Mapping[Loc, str], lang: str) -> Edit:
    """Texts in one language, by their places (`assessments.draft_texts`)."""

    def edit(content: Content) -> Node:
        made = edited(content)
        for loc, given in words.items():
            holder: Any = made
            for part in loc[:-1]:
                holder = holder[part]
            text = with_text(holder.get(loc[-1]), lang, given)
            if text is None:
                holder.pop(loc[-1], None)
            else:
                holder[loc[-1]] = text
        return made

    return edit


def _shift(items: list[Node], index: int, by: int) -> None:
    to = min(max(index + by, 0), len(items) - 1)
    items.insert(to, items.pop(index))


def _into(content: Node, section_key: str, gate: str | None) -> list[Node]:
    if gate is None:
        found: list[Node] = section(content, section_key).setdefault("questions", [])
        return found
    holder = place(content, gate).node
    held = holder.get("gate") or {"opens_on": []}
    held.setdefault("children", [])
    holder["gate"] = held
    behind: list[Node] = held["children"]
    return behind


def _take_out(content: Node, key: str) -> Node:
    found = place(content, key)
    node = found.siblings.pop(found.index)
    if found.parents and not found.siblings:
        # A gate without questions behind it is none.
        found.parents[-1].pop("gate", None)
    return node


# --- weights ------------------------------------------------------------------------------------
def shares(content: Content) -> dict[str, float]:
    """Return the share (0 to 1) of each section in its dimension, and of each question in its
    section or, behind a gate, among those behind the same gate. By key."""
    found: dict[str, float] = {}
    by_dimension: dict[object, list[Node]] = {}
    for one in sections(content):
        by_dimension.setdefault(one.get("dimension"), []).append(one)
    for group in by_dimension.values():
        _share(group, found)
    for one in sections(content):
        _share(one.get("questions") or [], found)
    for asked in places(content):
        _share(children(asked.node), found)
    return found


def _share(nodes: Sequence[Node], found: dict[str, float]) -> None:
    weights = [weight(node) for node in nodes]
    total = sum(weights)
    for node, own in zip(nodes, weights, strict=True):
        found[str(node.get("key"))] = own / total if total else 0.0


def set_weights(weights: Mapping[str, int | float]) -> Edit:
    """New weights of sections and questions, by key. Raises NotThere."""

    def edit(content: Content) -> Node:
        made = edited(content)
        nodes = [*sections(made), *(one.node for one in places(made))]
        by_key = {str(node.get("key")): node for node in nodes}
        for key, given in weights.items():
            if key not in by_key:
                raise NotThere(key)
            if given == 1 and by_key[key].get("kind") != "text":
                by_key[key].pop("weight", None)
            else:
                by_key[key]["weight"] = given
        return made

    return edit


def weight(node: Mapping[str, Any]) -> float:
    """Return the weight of a section or question; texts are never scored."""
    given = node.get("weight", 0 if node.get("kind") == "text" else 1)
    return float(given) if isinstance(given, int | float) else 0.0
