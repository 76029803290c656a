"""A unit of its own for sample data, and the jobs that load and remove it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.ids

_KEPT = """
CREATE FUNCTION surety_sample_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is sample and what is not is said once, when the row of % is made',
        TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER sample_stays BEFORE UPDATE ON accounts_businessunit FOR EACH ROW
    WHEN (OLD.sample IS DISTINCT FROM NEW.sample) EXECUTE FUNCTION surety_sample_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_keys_that_end"),
    ]

    operations = [
        migrations.AddField(
            model_name="businessunit",
            name="sample",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="businessunit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sample", True)), fields=("sample",), name="unit_one_sample"
            ),
        ),
        migrations.RunSQL(
            _KEPT,
            "DROP TRIGGER sample_stays ON accounts_businessunit;"
            "DROP FUNCTION surety_sample_stays();",
        ),
        migrations.CreateModel(
            name="SampleJob",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("load", "Loading"), ("remove", "Removing")], max_length=6
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a worker"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("total", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Case(
                            models.When(status__in=("waiting", "running"), then=models.Value(1))
                        ),
                        name="sample_job_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True),
                            ("status__in", ("waiting", "running")),
                        )
                        | models.Q(
                            ("finished_at__isnull", False),
                            ("status__in", ("done", "cancelled", "failed")),
                        ),
                        name="sample_job_finished",
                    ),
                ],
            },
        ),
    ]
