"""Questionnaires in the JSON format of VSAQ (Google's vendor security questionnaires).

Blocks that hold questions become sections; radio groups one answer of several, check groups several
answers of a list, lines and boxes words. What a tip warns of becomes the risk of the answer that
shows it, by its severity; what it says becomes the reason why the question is asked. A condition on
answers of one question of the same section becomes its gate; any other stays a note, and "does not
apply" may be said.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from django.utils.translation import gettext as _

from assessments import schema
from assessments.exchange.foreign.build import key_of
from assessments.exchange.foreign.guessing import dimension_of
from assessments.exchange.problems import Found, Problem

#: Severity of what a tip warns of -> risk of the answer that shows it.
RISKS: Final = {"critical": 1, "high": 0.75, "medium": 0.5, "low": 0.25}
_KINDS: Final = {"radiogroup": "single", "checkgroup": "multiple", "yesno": "yes_no",
                 "line": "text", "box": "text", "upload": "text"}  # fmt: skip
_TOKEN: Final = re.compile(r"\s*(\|\||&&|!|\(|\)|[\w./-]+)")
_LINK: Final = re.compile(
    r"<a\b[^>]*href=[\"']([^\"']+)[\"'][^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE
)
#: Blocks further down belong to the section of the block above them.
_DEEPEST: Final = 3

Node = dict[str, Any]


@dataclass
class _Condition:
    """The ids a condition names, those it negates, and whether any one of them is enough."""

    ids: list[str] = field(default_factory=list)
    negated: set[str] = field(default_factory=set)
    is_any: bool = True


@dataclass
class _Asked:
    """A question with its place in the file and the section it stands in."""

    node: Node
    path: str
    section: str
    condition: str
    #: Id of a choice in the file -> key of ours.
    choices: dict[str, str] = field(default_factory=dict)


def is_vsaq(data: object) -> TypeGuard[Node]:
    """Whether data read from JSON has the shape of such a questionnaire."""
    return isinstance(data, dict) and isinstance(data.get("questionnaire"), list)


def parsed(content: bytes) -> Any:
    """The data of a JSON file; None for anything else."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def read(data: Node, *, file_name: str = "") -> Found:
    """The questionnaire in the file, or every reason why there is none, by paths of the file."""
    return _Reading(data, file_name).result()


def words(text: object) -> str:
    """A text of the format without its HTML."""
    said = _LINK.sub(r"\2 (\1)", str(text or ""))
    said = re.sub(r"<\s*(br|/p|/li)\s*/?>", "\n", said, flags=re.IGNORECASE)
    said = html.unescape(re.sub(r"<[^>]*>", "", said))
    return re.sub(r"[ \t]*\n\s*", "\n", re.sub(r"[ \t\xa0]+", " ", said)).strip()


class _Reading:
    def __init__(self, data: Node, file_name: str) -> None:
        self._data, self._file_name = data, file_name
        self._problems: list[Problem] = []
        self._notes: list[Problem] = []
        self._asked: dict[str, _Asked] = {}
        self._sections: dict[str, Node] = {}
        self._tips: list[tuple[Node, str]] = []
        self._ids: dict[str, str] = {}
        #: Id of a choice -> key of its question.
        self._owner: dict[str, str] = {}
        self._title = ""

    def result(self) -> Found:
        for at, node in enumerate(self._data["questionnaire"]):
            self._walk(node, f"questionnaire[{at}]", (), ())
        for tip, path in self._tips:
            self._warn(tip, path)
        for key, one in self._asked.items():
            self._place(key, one)
        if not self._asked:
            self._problems.append(Problem(_("The file holds no question.")))
        if self._problems:
            return Found(None, self._problems, self._notes)
        return self._checked()

    # Going through the file

    def _walk(self, node: Any, path: str, titles: tuple[str, ...], above: tuple[str, ...]) -> None:
        if not isinstance(node, dict) or len(titles) > 20:
            self._problems.append(Problem(_("Here should be a block or a question."), column=path))
            return
        kind = str(node.get("type", ""))
        if kind == "block":
            said = words(node.get("text"))
            self._title = self._title or said
            condition = (*above, *([str(node["cond"])] if node.get("cond") else []))
            for at, part in enumerate(node.get("items") or []):
                self._walk(part, f"{path}.items[{at}]", (*titles, said), condition)
        elif kind == "tip":
            self._tips.append((node, path))
        elif kind == "info":
            self._section(titles)["_intro"].append(words(node.get("text")))
        elif kind in _KINDS:
            self._question(node, kind, path, titles, above)
        elif kind != "spacer":
            self._notes.append(
                Problem(_("“%(kind)s” is not known and left out.") % {"kind": kind[:40]},
                        column=path)
            )  # fmt: skip

    def _section(self, titles: tuple[str, ...]) -> Node:
        titles = titles[:_DEEPEST]
        name = " / ".join(title for title in titles[1:] if title) or self._title or _("Questions")
        if name not in self._sections:
            taken = dict.fromkeys([*(one["key"] for one in self._sections.values()), *self._asked])
            self._sections[name] = {
                "key": key_of(titles[-1] if titles else name, taken), "title": name[:200],
                "dimension": dimension_of(name).value, "reviewer": "procurement",
                "questions": [], "_intro": [],
            }  # fmt: skip
        return self._sections[name]

    def _question(
        self, node: Node, kind: str, path: str, titles: tuple[str, ...], above: tuple[str, ...]
    ) -> None:
        section = self._section(titles)
        choices = self._choices(node, path)
        given = str(node.get("id") or "") or (f"{next(iter(choices))}_asked" if choices else "")
        if given in self._ids:
            self._twice(given, path)
            return
        taken = dict.fromkeys([*self._asked, *(one["key"] for one in self._sections.values())])
        key = key_of(given or path, taken)
        if given:
            self._ids[given] = path
        made: Node = {
            "key": key, "kind": _KINDS[kind], "respondent": "vendor",
            "text": words(node.get("text")), "evidence_expected": kind == "upload",
            "why": _("Asked by the questionnaire this was imported from."),
            "good_evidence": _("A document or a statement that shows it."),
            "comment": path,
        }  # fmt: skip
        one = _Asked(made, path, section["title"], " && ".join(
            f"({part})" for part in (*above, str(node.get("cond") or "")) if part
        ))  # fmt: skip
        if kind == "yesno":
            made |= {"risk": {"yes": 0, "no": 0}, "weight": 0}
            one.choices = {f"{given}/{said}": said for said in ("yes", "no")}
        elif made["kind"] != "text":
            made["options"] = []
            for choice, label in choices.items():
                option = key_of(choice, dict.fromkeys(one.choices.values()))
                one.choices[choice] = option
                made["options"].append({"key": option, "label": words(label), "risk": 0})
            made["weight"] = 0
            if made["kind"] == "multiple":
                made["resolve"] = "max"
        self._owner |= dict.fromkeys(one.choices, key)
        self._asked[key] = one

    def _choices(self, node: Node, path: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for at, choice in enumerate(node.get("choices") or []):
            for name, label in choice.items() if isinstance(choice, dict) else ():
                if name in found or name in self._owner:
                    self._twice(name, f"{path}.choices[{at}]")
                found[str(name)] = str(label)
        return found

    def _twice(self, name: str, path: str) -> None:
        reason = _("The id “%(id)s” is used above already.") % {"id": name[:60]}
        self._problems.append(Problem(reason, column=path))

    # What tips warn of

    def _warn(self, tip: Node, path: str) -> None:
        condition = _condition(str(tip.get("cond") or ""))
        known = [name for name in condition.ids if name in self._owner]
        severity = str(tip.get("severity") or "").lower()
        said = words(tip.get("text"))
        if not known:
            self._notes.append(
                Problem(_("The tip belongs to no answer, and is left out."), column=path)
            )
            return
        if severity and severity not in RISKS:
            reason = _("“%(severity)s” is no severity known here; the tip carries no risk.")
            self._notes.append(Problem(reason % {"severity": severity[:40]}, column=path))
        risk = RISKS.get(severity, 0)
        for name in known:
            self._carry(name, name in condition.negated, risk, path)
        node = self._asked[self._owner[known[0]]].node
        reasons = node.setdefault("_why", [])
        if said not in reasons:
            reasons.append(said)
        if tip.get("name"):
            named = words(tip["name"]) + (f" ({severity})" if severity else "")
            node["comment"] = f"{node['comment']}\n{named}"

    def _carry(self, choice: str, negated: bool, risk: float, path: str) -> None:
        one = self._asked[self._owner[choice]]
        node, key = one.node, one.choices[choice]
        if not risk:
            return
        if node["kind"] == "yes_no":
            shown = {"yes": "no", "no": "yes"}[key] if negated else key
            node["risk"][shown] = max(node["risk"][shown], risk)
        elif negated and node["kind"] == "single":
            for option in node["options"]:
                if option["key"] != key:
                    option["risk"] = max(option["risk"], risk)
        else:
            counts = "missing" if negated else "chosen"
            if node.setdefault("_counts", counts) != counts:
                reason = _("Another tip counts the answers the other way; this one is left out.")
                self._notes.append(Problem(reason, column=path))
                return
            for option in node["options"]:
                if option["key"] == key:
                    option["risk"] = max(option["risk"], risk)
        node["weight"] = 1

    # Where a question stands

    def _place(self, key: str, one: _Asked) -> None:
        node = one.node
        if node.pop("_counts", "chosen") == "missing" and node["kind"] == "multiple":
            node["counts"] = "missing"
        if why := node.pop("_why", None):
            node["why"] = "\n\n".join(why)
        home = next(s for s in self._sections.values() if s["title"] == one.section)
        if not one.condition:
            home["questions"].append(node)
            return
        opens = self._opens(key, one)
        if opens is None:
            node["allow_not_applicable"] = True
            self._notes.append(
                Problem(
                    _("Asked always, and may be said not to apply; the condition was: %(said)s")
                    % {"said": one.condition[:200]},
                    column=one.path,
                )
            )
            home["questions"].append(node)
            return
        parent, keys = opens
        gate = parent.setdefault("gate", {"opens_on": keys, "children": []})
        gate["children"].append(node)

    def _opens(self, key: str, one: _Asked) -> tuple[Node, list[str]] | None:
        """The question and the answers that open this one, where a gate can say it."""
        condition = _condition(one.condition)
        owners = {self._owner.get(name, "") for name in condition.ids}
        if not condition.is_any or condition.negated or len(owners) != 1 or key in owners:
            return None
        parent = self._asked.get(owners.pop())
        if parent is None or parent.section != one.section or not self._is_before(parent, one):
            return None
        keys = sorted({parent.choices[name] for name in condition.ids})
        gate = parent.node.get("gate")
        return None if gate and gate["opens_on"] != keys else (parent.node, keys)

    def _is_before(self, parent: _Asked, one: _Asked) -> bool:
        order = [*self._asked.values()]
        return order.index(parent) < order.index(one)

    # The whole

    def _checked(self) -> Found:
        title = self._title or self._file_name.rpartition(".")[0] or _("Questionnaire")
        sections = []
        for section in self._sections.values():
            intro = "\n\n".join(section.pop("_intro")) or _("Questions of this part.")
            if section["questions"]:
                weight = sum(_weights(section["questions"]))
                sections.append(section | {"intro": intro, "weight": min(weight, 1000)})
        data = {
            "key": key_of(title, {}).replace("_", "-")[:60], "version": "1", "title": title[:200],
            "sections": sections,
        }  # fmt: skip
        try:
            return Found(schema.parse(data), (), self._notes)
        except schema.QuestionFileInvalid as error:
            problems = [Problem(text, column=self._path(data, at)) for at, text in error.errors]
            return Found(None, problems, self._notes)

    def _path(self, data: Node, at: str) -> str:
        """The place in the file of a place in what it became, as far as there is one."""
        node: Any = data
        found = ""
        for name, index in re.findall(r"([a-z_]+)(?:\[(\d+)\])?", at):
            node = node.get(name) if isinstance(node, dict) else None
            if index and isinstance(node, list):
                node = node[int(index)]
            if isinstance(node, dict) and node.get("comment"):
                found = str(node["comment"]).partition("\n")[0]
        return found or at


def _weights(questions: list[Node]) -> Iterator[float]:
    for question in questions:
        yield 0 if question["kind"] == "text" else question.get("weight", 1)
        yield from _weights(question.get("gate", {}).get("children", []))


def _condition(said: str) -> _Condition:
    """A condition such as "a || b" read; one of "and" or of parts is not any of its ids."""
    found = _Condition()
    parts = _TOKEN.findall(said)
    for at, part in enumerate(parts):
        if part == "&&":
            found.is_any = False
        elif part not in {"||", "!", "(", ")"}:
            found.ids.append(part)
            if at and parts[at - 1] == "!":
                found.negated.add(part)
    return found
