"""Invented questionnaires that use every part of the format, for Hypothesis."""

from typing import Any

from hypothesis import strategies as st

from assessments import schema
from assessments.question import Respondent, Tier
from vendors.intake import IpKind, Service

LANGUAGES = ("en", "de", "zh-hans")
_NASTY = st.sampled_from(
    [
        "yes", "No", "null", "1.0", "2026-01-31", "=1+1", "- a list", "a: b", "a # b", "{x}", "#",
        "'quoted'", '"quoted"', " before", "after ", "two\nlines", "two\n\n  lines\n",
        "tab\tinside",
        "_x0041_", "é\u2028ü", "不适用", "@cmd", "+1", "x:", "~", "*a", "&b", "%d", "NA", "|", ">",
        "\\n", "C:\\path", "1e3", "0x1F", "true", "\u00a0hard", "😀",
    ]
)  # fmt: skip
_WORDS = st.one_of(
    _NASTY,
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
        min_size=1,
        max_size=30,
    ),
).filter(str.strip)
_COMMENTS = st.one_of(st.just(""), _WORDS)
_RISKS = st.integers(0, 10_000).map(lambda units: units / 10_000)
_WEIGHTS = st.one_of(
    st.integers(0, 1000), st.floats(0, 1000, allow_nan=False), st.sampled_from([0.1, 1 / 3, 2.5])
)
_NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: value + 0.0),
)


def _texts() -> st.SearchStrategy[Any]:
    return st.one_of(
        _WORDS,
        st.fixed_dictionaries({"en": _WORDS}, optional=dict.fromkeys(LANGUAGES[1:], _WORDS)),
    )


def _some(values: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([str(value) for value in values]), unique=True, max_size=3)


@st.composite
def _options(draw: st.DrawFn, *, multiple: bool) -> list[dict[str, Any]]:
    labels = draw(st.lists(_WORDS, min_size=2, max_size=4, unique=True))
    found = []
    for index, label in enumerate(labels):
        option: dict[str, Any] = {"key": f"o{index}", "label": label, "risk": draw(_RISKS)}
        if draw(st.booleans()):
            option["label"] = {"en": label, "de": draw(_WORDS)}
        option["comment"] = draw(_COMMENTS)
        if multiple:
            option["exclusive"] = draw(st.booleans())
        found.append(option)
    return found


@st.composite
def _answers(draw: st.DrawFn, data: dict[str, Any], kind: str) -> list[str]:
    """How the question is answered, put into `data`; the keys that may open a gate."""
    openers: list[str] = []
    if kind in {"single", "multiple"}:
        data["options"] = draw(_options(multiple=kind == "multiple"))
        openers = [option["key"] for option in data["options"]]
    if kind == "multiple":
        data["resolve"] = draw(st.sampled_from(["max", "capped_sum", "mean"]))
        if data["resolve"] != "mean":
            data["counts"] = draw(st.sampled_from(["chosen", "missing"]))
    if kind == "yes_no":
        data["risk"] = {"yes": draw(_RISKS), "no": draw(_RISKS)}
        openers = ["yes", "no"]
    if kind == "number":
        points = sorted(draw(st.sets(_NUMBERS, min_size=2, max_size=4)))
        data["curve"] = {
            "points": [[value, draw(_RISKS)] for value in points],
            "whole": draw(st.booleans()),
        }
        if draw(st.booleans()):
            data["curve"] |= {"unit": draw(_texts()), "minimum": draw(_NUMBERS)}
        if draw(st.booleans()):
            data["curve"]["maximum"] = draw(_NUMBERS)
    if kind == "date":
        clock = draw(st.sampled_from(["none", "starts", "ends"]))
        data["date"] = {"risk": draw(_RISKS), "clock": clock, "past_only": True}
        if clock == "ends":
            data["valid_for"] = None
    return openers


@st.composite
def _question(
    draw: st.DrawFn, keys: list[int], depth: int, respondent: str, tier: int
) -> dict[str, Any]:
    keys[0] += 1
    kind = draw(st.sampled_from(["single", "yes_no", "multiple", "number", "date", "text"]))
    least = draw(st.integers(tier, 3))
    data: dict[str, Any] = {
        "key": f"q{keys[0]}",
        "kind": kind,
        "text": draw(_texts()),
        "why": draw(_texts()),
        "good_evidence": draw(_texts()),
        "respondent": respondent,
        "weight": 0 if kind == "text" else draw(_WEIGHTS),
        "min_tier": list(Tier)[least].value,
        "mandatory": draw(st.booleans()),
        "evidence_expected": draw(st.booleans()),
        "allow_not_applicable": draw(st.booleans()),
        "max_length": draw(st.sampled_from([4_000, 1, 20_000])),
        "comment": draw(_COMMENTS),
        "valid_for": draw(st.sampled_from([None, "none", 1, 120])),
        "applies": {
            "ip_kinds": draw(_some(IpKind)),
            "services": draw(_some(Service)),
            "tiers": draw(_some(Tier)),
        },
    }
    if draw(st.booleans()):
        data["help"] = draw(_texts())
    openers = draw(_answers(data, kind))
    worst = _worst(data)
    if worst and draw(st.booleans()):
        data["knock_out"] = {
            "at": worst,
            "floor": draw(st.integers(0, 100)),
            "block": draw(st.booleans()),
            "reason": draw(_texts()),
        }
    if kind in {"single", "yes_no"} and draw(st.booleans()):
        data["own"] = {"weight": draw(_WEIGHTS), "compliant": openers[:1]}
        if draw(st.booleans()):
            data["own"]["half"] = openers[1:2]
    if openers and depth < 2 and draw(st.booleans()):
        data["gate"] = {
            "opens_on": openers[: draw(st.integers(1, len(openers)))],
            "children": [
                draw(_question(keys, depth + 1, respondent, least))
                for _ in range(draw(st.integers(1, 2)))
            ],
        }
    return data


def _worst(data: dict[str, Any]) -> float:
    risks = [option["risk"] for option in data.get("options", [])]
    risks += list(data.get("risk", {}).values())
    risks += [risk for _value, risk in data.get("curve", {}).get("points", [])]
    risks += [data["date"]["risk"]] if "date" in data else []
    return float(max(risks, default=0))


def _has_own(node: dict[str, Any]) -> bool:
    below = node.get("questions", []) + node.get("gate", {}).get("children", [])
    return "own" in node or any(map(_has_own, below))


@st.composite
def questionnaires(draw: st.DrawFn) -> schema.Questionnaire:
    """A questionnaire with gates, curves, knock-outs, comments and several languages."""
    keys = [0]
    sections = []
    for index in range(draw(st.integers(1, 3))):
        respondents = st.sampled_from([respondent.value for respondent in Respondent])
        sections.append(
            {
                "key": f"s{index}",
                "title": draw(_texts()),
                "intro": draw(_texts()),
                "dimension": draw(st.sampled_from(list(schema.Dimension))).value,
                "weight": draw(_WEIGHTS),
                "reviewer": draw(st.sampled_from(["procurement", "legal"])),
                "applies": {"tiers": draw(_some(Tier))},
                "comment": draw(_COMMENTS),
                "questions": [
                    draw(_question(keys, 0, draw(respondents), 0))
                    for _ in range(draw(st.integers(1, 3)))
                ],
            }
        )
    # One question that counts, whatever the others weigh.
    sections[0]["weight"] = 1
    sections[0]["questions"][0] |= {"weight": 1} if _counts(sections[0]) else {}
    if not _counts(sections[0]):
        sections[0]["questions"].append(
            {
                "key": "counts", "kind": "yes_no", "text": "Counts?", "why": "It counts.",
                "good_evidence": "None.", "respondent": "buyer", "risk": {"yes": 0, "no": 1},
            }
        )  # fmt: skip
    own_rule = {}
    if any(map(_has_own, sections)) and draw(st.booleans()):
        own_rule = {
            "own_rule": {
                "name": draw(st.sampled_from(["HECVAT", "yes", "Rule: 1"])),
                "measure": draw(st.sampled_from(["weighted", "shares"])),
            }
        }
    return schema.parse(
        {
            **own_rule,
            "key": "invented",
            "version": draw(st.sampled_from(["1", "1.0", "2026-01", "v2 draft", "1e3"])),
            "title": draw(_texts()),
            "languages": list(LANGUAGES),
            "comment": draw(_COMMENTS),
            "sections": sections,
        }
    )


def _counts(section: dict[str, Any]) -> bool:
    return str(section["questions"][0]["kind"]) != "text"
