"""Triggers that write down what has to be compared with the findings that follow from it."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models.expressions import RawSQL

_FUNCTION = """
-- Arguments: the subject, and the column of the changed row that names it.
CREATE FUNCTION surety_note_finding_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO vendors_findingdue (subject, subject_id)
    VALUES (
        TG_ARGV[0],
        (to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[1])::uuid
    );
    RETURN NULL;
END
$$;
"""


def _note(
    table: str, when: str, subject: str, column: str, differs: tuple[str, ...] = ()
) -> migrations.RunSQL:
    name = f"finding_due_{when.split(maxsplit=1)[0].lower()}_{subject}"
    compared = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in differs)
    where = f"WHEN ({compared}) " if compared else ""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW {where}"
        f"EXECUTE FUNCTION surety_note_finding_due('{subject}', '{column}')",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("vendors", "0017_offboarding")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="FindingDue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("engagement", "Engagement"),
                            ("incident", "Incident"),
                            ("vendor", "Vendor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject_id", models.UUIDField()),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=RawSQL("clock_timestamp() + interval '3 seconds'", ())
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(db_default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_id", "subject"], name="finding_due_subject"),
                    models.Index(fields=["subject", "due_at"], name="finding_due_at"),
                ],
            },
        ),
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION surety_note_finding_due()"),
        _note("vendors_incident", "INSERT", "incident", "id"),
        _note(
            "vendors_incident",
            "UPDATE",
            "incident",
            "id",
            ("status", "severity", "title", "description", "engagement_id"),
        ),
        _note("vendors_engagement", "UPDATE", "engagement", "id", ("tier", "status")),
        _note("vendors_engagement", "UPDATE", "vendor", "vendor_id", ("intake", "status")),
        _note("vendors_subcontract", "INSERT OR UPDATE OR DELETE", "vendor", "vendor_id"),
    ]
