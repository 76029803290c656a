"""How invitations end, what they lead to besides questions, and how far threads are read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0013_findings_due"),
        ("vendors", "0019_what_vendors_say"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="ended_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("revoked", "Revoked"),
                    ("taken_back", "Taken back"),
                    ("declined", "Declined"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="findings",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="ThreadSeen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("question_key", models.CharField(blank=True, max_length=80)),
                ("last", models.UUIDField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="vendors.contact",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("assessment", "question_key", "user"),
                        name="thread_seen_once_by_user",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("contact__isnull", False)),
                        fields=("assessment", "question_key", "contact"),
                        name="thread_seen_once_by_contact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user__isnull", True), ("contact__isnull", True), _connector="XOR"
                        ),
                        name="thread_seen_by_one_reader",
                    ),
                ],
            },
        ),
    ]
