"""Layouts that many vendors have filled in already, known by their headings.

Facts about layouts only; no text of any questionnaire. HECVAT (EDUCAUSE): one row for each question
with a compliant response ("Not scored" for what earns nothing), a default importance and a default
weight on one sheet, and the answers on others, joined by the question's id; questions that stand on
several sheets are filled in once, and repeated by formulas. CAIQ (Cloud Security Alliance): a title
in the first row, headings in the second, and "Yes" as the answer that conforms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from assessments.exchange.foreign.mapping import plain


@dataclass(frozen=True)
class Profile:
    """A mapping under a name. `needed`: headings without which it is another layout."""

    key: str
    name: str
    needed: frozenset[str]
    mapping: dict[str, Any]


_ANSWERS: Final = {
    "yes": "yes",
    "no": "no",
    "n/a": "not_applicable",
    "na": "not_applicable",
    "not applicable": "not_applicable",
}
HECVAT: Final = Profile(
    "hecvat",
    "HECVAT",
    frozenset({"id", "question", "compliant response"}),
    {
        "columns": {
            "id": "id",
            "question": "text",
            "answer": "answer",
            "vendor answers": "answer",
            "additional information": "info",
            "if/then": "only_if",
            "standard guidance": "guidance",
            "guidance": "guidance",
            "yes guidance": "guidance",
            "no guidance": "guidance",
            "n/a guidance": "guidance",
            "reason for question": "why",
            "reason": "why",
            "compliant response": "compliant",
            "default weight": "weight",
        },
        "answers": _ANSWERS | {"not scored": "blank"},
        "weights": {"critical importance": 20.0, "standard importance": 10.0,
                    "minor importance": 5.0},
        "compliant": "yes",
        "profile": "hecvat",
        "rule": "HECVAT",
        "measure": "weighted",
    },
)  # fmt: skip
CAIQ: Final = Profile(
    "caiq",
    "CAIQ",
    frozenset({"question id", "question", "csp caiq answer"}),
    {
        "columns": {
            "question id": "id",
            "question": "text",
            "csp caiq answer": "answer",
            "csp implementation description (optional/recommended)": "info",
            "ssrm control ownership": "info",
            "csc responsibilities (optional/recommended)": "info",
            "ccm control specification": "guidance",
            "ccm domain title": "section",
        },
        "answers": _ANSWERS,
        "compliant": "yes",
        "profile": "caiq",
        "rule": "CAIQ",
        "measure": "shares",
    },
)
PROFILES: Final = (HECVAT, CAIQ)


def matching(headings: Iterable[str]) -> Profile | None:
    """The known layout that has these headings."""
    found = {plain(heading) for heading in headings}
    return next((one for one in PROFILES if one.needed <= found), None)
