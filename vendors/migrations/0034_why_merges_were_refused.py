"""A job names no engagement any more; it keeps the ids of those that kept a merge from being done.

In words that were said before, titles are looked for, and the words are left out.
"""

from typing import ClassVar

from django.db import migrations, models

_BEFORE = """
UPDATE vendors_mergejob AS job SET said = '', kept_by = (
    SELECT coalesce(jsonb_agg(one.id ORDER BY one.title, one.id), '[]')
    FROM vendors_engagement AS one
    WHERE one.vendor_id IN (job.kept_id, job.gone_id) AND strpos(job.said, one.title) > 0
)
WHERE job.said LIKE '% is archived, and engagements of the other record have yet to be%'
    OR job.said LIKE '% ist archiviert, und für Einsätze des anderen Datensatzes steht die%'
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("vendors", "0033_words_of_ended_merge_jobs")]

    operations: ClassVar = [
        migrations.AddField("mergejob", "kept_by", models.JSONField(null=True)),
        migrations.RunSQL(_BEFORE, migrations.RunSQL.noop),
    ]
