"""Folding a text takes longer than comparing it: words of answers are kept folded."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from assessments.said_words import SaidWords


class Migration(migrations.Migration):
    dependencies = [("assessments", "0017_search_by_words")]

    operations = [
        migrations.RemoveIndex("answer", "answer_words"),
        migrations.AddField(
            "answer",
            "folded",
            models.GeneratedField(
                expression=SaidWords("value", "note"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "answer",
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="answer_words"),
        ),
    ]
