"""Answers know whether they are in words: one word looks like the key of an option.

The column costs nothing to add; 0021 marks the answers that are there, a piece at a time.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0018_keep_what_is_searched")]

    operations = [
        migrations.AddField(
            "answer", "in_words", models.BooleanField(default=False, db_default=False)
        ),
    ]
