"""A questionnaire written as YAML: one form only, and nothing lost."""

from io import StringIO
from pathlib import Path

import yaml
from django.core.management import call_command
from hypothesis import given, settings

from assessments import schema
from assessments.exchange import yaml_file
from tests.factories.questionnaires import questionnaires

BUILTIN = Path("assessments/questionnaires/ip-outsourcing.yaml")


def test_the_built_in_questionnaire_is_in_the_one_form_byte_for_byte() -> None:
    written = BUILTIN.read_text(encoding="utf-8")
    assert yaml_file.write(schema.load(written)) == written


def test_notes_of_the_authors_are_kept_and_change_no_hash() -> None:
    plain = schema.load(BUILTIN.read_bytes())
    data = plain.to_data()
    data["sections"][0]["questions"][0]["comment"] = "Ask counsel: is this\nstill true?"
    noted = schema.parse(data)
    assert noted.content_hash == plain.content_hash
    assert schema.load(yaml_file.write(noted)) == noted


@settings(max_examples=60)
@given(questionnaires())
def test_what_is_written_is_read_back_and_written_the_same(content: schema.Questionnaire) -> None:
    written = yaml_file.write(content)
    again = schema.load(written)
    assert again == content
    assert yaml_file.write(again) == written


@settings(max_examples=30)
@given(questionnaires())
def test_any_reader_of_yaml_reads_the_same(content: schema.Questionnaire) -> None:
    assert schema.parse(yaml.safe_load(yaml_file.write(content))) == content


def test_a_file_is_rewritten_in_the_one_form(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("# mine\n" + yaml_file.write(schema.load(BUILTIN.read_bytes())) + "\n\n")
    call_command("rewrite_questionnaire", str(path), stdout=StringIO())
    assert path.read_bytes() == BUILTIN.read_bytes()
