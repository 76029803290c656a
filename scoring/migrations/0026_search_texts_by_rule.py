"""Whether any search text is of an earlier rule is asked every hour, without reading them all.

Built beside the writers; what is left half-done where it is killed goes first.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("scoring", "0025_search_texts_say_their_rule")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS search_text_rule", migrations.RunSQL.noop
        ),
        AddIndexConcurrently("searchtext", models.Index(fields=["rule"], name="search_text_rule")),
    ]
