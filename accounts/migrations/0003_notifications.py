"""Notifications and letters."""

from typing import Any, ClassVar

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import audit.ids


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("accounts", "0002_people_and_clients")]
    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="calendar_feed",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hash", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField()),
                ("last_read_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DigestTime",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="digest_time",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(default=7, verbose_name="Hour")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(default=0, verbose_name="Day of the week"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23), ("weekday__lte", 6)),
                        name="digest_time_exists",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rhythm", models.CharField(max_length=10)),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "rhythm", "day"), name="digest_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("to", models.CharField(blank=True, max_length=254, verbose_name="To")),
                ("template", models.CharField(max_length=120)),
                ("language", models.CharField(max_length=10)),
                ("about", models.UUIDField(blank=True, null=True)),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="Subject")),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                ("secret", models.BooleanField(default=False)),
                ("unsubscribe", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("kept", "Kept, not mailed"),
                            ("sent", "Sent"),
                            ("refused", "Refused for good"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "The mail server cannot be reached"),
                            ("not_accepted", "The mail server does not take mail from us"),
                            ("postponed", "Told to try again later"),
                            ("address_refused", "The address was refused"),
                            ("text_refused", "The letter was refused"),
                            ("bad_address", "The address cannot be written to"),
                            ("unreadable", "Its key is gone: SECRET_KEY has changed"),
                            ("reader_gone", "The account of the reader is switched off"),
                            ("broken", "Something went wrong here"),
                        ],
                        max_length=20,
                        verbose_name="Last trouble",
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0, verbose_name="Tries")),
                ("next_attempt_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="Written"
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="Sent")),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "reader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_attempt_at", "id"],
                        name="letter_waiting",
                    ),
                    models.Index(fields=["-created_at", "-id"], name="letter_newest"),
                    models.Index(fields=["about"], name="letter_about"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(
                                models.Q(("state", "sent"), _negated=True),
                                ("sent_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_sent_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("secret", False),
                            models.Q(("html", ""), ("subject", ""), ("text", "")),
                            _connector="OR",
                        ),
                        name="letter_secret_is_sealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("unit_id", models.UUIDField(blank=True, null=True)),
                ("about", models.UUIDField(blank=True, null=True)),
                ("occasion", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("waits_for", models.CharField(blank=True, max_length=10)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-created_at", "-id"], name="notification_newest"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["user", "-created_at", "-id"],
                        name="notification_unread",
                    ),
                    models.Index(
                        condition=models.Q(("waits_for", ""), _negated=True),
                        fields=["waits_for", "user"],
                        name="notification_waiting",
                    ),
                    models.Index(fields=["created_at"], name="notification_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind", "about", "occasion"),
                        name="notification_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("at_once", "By e-mail at once"),
                            ("daily", "In the daily digest"),
                            ("weekly", "In the weekly digest"),
                            ("app", "Only here"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind"), name="notification_choice_once"
                    )
                ],
            },
        ),
    ]
