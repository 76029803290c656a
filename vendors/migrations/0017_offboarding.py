"""Ending an engagement line by line."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("vendors", "0016_findings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Offboarding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Under way"),
                            ("done", "Done"),
                            ("cancelled", "Called off"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("by_hand", "Started by hand"),
                            ("rejected", "The engagement was rejected"),
                            ("contract", "A contract ends"),
                        ],
                        default="by_hand",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="Why the engagement ends")),
                ("due_on", models.DateField(verbose_name="Due")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offboardings",
                        to="vendors.engagement",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.businessunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OffboardingLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=300, verbose_name="What has to be done")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("waived", "Waived")],
                        default="open",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                ("done_on", models.DateField(null=True, verbose_name="Done on")),
                ("note", models.TextField(blank=True, verbose_name="How, or why not")),
                ("settled_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "evidence",
                    models.ManyToManyField(related_name="offboarding_lines", to="vendors.evidence"),
                ),
                (
                    "offboarding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="vendors.offboarding",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="offboarding",
            index=models.Index(fields=["unit", "-id"], name="offboarding_unit"),
        ),
        migrations.AddIndex(
            model_name="offboarding",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["due_on"], name="offboarding_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="offboarding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("engagement",),
                name="offboarding_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="offboarding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("status", "open")),
                    models.Q(
                        models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="offboarding_ended_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="offboardingline",
            constraint=models.UniqueConstraint(
                fields=("offboarding", "position"), name="offboarding_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="offboardingline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_on__isnull", True), ("settled_at__isnull", True), ("status", "open")
                    ),
                    models.Q(
                        ("done_on__isnull", False),
                        ("settled_at__isnull", False),
                        ("status", "done"),
                    ),
                    models.Q(
                        ("done_on__isnull", True),
                        ("settled_at__isnull", False),
                        ("status", "waived"),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="offboarding_line_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="offboardingline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "waived"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="offboarding_waived_with_words",
            ),
        ),
    ]
