"""What people wrote in answers is kept folded, since folding takes longer than comparing.

A trigger folds what is written from now on, and what is there is folded in pieces of 5,000, each
a transaction of its own: nobody who works on answers waits for more than one of them. Nothing is
done twice, so a run that was killed is begun again. A database in which the column was made by
the tables themselves (generated) keeps its texts and goes over to the trigger.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_PIECE = 5_000

_KEPT = """
CREATE OR REPLACE FUNCTION surety_said_words(value jsonb, note text, in_words boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN in_words AND jsonb_typeof(value) = 'string'
        THEN surety_plain((value #>> '{}') || ' ' || note)
    WHEN note = '' THEN ''
    ELSE surety_plain(note)
END;
CREATE OR REPLACE FUNCTION surety_keep_said_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.folded := surety_said_words(NEW.value, NEW.note, NEW.in_words);
    RETURN NEW;
END
$$;
ALTER TABLE assessments_answer ADD COLUMN IF NOT EXISTS folded text DEFAULT '' NOT NULL;
ALTER TABLE assessments_answer ALTER COLUMN folded DROP EXPRESSION IF EXISTS;
ALTER TABLE assessments_answer ALTER COLUMN folded SET DEFAULT '', ALTER COLUMN folded SET NOT NULL;
CREATE OR REPLACE TRIGGER keep_said_words
BEFORE INSERT OR UPDATE OF value, note, in_words, folded ON assessments_answer
FOR EACH ROW EXECUTE FUNCTION surety_keep_said_words();
"""
_NOT_KEPT = """
DROP TRIGGER keep_said_words ON assessments_answer;
DROP FUNCTION surety_keep_said_words();
ALTER TABLE assessments_answer DROP COLUMN folded;
DROP FUNCTION surety_said_words(jsonb, text, boolean);
"""
_NEXT = """
SELECT id FROM assessments_answer WHERE id > %s ORDER BY id OFFSET %s LIMIT 1
"""
_MARK = """
UPDATE assessments_answer AS answer SET in_words = true
FROM assessments_assessment AS assessment
JOIN unnest(%s::uuid[], %s::text[]) AS asked (questionnaire, key)
    ON asked.questionnaire = assessment.questionnaire_id
WHERE answer.assessment_id = assessment.id AND answer.question_key = asked.key
    AND NOT answer.in_words AND jsonb_typeof(answer.value) = 'string'
    AND answer.id > %s AND answer.id <= %s
"""
_FOLD = """
UPDATE assessments_answer SET folded = ''
WHERE id > %s AND id <= %s AND folded <> surety_said_words(value, note, in_words)
"""
_FIRST, _LAST = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"


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


def _pieces(cursor: Any) -> Iterator[tuple[Any, Any]]:
    """Where each piece begins and ends; what is written meanwhile, the trigger folds."""
    begin = _FIRST
    while begin != _LAST:
        cursor.execute(_NEXT, [begin, _PIECE - 1])
        row = cursor.fetchone()
        end = row[0] if row else _LAST
        yield begin, end
        begin = end


def _fold(apps: Any, schema_editor: Any) -> None:
    questionnaires = apps.get_model("assessments", "Questionnaire").objects
    asked = [
        (pk, key)
        for pk, content in questionnaires.values_list("pk", "content").iterator(chunk_size=10)
        for key in _text_keys(content)
    ]
    ids, keys = [pk for pk, _key in asked], [key for _pk, key in asked]
    # Each statement is a transaction: the migration is none.
    with schema_editor.connection.cursor() as cursor:
        for begin, end in _pieces(cursor):
            cursor.execute(_MARK, [ids, keys, begin, end])
            cursor.execute(_FOLD, [begin, end])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("assessments", "0020_steps_for_many")]

    operations = [
        migrations.RunSQL(
            _KEPT,
            _NOT_KEPT,
            state_operations=[
                migrations.AddField(
                    "answer",
                    "folded",
                    models.TextField(blank=True, db_default="", default="", editable=False),
                )
            ],
        ),
        migrations.RunPython(_fold, migrations.RunPython.noop),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS answer_said_words", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            "answer",
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="answer_said_words"),
        ),
        # What earlier versions searched by.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS answer_words", migrations.RunSQL.noop),
        migrations.RunSQL(
            "DROP FUNCTION IF EXISTS surety_said_words(jsonb, text)", migrations.RunSQL.noop
        ),
    ]
