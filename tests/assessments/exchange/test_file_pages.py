"""The pages of files: a questionnaire in and out, a foreign one by its mapping, answers back in."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from jsonschema import Draft202012Validator

from accounts.models import BusinessUnit
from assessments.exchange import format_page
from assessments.management.commands.questionnaire_format import PAGE
from assessments.models import AnswerFile, Questionnaire, QuestionnaireFile
from assessments.selectors.assessments import answers_of
from assessments.services.questionnaires import BUILTIN_FILE, builtin, builtin_file
from tests.factories.assessments import make_assessment
from tests.factories.drafts import small_draft
from tests.factories.foreign_workbooks import caiq, expected, hecvat
from tests.personas import Person

pytestmark = pytest.mark.django_db


def _upload(person: Person, name: str, content: bytes) -> QuestionnaireFile:
    response = person.browser.post(
        reverse("assessments:questionnaire-files"), {"file": SimpleUploadedFile(name, content)}
    )
    assert response.status_code == 302, response.content.decode()[:4000]
    return QuestionnaireFile.objects.latest("pk")


def _make_draft(person: Person, made: QuestionnaireFile) -> Questionnaire:
    person.browser.post(reverse("assessments:questionnaire-file", args=[made.pk]), {"run": "1"})
    made.refresh_from_db()
    assert made.questionnaire is not None, made.report
    return made.questionnaire


def test_yaml_database_workbook_database_yaml_is_byte_identical(admin: Person) -> None:
    row = builtin()
    yaml = admin.browser.get(reverse("assessments:questionnaire-yaml", args=[row.pk])).content
    assert yaml == BUILTIN_FILE.read_bytes()
    book = admin.browser.get(reverse("assessments:questionnaire-workbook", args=[row.pk])).content
    made = _upload(admin, "again.xlsx", book)
    assert made.report["problems"] == []
    assert made.report["difference"]["same"]
    draft = _make_draft(admin, made)
    assert draft.content_hash != row.content_hash  # it has another version number
    again = admin.browser.get(reverse("assessments:questionnaire-yaml", args=[draft.pk])).content
    number = f'version: "{draft.version}"' if draft.version[0].isdigit() else draft.version
    assert again.decode().replace(number, f'version: "{row.version}"', 1).encode() == yaml


def test_a_draft_that_is_not_whole_is_not_exported_and_its_gaps_are_shown(admin: Person) -> None:
    draft = small_draft()
    content = {**draft.content, "title": ""}
    Questionnaire.objects.filter(pk=draft.pk).update(content=content)
    for name in ("questionnaire-yaml", "questionnaire-workbook"):
        asked = admin.browser.get(reverse(f"assessments:{name}", args=[draft.pk]), follow=True)
        assert asked.redirect_chain == [
            (reverse("assessments:questionnaire-check", args=[draft.pk]), 302)
        ]
        assert "so it cannot be exported. Below is what it lacks." in asked.content.decode()


def test_a_file_with_problems_names_them_and_imports_nothing(admin: Person) -> None:
    broken = BUILTIN_FILE.read_text().replace("risk: 0.45", "risk: 45", 1)
    made = _upload(admin, "broken.yaml", broken.encode())
    page = admin.browser.get(reverse("assessments:questionnaire-file", args=[made.pk]))
    assert "a risk lies between 0 (best) and 1 (worst)" in page.content.decode()
    response = admin.browser.post(
        reverse("assessments:questionnaire-file", args=[made.pk]), {"run": "1"}
    )
    assert response.status_code == 409
    assert not Questionnaire.objects.filter(status="draft").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x89PNG\r\n\x1a\n" + bytes(99)])
def test_what_is_no_questionnaire_is_refused_with_a_sentence(admin: Person, content: bytes) -> None:
    response = admin.browser.post(
        reverse("assessments:questionnaire-files"),
        {"file": SimpleUploadedFile("file.xlsx", content)},
    )
    assert response.status_code == 200
    assert not QuestionnaireFile.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("HECVAT.xlsx", hecvat()), ("CAIQ.xlsx", caiq())])
def test_a_foreign_workbook_becomes_a_draft_by_its_guessed_mapping(
    admin: Person, name: str, content: bytes
) -> None:
    made = _upload(admin, name, content)
    address = reverse("assessments:file-mapping", args=[made.pk])
    page = admin.browser.get(address)
    assert page.status_code == 200
    form: Any = page.context["form"]
    values = {field.html_name: field.value() for field in form if field.value() is not None}
    response = admin.browser.post(address, values)
    assert response["Location"] == reverse("assessments:questionnaire-file", args=[made.pk])
    made.refresh_from_db()
    assert made.report["problems"] == []
    shown = admin.browser.get(response["Location"]).content.decode()
    assert "Score by its own rule" in shown
    if name == "HECVAT.xlsx":
        own = made.report["own_rule"]
        assert (float(own["earned"]), float(own["possible"])) == expected()
    draft = _make_draft(admin, made)
    assert draft.status == "draft"


def test_a_mapping_is_saved_under_a_name_and_used_again(admin: Person) -> None:
    listed = b"Nr;Frage;Antwort\n1;Ist es so?;stimmt\n2;Und das?;stimmt\n"
    first = _upload(admin, "one.csv", listed)
    address = reverse("assessments:file-mapping", args=[first.pk])
    base = {
        "title": "One", "key": "one", "version": "1", "compliant": "yes", "default_weight": "1",
        "sheet-0": "1",
    }  # fmt: skip
    roles = {"column-0": "id", "column-1": "text", "column-2": "answer"}
    admin.browser.post(address, base)
    admin.browser.post(address, base | roles)
    admin.browser.post(address, base | roles | {"answer-0": "yes", "save_as": "Nr list"})
    first.refresh_from_db()
    assert first.report["own_rule"]["percent"] == "100.0"
    second = _upload(admin, "two.csv", listed)
    page = admin.browser.get(reverse("assessments:file-mapping", args=[second.pk]))
    layout = page.context["form"].fields["use_layout"].choices[-1]
    assert layout[1] == "Nr list"
    chosen = base | {"key": "two", "use_layout": layout[0]}
    admin.browser.post(reverse("assessments:file-mapping", args=[second.pk]), chosen)
    second.refresh_from_db()
    assert second.report["own_rule"]["percent"] == "100.0"


def test_answers_are_filled_in_offline_and_taken_on_the_page(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    offer = procurement.browser.get(reverse("assessments:offline", args=[assessment.pk]))
    assert offer.status_code == 200
    book = procurement.browser.get(reverse("assessments:workbook", args=[assessment.pk])).content
    response = procurement.browser.post(
        reverse("assessments:offline", args=[assessment.pk]),
        {"file": SimpleUploadedFile("mine.xlsx", book)},
    )
    made = AnswerFile.objects.get()
    assert response["Location"] == reverse("assessments:answer-file", args=[made.pk])
    # As if it had been filled in: the workbook itself is tried in test_offline.
    line = next(one for one in made.diff["lines"] if one["key"] == "assigns")
    line |= {"kind": "new", "given": {"state": "answered", "value": "yes", "note": ""}}
    made.save()
    assert "Save what is ticked" in procurement.browser.get(response["Location"]).content.decode()
    procurement.browser.post(response["Location"], {"take": ["assigns"]})
    assert answers_of(assessment)["assigns"].value == "yes"


def test_a_file_that_is_too_large_is_refused_unread(admin: Person) -> None:
    response = admin.browser.post(
        reverse("assessments:questionnaire-files"),
        {"file": SimpleUploadedFile("huge.csv", b"a;b\n" * 5_100_000)},
    )
    assert "larger than 20 MB" in response.content.decode()


def test_the_published_schema_accepts_what_is_exported() -> None:
    validator = Draft202012Validator(format_page.json_schema())
    assert not list(validator.iter_errors(builtin_file().to_data()))
    wrong = builtin_file().to_data() | {"sections": []}
    assert list(validator.iter_errors(wrong))


def test_the_page_about_the_format_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == format_page.markdown()
