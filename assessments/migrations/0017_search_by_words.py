"""Answers are found by the words that people wrote in them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION surety_said_words(value jsonb, note text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(value) = 'string' AND value #>> '{}' !~ '^[a-z0-9_-]*$'
        THEN surety_plain((value #>> '{}') || ' ' || note)
    WHEN note = '' THEN ''
    ELSE surety_plain(note)
END;
"""


class SaidWords(models.Func):
    """The words of an answer, as this migration understood them; 0021 keeps them in a column."""

    function = "surety_said_words"
    output_field = models.TextField()


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0016_answers_of_programs"),
        ("vendors", "0021_search_by_words"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION surety_said_words(jsonb, text)"),
        migrations.AddIndex(
            "answer",
            GinIndex(OpClass(SaidWords("value", "note"), "gin_trgm_ops"), name="answer_words"),
        ),
    ]
