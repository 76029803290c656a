"""Questionnaires in VSAQ's JSON format: blocks, conditions, choices, and warnings as risks."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.exchange import vsaq
from assessments.exchange.problems import Found
from assessments.models import Questionnaire, QuestionnaireFile
from tests.personas import Person


def _radio(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "radiogroup", "id": name, "text": f"How is <b>{name}</b> done?",
        "choices": [{f"{name}_well": "Well"}, {f"{name}_badly": "Badly &amp; late"}],
        **more,
    }  # fmt: skip


def _tip(condition: str, severity: str = "", **more: Any) -> dict[str, Any]:
    tip = {"type": "tip", "text": f"Mind {condition}.", "cond": condition, **more}
    return tip | ({"severity": severity, "warn": "yes", "name": "Weak"} if severity else {})


def _file(*items: dict[str, Any]) -> dict[str, Any]:
    block = {"type": "block", "text": "Doors", "items": list(items)}
    return {"questionnaire": [{"type": "block", "text": "The house", "items": [block]}]}


def _read(*items: dict[str, Any]) -> Found:
    return vsaq.read(_file(*items))


def test_blocks_are_sections_and_choices_options_without_their_html() -> None:
    found = _read(
        {"type": "info", "text": "Read <a href='https://example.org'>this</a>."},
        _radio("lock"),
        _tip("lock_badly", "high"),
        {"type": "line", "id": "name", "text": "Its name:"},
    )
    assert found.content is not None, found.problems
    [section] = found.content.sections
    assert (str(found.content.title), str(section.title)) == ("The house", "Doors")
    assert str(section.intro) == "Read this (https://example.org)."
    lock = found.content.by_key["lock"].question
    assert str(lock.text) == "How is lock done?"
    assert [str(one.label) for one in lock.options] == ["Well", "Badly & late"]
    assert found.content.by_key["name"].question.kind == "text"


@pytest.mark.parametrize(
    ("severity", "risk"), [("critical", 10_000), ("high", 7_500), ("medium", 5_000), ("low", 2_500)]
)
def test_a_warning_is_the_risk_of_the_answer_that_shows_it(severity: str, risk: int) -> None:
    found = _read(_radio("lock"), _tip("lock_badly", severity))
    assert found.content is not None, found.problems
    lock = found.content.by_key["lock"].question
    assert [one.risk for one in lock.options] == [0, risk]
    assert lock.weight == 1
    assert str(lock.why) == "Mind lock_badly."
    assert severity in lock.comment


def test_what_must_be_ticked_is_a_risk_where_it_is_missing() -> None:
    group = _radio("kept", type="checkgroup")
    found = _read(group, _tip("!kept_well", "high"), _tip("kept_badly", "low"))
    assert found.content is not None, found.problems
    kept = found.content.by_key["kept"].question
    assert (kept.kind, kept.counts) == ("multiple", "missing")
    assert [one.risk for one in kept.options] == [7_500, 0]
    assert "the other way" in found.notes[0].reason


def test_a_condition_on_one_question_is_its_gate_and_others_are_named() -> None:
    behind = _radio("key", cond="lock_well || lock_badly")
    other = _radio("bell", cond="lock_well && key_well")
    found = _read(_radio("lock"), _tip("lock_badly", "low"), behind, other)
    assert found.content is not None, found.problems
    gate = found.content.by_key["lock"].question.gate
    assert gate is not None
    assert set(gate.opens_on) == {"lock_well", "lock_badly"}
    assert found.content.by_key["key"].parents == ("lock",)
    assert found.content.by_key["bell"].parents == ()
    assert found.content.by_key["bell"].question.allow_not_applicable
    assert [note.column for note in found.notes] == ["questionnaire[0].items[0].items[3]"]


def test_yes_or_no_takes_its_risk_from_the_answer_warned_of() -> None:
    asked = {"type": "yesno", "id": "alarm", "text": "An alarm?"}
    found = _read(asked, _tip("alarm/no", "medium"))
    assert found.content is not None, found.problems
    risk = found.content.by_key["alarm"].question.risk
    assert risk is not None
    assert (risk.yes, risk.no) == (0, 5_000)


@pytest.mark.parametrize(
    ("items", "path", "says"),
    [
        ([_radio("a"), _radio("a"), _tip("a_badly", "low")], "items[1]", "used above"),
        ([_radio("a"), "words"], "items[1]", "a block or a question"),
        ([{"type": "line", "id": "n", "text": ""}], "items[0]", ""),
        ([], "", "no question"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_path(items: Any, path: str, says: str) -> None:
    found = _read(*items)
    assert found.content is None
    assert any(path in one.column and says in one.reason for one in found.problems)


def test_what_is_not_known_is_left_out_and_named() -> None:
    found = _read(_radio("a"), _tip("a_badly", "dire"), _tip("b_badly", "low"), {"type": "map"},
                  _radio("c"), _tip("c_badly", "low"))  # fmt: skip
    assert found.content is not None, found.problems
    assert len(found.notes) == 3


@pytest.mark.django_db
def test_a_file_becomes_a_draft_on_the_page(admin: Person) -> None:
    content = json.dumps(_file(_radio("lock"), _tip("lock_badly", "high"))).encode()
    admin.browser.post(
        reverse("assessments:questionnaire-files"), {"file": SimpleUploadedFile("h.json", content)}
    )
    made = QuestionnaireFile.objects.get()
    assert made.report["problems"] == []
    admin.browser.post(reverse("assessments:questionnaire-file", args=[made.pk]), {"run": "1"})
    assert Questionnaire.objects.get(key="the-house").status == "draft"
