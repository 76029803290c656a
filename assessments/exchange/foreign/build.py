"""From the rows of a foreign workbook and its mapping to a questionnaire of ours.

A question with a compliant answer becomes one with the risk 0 for it and 1 for the other; its
importance becomes its weight. A question without one, where the workbook has such a column, is a
text that is not scored. If/then columns become gates within a section; across sections they stay
a note, and "does not apply" may be said.
"""

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments import schema
from assessments.exchange.foreign.mapping import Mapping, Meaning, Role, plain, weight_of
from assessments.exchange.foreign.rows import Item, Rows
from assessments.exchange.problems import Problem

_CONDITION: Final = re.compile(
    r"\b(yes|no|true|false)\b\W*(?:to|in|for|at)?\W*|([\w&]+(?:[-.][\w.]+)+)", re.IGNORECASE
)
_PARTIAL_RISK: Final = 0.5


@dataclass(frozen=True)
class Condition:
    """An if/then of a question: asked while the question of `key` is answered with `answer`."""

    key: str
    answer: str
    same_section: bool


@dataclass
class Built:
    """What a workbook becomes. `items`: key of ours -> the row it came from.

    `scored`: keys whose answer earns weight; `conditions`: key -> its if/then.
    """

    data: dict[str, Any]
    items: dict[str, Item] = field(default_factory=dict)
    scored: dict[str, float] = field(default_factory=dict)
    compliant: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    content: schema.Questionnaire | None = None


def build(rows: Rows, mapping: Mapping) -> Built:
    """The questionnaire, or every reason why there is none."""
    return _Building(rows, mapping).result()


def key_of(identity: str, taken: AnyMapping[str, Any]) -> str:
    """A key made of an id: A&A-01.1 is a_a_01_1."""
    bare = re.sub(r"[^a-z0-9]+", "_", identity.lower()).strip("_")[:52]
    bare = bare if bare[:1].isalpha() else f"q_{bare}".rstrip("_")
    key, number = bare, 2
    while key in taken:
        key, number = f"{bare}_{number}", number + 1
    return key


def section_of(item: Item) -> str:
    """The title of the section a question belongs to: named, titled above it, or its sheet."""
    if item.section:
        return item.section
    return next((place[0] for place in item.places.values()), "") or _("Questions")


class _Building:
    def __init__(self, rows: Rows, mapping: Mapping) -> None:
        self._rows, self._mapping = rows, mapping
        self._built = Built({}, problems=[*rows.problems], notes=[*rows.notes])
        self._keys: dict[str, str] = {}
        self._nodes: dict[str, dict[str, Any]] = {}
        self._opens: dict[str, str] = {}
        roles = set(mapping.columns.values())
        self._has_compliant = Role.COMPLIANT.value in roles
        #: Ids that an if/then speaks of, as `plain` has them.
        self._asked_about = {
            plain(found[2])
            for item in rows.items
            for found in _CONDITION.finditer(item.get(Role.ONLY_IF))
            if found[2]
        }
        self._partial = any(
            self._meaning(item.get(Role.ANSWER)) is Meaning.PARTIAL for item in rows.items
        )

    def result(self) -> Built:
        built = self._built
        if not self._rows.items:
            built.problems.append(
                Problem(_("No question was found. Choose the column that holds the questions."))
            )
            return built
        for item in self._rows.items:
            key = key_of(item.id, built.items)
            built.items[key] = item
            self._keys[plain(item.id)] = key
        for key, item in built.items.items():
            self._nodes[key] = self._question(key, item)
        for key, item in built.items.items():
            if condition := self._condition(key, item):
                built.conditions[key] = condition
        self._assemble()
        if not built.problems:
            self._check()
        return built

    # One question

    def _meaning(self, label: str) -> Meaning | None:
        said = self._mapping.answers.get(plain(label))
        return Meaning(said) if said else (Meaning.BLANK if not label.strip() else None)

    def _question(self, key: str, item: Item) -> dict[str, Any]:
        text = item.get(Role.TEXT)
        node: dict[str, Any] = {
            "key": key,
            "kind": "text",
            "respondent": self._mapping.respondent,
            "text": text,
            "why": item.get(Role.WHY) or _("Asked by the questionnaire this was imported from."),
            "good_evidence": _("A document or a statement that shows it."),
            "evidence_expected": False,
            "comment": self._origin(item),
        }
        if guidance := item.get(Role.GUIDANCE):
            node["help"] = guidance
        compliant = self._compliant(item)
        if compliant is not None:
            self._score(key, node, item, compliant)
        elif self._is_yes_or_no(item):
            no_risk = {"yes": 0, "no": 0}
            node |= {"kind": "yes_no", "risk": no_risk, "weight": 0, "allow_not_applicable": True}
        children = []
        for role, opens in ((Role.IF_YES, "yes"), (Role.IF_NO, "no")):
            child = self._follow_up(key, item, role)
            if child and node["kind"] != "text":
                children.append(child | {"_opens": opens})
        self._gate_on(node, children)
        return node

    def _is_yes_or_no(self, item: Item) -> bool:
        """Whether a question that earns nothing is one of yes and no all the same."""
        said = self._meaning(item.get(Role.ANSWER))
        return said in {Meaning.YES, Meaning.NO} or plain(item.id) in self._asked_about

    def _origin(self, item: Item) -> str:
        sheet, row, _cell, _heading = next(iter(item.places.values()))
        return _("%(id)s, sheet %(sheet)s, row %(row)d") % {
            "id": item.id,
            "sheet": sheet,
            "row": row,
        }

    def _compliant(self, item: Item) -> Meaning | None:
        """Which answer earns the weight; None for a question that is a text."""
        if self._has_compliant:
            said = item.get(Role.COMPLIANT)
            meaning = self._meaning(said)
            if meaning in {Meaning.YES, Meaning.NO}:
                return meaning
            if said and meaning is None:
                self._built.problems.append(
                    item.problem(
                        Role.COMPLIANT, _("Say what this answer means, on the step of answers.")
                    )
                )
            return None
        answer = item.get(Role.ANSWER)
        if not answer or self._meaning(answer) is not None:
            return Meaning(self._mapping.compliant)
        return None

    def _score(self, key: str, node: dict[str, Any], item: Item, compliant: Meaning) -> None:
        weight = self._weight(item)
        good, bad = (0, 1) if weight else (0, 0)
        risks = {
            "yes": good if compliant is Meaning.YES else bad,
            "no": good if compliant is Meaning.NO else bad,
        }
        node |= {"weight": weight, "allow_not_applicable": True}
        if self._partial:
            node |= {
                "kind": "single",
                "options": [
                    {"key": "yes", "label": _("Yes"), "risk": risks["yes"]},
                    {"key": "partial", "label": _("In part"),
                     "risk": _PARTIAL_RISK if weight else 0},
                    {"key": "no", "label": _("No"), "risk": risks["no"]},
                ],
            }  # fmt: skip
        else:
            node |= {"kind": "yes_no", "risk": risks}
        node["own"] = {"weight": weight, "compliant": [compliant.value]} | (
            {"half": ["partial"]} if self._partial else {}
        )
        self._built.compliant[key] = compliant.value
        if weight:
            self._built.scored[key] = weight

    def _weight(self, item: Item) -> float:
        said = item.get(Role.WEIGHT)
        if not said:
            return self._mapping.default_weight
        weight = self._mapping.weights.get(plain(said))
        if weight is None and re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", said.strip()):
            weight = weight_of(said)
        if weight is None:
            self._built.problems.append(
                item.problem(
                    Role.WEIGHT, _("Say what weight this stands for, on the step of answers.")
                )
            )
            return self._mapping.default_weight
        return weight

    def _follow_up(self, key: str, item: Item, role: Role) -> dict[str, Any] | None:
        text = item.get(role)
        if not text:
            return None
        child = key_of(f"{key}_{role.value}", self._nodes | self._built.items)
        return {
            "key": child,
            "kind": "text",
            "respondent": self._mapping.respondent,
            "text": text,
            "why": _("It follows from the answer above."),
            "good_evidence": _("A document or a statement that shows it."),
            "evidence_expected": False,
        }

    # If/then

    def _condition(self, key: str, item: Item) -> Condition | None:
        said = item.get(Role.ONLY_IF)
        if not said:
            return None
        answer, parent = "yes", ""
        for found in _CONDITION.finditer(said):
            if found[2] and plain(found[2]) in self._keys and not parent:
                parent = self._keys[plain(found[2])]
            elif found[1]:
                answer = "no" if found[1].lower() in {"no", "false"} else "yes"
        parent = parent or self._keys.get(plain(said), "")
        if not parent or parent == key or self._nodes[parent]["kind"] == "text":
            self._built.notes.append(
                item.problem(Role.ONLY_IF, _("No yes/no question of this id; it is always asked."))
            )
            return None
        if self._is_behind(parent, key):
            self._built.problems.append(
                item.problem(Role.ONLY_IF, _("The two questions wait for each other."))
            )
            return None
        other = self._built.items[parent]
        same = plain(section_of(item)) == plain(section_of(other))
        if not same:
            self._built.notes.append(
                item.problem(
                    Role.ONLY_IF,
                    _("%(id)s is in another section: asked always, may be said not to apply.")
                    % {"id": other.id},
                )
            )
        if same and self._opens.setdefault(parent, answer) != answer:
            same = False
            self._built.notes.append(
                item.problem(
                    Role.ONLY_IF,
                    _("%(id)s opens others on another answer: asked always, may not apply.")
                    % {"id": other.id},
                )
            )
        return Condition(parent, answer, same)

    def _is_behind(self, key: str, other: str) -> bool:
        """Whether `key` is asked, over any number of steps, only behind `other`."""
        seen: set[str] = set()
        while (condition := self._built.conditions.get(key)) and key not in seen:
            seen.add(key)
            key = condition.key
            if key == other:
                return True
        return False

    def _gate_on(self, parent: dict[str, Any], children: Sequence[dict[str, Any]]) -> None:
        for child in children:
            opens = child.pop("_opens")
            gate = parent.setdefault("gate", {"opens_on": [opens], "children": []})
            if opens not in gate["opens_on"]:
                gate["opens_on"] = [*gate["opens_on"], opens]
            gate["children"].append(child)

    # The whole

    def _assemble(self) -> None:
        sections: dict[str, dict[str, Any]] = {}
        keys: dict[str, str] = {}
        for key, item in self._built.items.items():
            node = self._nodes[key]
            condition = self._built.conditions.get(key)
            if condition and condition.same_section:
                node["_opens"] = condition.answer
                parent = self._nodes[condition.key]
                self._gate_on(parent, [node])
                continue
            title = section_of(item)
            if plain(title) not in sections:
                name = key_of(title, dict.fromkeys((*keys.values(), *self._nodes)))
                keys[plain(title)] = name
                sections[plain(title)] = self._section(name, title)
            sections[plain(title)]["questions"].append(node)
        mapping = self._mapping
        self._built.data = {
            "key": mapping.key,
            "version": mapping.version,
            "title": mapping.title,
            "languages": ["en"],
            "sections": list(sections.values()),
        }
        if self._built.compliant:
            self._built.data["own_rule"] = {
                "name": mapping.rule or mapping.title[:80] or _("Own rule"),
                "measure": mapping.measure,
            }

    def _section(self, key: str, title: str) -> dict[str, Any]:
        weight = sum(
            self._built.scored.get(one, 0)
            for one, item in self._built.items.items()
            if plain(section_of(item)) == plain(title)
        )
        return {
            "key": key,
            "title": title,
            "intro": _("Questions of this part."),
            "dimension": self._mapping.dimensions.get(
                plain(title), self._mapping.default_dimension
            ),
            # As much as its questions together, so that sections weigh what their rule says.
            "weight": min(weight, 1000),
            "reviewer": self._mapping.reviewer,
            "questions": [],
        }

    def _check(self) -> None:
        built = self._built
        try:
            built.content = schema.parse(built.data)
        except schema.QuestionFileInvalid as error:
            built.problems += [self._placed(path, text) for path, text in error.errors]

    def _placed(self, path: str, text: str) -> Problem:
        node: Any = self._built.data
        item: Item | None = None
        for found in re.finditer(r"([a-z_]+)(?:\[(\d+)\])?", path):
            if not isinstance(node, dict):
                break
            node = node.get(found[1])
            if found[2] and isinstance(node, list):
                node = node[int(found[2])]
            if isinstance(node, dict):
                item = self._built.items.get(str(node.get("key")), item)
        if item is None:
            return Problem(text, column=path)
        role = Role.TEXT if path.endswith(".text") else Role.ID
        return item.problem(role, text)
