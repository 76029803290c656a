"""From a question's data to the values of its form, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assessments import drafting
from assessments.draft_texts import TextPlace, outdated, texts
from assessments.drafting import Content, said
from assessments.forms.authoring import number, without
from assessments.forms.draft_texts import Known
from assessments.forms.question_form import LOWEST, QuestionForm
from assessments.question import Kind

_TEXTS: Final = ("text", "why", "good_evidence", "help")


def known(content: Content, before: Content | None, key: str, langs: Sequence[str]) -> Known:
    """How far the texts of a section or question are translated, by the fields of its form."""
    own = {
        (one.question or one.section, one.field, one.option): (_field_of(one), one)
        for one in texts(content)
        if (one.question or one.section) == key
    }
    late = {lang: outdated(content, before, lang) for lang in langs}
    return Known(
        english={name: one.said("en") for name, one in own.values()},
        missing=frozenset(
            (name, lang)
            for lang in langs
            for name, one in own.values()
            if one.said("en") and not one.said(lang)
        ),
        outdated=frozenset(
            (own[place][0], lang) for lang in langs for place in late[lang] if place in own
        ),
    )


def _field_of(one: TextPlace) -> str:
    if one.field == "label":
        return f"o{one.loc[-2]}_label"
    return {"reason": "ko_reason"}.get(one.field, one.field)


def flat(node: Mapping[str, Any], langs: Sequence[str] = ()) -> dict[str, Any]:
    """A question's data as the values of its form."""
    out = node.get("knock_out") or {}
    curve, date, risk = node.get("curve") or {}, node.get("date") or {}, node.get("risk") or {}
    values: dict[str, Any] = {
        **{name: said(node.get(name)) for name in _TEXTS},
        "key": node.get("key", ""),
        "respondent": node.get("respondent", "vendor"),
        "weight": node.get("weight", 1),
        "mandatory": node.get("mandatory", False),
        "evidence_expected": node.get("evidence_expected", True),
        "allow_not_applicable": node.get("allow_not_applicable", False),
        "min_tier": node.get("min_tier", LOWEST),
        "valid_for": str(node.get("valid_for") or ""),
        **{
            name: (node.get("applies") or {}).get(name, [])
            for name in ("ip_kinds", "services", "tiers")
        },
        "ko_at": out.get("at"),
        "ko_floor": out.get("floor"),
        "ko_block": out.get("block", False),
        "ko_reason": said(out.get("reason")),
        "risk_yes": risk.get("yes"),
        "risk_no": risk.get("no"),
        "points": "\n".join(f"{at} = {of}" for at, of in curve.get("points") or []),
        "unit": said(curve.get("unit")),
        "minimum": curve.get("minimum"),
        "maximum": curve.get("maximum"),
        "whole": curve.get("whole", False),
        "date_risk": date.get("risk", 0),
        "clock": date.get("clock", "none"),
        "past_only": date.get("past_only", False),
        "max_length": node.get("max_length", 4000),
        "resolve": node.get("resolve", "max"),
        "counts": node.get("counts", "chosen"),
        "opens_on": (node.get("gate") or {}).get("opens_on", []),
        "comment": node.get("comment", ""),
    }
    written = {name: node.get(name) for name in _TEXTS}
    written |= {"unit": curve.get("unit"), "ko_reason": out.get("reason")}
    for row, option in enumerate(node.get("options") or []):
        values[f"o{row}_label"] = said(option.get("label"))
        values[f"o{row}_risk"] = option.get("risk")
        values[f"o{row}_key"] = values[f"o{row}_was"] = option.get("key", "")
        written[f"o{row}_label"] = option.get("label")
        values[f"o{row}_exclusive"] = option.get("exclusive", False)
    for lang in langs:
        values |= {f"{name}.{lang}": said(text, lang) for name, text in written.items()}
    return values


def data_of(form: QuestionForm, node: Mapping[str, Any]) -> dict[str, Any]:
    """The question's data as typed; other languages of its texts stay."""
    given = form.cleaned_data
    made: dict[str, Any] = {
        "key": form.named(given["text"]),
        "kind": form.kind.value,
        **{name: form.written(node.get(name), name) for name in _TEXTS},
        "respondent": given["respondent"],
        "weight": number(given["weight"]) if "weight" in given else node.get("weight"),
        "mandatory": given["mandatory"],
        "evidence_expected": given["evidence_expected"],
        "allow_not_applicable": given["allow_not_applicable"],
        "min_tier": given["min_tier"],
        "applies": form.applies(),
        "valid_for": _valid_for(given["valid_for"]),
        "knock_out": _knock_out(form, node),
        **_by_kind(form, node),
        "comment": given["comment"].strip(),
    }
    if made["weight"] == 0:
        made["weight"] = 0.0
    usual = {
        "weight": 1, "mandatory": False, "evidence_expected": True,
        "allow_not_applicable": False, "min_tier": LOWEST, "max_length": 4000,
        "counts": "chosen",
    }  # fmt: skip
    made = without(made, usual)
    if own := _own(node, made, form.kind):
        made["own"] = own
    behind = drafting.children(node)
    opens = [one for one in given.get("opens_on", []) if one in _keys(made, form.kind)]
    if opens or behind:
        made["gate"] = {"opens_on": opens}
    return made


def _valid_for(given: str) -> int | str | None:
    return int(given) if given.isdecimal() else given or None


def _keys(made: Mapping[str, Any], kind: Kind) -> set[str]:
    if kind is Kind.YES_NO:
        return {"yes", "no"}
    return {str(one.get("key")) for one in made.get("options", [])}


def _own(node: Mapping[str, Any], made: Mapping[str, Any], kind: Kind) -> dict[str, Any] | None:
    """What it earns by the questionnaire's own rule, as far as its answers are still there."""
    there, keys = node.get("own") or {}, _keys(made, kind)
    kept = {
        name: [one for one in there.get(name, ()) if one in keys] for name in ("compliant", "half")
    }
    if not kept["compliant"]:
        return None
    return {**there, **{name: keys for name, keys in kept.items() if keys or name in there}}


def _knock_out(form: QuestionForm, node: Mapping[str, Any]) -> dict[str, Any] | None:
    given = form.cleaned_data
    if given.get("ko_at") is None:
        return None
    there = (node.get("knock_out") or {}).get("reason")
    made = {
        "at": number(given["ko_at"]),
        "floor": given["ko_floor"],
        "block": given["ko_block"] or None,
        "reason": form.written(there, "ko_reason"),
    }
    return {name: value for name, value in made.items() if value is not None}


def _by_kind(form: QuestionForm, node: Mapping[str, Any]) -> dict[str, Any]:
    given = form.cleaned_data
    match form.kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            options = _options(form, node)
            if form.kind is Kind.SINGLE:
                return {"options": options}
            return {"options": options, "resolve": given["resolve"], "counts": given["counts"]}
        case Kind.YES_NO:
            risks = {"yes": number(given["risk_yes"]), "no": number(given["risk_no"])}
            return {"risk": {name: risk for name, risk in risks.items() if risk is not None}}
        case Kind.NUMBER:
            curve = {
                "points": form.points,
                "unit": form.written((node.get("curve") or {}).get("unit"), "unit"),
                "minimum": number(given["minimum"]),
                "maximum": number(given["maximum"]),
                "whole": given["whole"] or None,
            }
            return {"curve": {name: value for name, value in curve.items() if value is not None}}
        case Kind.DATE:
            date = {
                "risk": number(given["date_risk"] or 0),
                "clock": given["clock"],
                "past_only": given["past_only"],
            }
            usual = {"risk": 0, "clock": "none", "past_only": False}
            return {"date": without(date, usual) or {"risk": 0}}
        case Kind.TEXT:
            return {"max_length": given["max_length"]}


def _options(form: QuestionForm, node: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = form.cleaned_data
    known_ones = {str(one.get("key")): one for one in node.get("options") or []}
    taken = {given[f"o{row}_key"] for row in range(form.rows)}
    found = []
    for row in range(form.rows):
        label, risk = given[f"o{row}_label"], given[f"o{row}_risk"]
        if not label and risk is None:
            continue
        there = known_ones.get(given[f"o{row}_was"], {})
        key = given[f"o{row}_key"] or drafting.make_key(label, taken, default="answer")
        taken.add(key)
        made = {
            "key": key,
            "label": form.written(there.get("label"), f"o{row}_label"),
            "risk": number(risk),
            "exclusive": given.get(f"o{row}_exclusive") or None,
            "comment": there.get("comment"),
        }
        found.append({name: value for name, value in made.items() if value is not None})
    return found
