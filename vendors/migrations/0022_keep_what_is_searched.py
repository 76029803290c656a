"""Folding a text takes longer than comparing it: what is searched is kept folded."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from vendors.folding import Plain


def _kept(model: str, index: str, *fields: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.RemoveIndex(model, index),
        migrations.AddField(
            model,
            "folded",
            models.GeneratedField(
                expression=Plain(*fields), output_field=models.TextField(), db_persist=True
            ),
        ),
        migrations.AddIndex(
            model, GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name=index)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("vendors", "0021_search_by_words")]

    operations = [
        *_kept("finding", "finding_words", "title", "detail"),
        *_kept("evidence", "evidence_words", "title"),
        *_kept("evidencefile", "evidence_file_words", "name"),
    ]
