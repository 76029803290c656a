"""The other names of a vendor are searched like its own: a change of them is noted as one of it."""

from django.db import migrations


def _note(when: str) -> migrations.RunSQL:
    name = f"note_{when.lower()}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {when} ON vendors_vendoralias FOR EACH ROW "
        "EXECUTE FUNCTION surety_note_outstanding('vendor', 'vendor_id')",
        f"DROP TRIGGER {name} ON vendors_vendoralias",
    )


class Migration(migrations.Migration):
    dependencies = [("scoring", "0020_exports"), ("vendors", "0021_search_by_words")]

    operations = [
        _note("INSERT"),
        _note("DELETE"),
        migrations.RunSQL(
            "INSERT INTO scoring_outstanding (subject, subject_id) "
            "SELECT DISTINCT 'vendor', vendor_id FROM vendors_vendoralias "
            "UNION SELECT 'vendor', merged_into_id FROM vendors_vendor "
            "WHERE merged_into_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
