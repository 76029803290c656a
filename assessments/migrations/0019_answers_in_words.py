"""Answers know whether they are in words: one word looks like the key of an option."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from assessments.said_words import SaidWords

FUNCTION = """
CREATE FUNCTION surety_said_words(value jsonb, note text, in_words boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN in_words AND jsonb_typeof(value) = 'string'
        THEN surety_plain((value #>> '{}') || ' ' || note)
    WHEN note = '' THEN ''
    ELSE surety_plain(note)
END;
DROP FUNCTION surety_said_words(jsonb, text);
"""
_BEFORE = """
CREATE FUNCTION surety_said_words(value jsonb, note text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(value) = 'string' AND value #>> '{}' !~ '^[a-z0-9_-]*$'
        THEN surety_plain((value #>> '{}') || ' ' || note)
    WHEN note = '' THEN ''
    ELSE surety_plain(note)
END;
DROP FUNCTION surety_said_words(jsonb, text, boolean);
"""


def _text_keys(node: Any) -> Iterator[str]:
    """The keys of the questions in a questionnaire that are answered in words."""
    if isinstance(node, list):
        for one in node:
            yield from _text_keys(one)
    elif isinstance(node, dict):
        if node.get("kind") == "text" and isinstance(node.get("key"), str):
            yield node["key"]
        for one in node.values():
            yield from _text_keys(one)


def _mark(apps: Any, schema_editor: Any) -> None:
    answers = apps.get_model("assessments", "Answer").objects
    questionnaires = apps.get_model("assessments", "Questionnaire").objects
    for pk, content in questionnaires.values_list("pk", "content").iterator(chunk_size=10):
        keys = list(_text_keys(content))
        asked = answers.filter(assessment__questionnaire=pk, question_key__in=keys)
        asked.exclude(value=None).update(in_words=True)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0018_keep_what_is_searched")]

    operations = [
        migrations.RemoveIndex("answer", "answer_words"),
        migrations.RemoveField("answer", "folded"),
        migrations.RunSQL(FUNCTION, _BEFORE),
        migrations.AddField(
            "answer", "in_words", models.BooleanField(default=False, db_default=False)
        ),
        migrations.RunPython(_mark, migrations.RunPython.noop),
        migrations.AddField(
            "answer",
            "folded",
            models.GeneratedField(
                expression=SaidWords("value", "note", "in_words"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "answer",
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="answer_words"),
        ),
    ]
