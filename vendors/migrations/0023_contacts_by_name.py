"""Contacts are found by what they are called: the log is searched by who did something."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from vendors.folding import called


class Migration(migrations.Migration):
    dependencies = [("vendors", "0022_keep_what_is_searched")]

    operations = [
        migrations.AddField(
            "contact",
            "folded",
            models.GeneratedField(
                expression=called(), output_field=models.TextField(), db_persist=True
            ),
        ),
        migrations.AddIndex(
            "contact",
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="contact_words"),
        ),
    ]
