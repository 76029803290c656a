"""Which engagements are limited to named people, found without reading all of them.

Built beside the writers; what is left half-done where it is killed goes first.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("vendors", "0034_why_merges_were_refused")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS engagement_limited", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            "engagement",
            models.Index(
                condition=models.Q(("limited", True)), fields=["id"], name="engagement_limited"
            ),
        ),
    ]
