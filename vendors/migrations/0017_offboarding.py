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
                ("reason", models.TextField(verbose_name="Why it ends")),
                ("last_day", models.DateField(verbose_name="Last day")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "In progress"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_note", models.TextField(blank=True)),
                ("closing", models.JSONField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="offboardings",
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
                ("key", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(max_length=200, verbose_name="What is to be done")),
                ("help", models.TextField(blank=True, verbose_name="In detail")),
                (
                    "needs_proof",
                    models.BooleanField(default=False, verbose_name="Needs a document"),
                ),
                ("position", models.PositiveIntegerField()),
                ("due_on", models.DateField(verbose_name="Due")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("waived", "Waived")],
                        default="open",
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "evidence",
                    models.ManyToManyField(related_name="offboarding_lines", to="vendors.evidence"),
                ),
                (
                    "offboarding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="vendors.offboarding",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="offboarding_lines",
                        to=settings.AUTH_USER_MODEL,
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
            index=models.Index(fields=["engagement", "-id"], name="offboarding_engagement"),
        ),
        migrations.AddIndex(
            model_name="offboarding",
            index=models.Index(fields=["status", "last_day", "id"], name="offboarding_state"),
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
                name="offboarding_ended_with_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="offboarding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closing__isnull", False),
                        ("status", "closed"),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "closed"), _negated=True),
                        ("closing__isnull", True),
                        ("sha256", ""),
                    ),
                    _connector="OR",
                ),
                name="offboarding_closing_kept",
            ),
        ),
        migrations.AddIndex(
            model_name="offboardingline",
            index=models.Index(fields=["offboarding", "position"], name="offboarding_line_order"),
        ),
        migrations.AddIndex(
            model_name="offboardingline",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["due_on"],
                name="offboarding_line_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="offboardingline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("offboarding", "key"),
                name="offboarding_line_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="offboardingline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("status", "open")),
                    models.Q(
                        models.Q(("status", "open"), _negated=True), ("settled_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="offboarding_line_settled_with_a_day",
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
                name="offboarding_line_waived_with_a_reason",
            ),
        ),
    ]
