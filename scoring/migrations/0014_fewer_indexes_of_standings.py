"""Names move to the search texts; one index holds the present row and finds those before it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0013_sensitivity")]

    operations = [
        migrations.AddField(
            "searchtext",
            "sort_name",
            models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE scoring_searchtext t SET sort_name = s.sort_name FROM scoring_standing s "
            "WHERE s.vendor_id = t.vendor_id AND s.valid_to IS NULL AND s.unit_id IS NULL; "
            "SET CONSTRAINTS ALL IMMEDIATE",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            "searchtext",
            models.Index(fields=["sort_name", "vendor"], name="search_text_by_name"),
        ),
        migrations.RemoveConstraint("standing", "standing_one_present"),
        migrations.RemoveIndex("standing", "standing_by_name"),
        migrations.RemoveIndex("standing", "standing_history"),
        migrations.RemoveField("standing", "sort_name"),
        migrations.AddConstraint(
            "standing",
            models.UniqueConstraint(
                fields=("vendor", "scope", "valid_to"),
                name="standing_one_present",
                nulls_distinct=False,
            ),
        ),
    ]
