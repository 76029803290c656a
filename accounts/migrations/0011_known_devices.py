"""From where members have signed in before; those who are signed in now are known from there."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.ids
from accounts import devices


def _know(apps: Any, _editor: Any) -> None:
    known, sessions = (apps.get_model("accounts", one) for one in ("KnownDevice", "Session"))
    found = {}
    for row in sessions.objects.exclude(user=None).order_by("seen_at").iterator():
        key = (row.user_id, *devices.parts(row.agent), devices.network(row.ip))
        began = min(row.began_at, found[key][0]) if key in found else row.began_at
        found[key] = (began, row.seen_at)
    known.objects.bulk_create(
        [
            known(
                user_id=user,
                browser=browser,
                system=system,
                network=network,
                first_seen_at=began,
                seen_at=seen,
            )
            for (user, browser, system, network), (began, seen) in found.items()
        ],
        batch_size=1_000,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_sessions")]

    operations = [
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("browser", models.CharField(blank=True, max_length=30)),
                ("system", models.CharField(blank=True, max_length=30)),
                ("network", models.CharField(blank=True, max_length=50)),
                ("first_seen_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["seen_at"], name="known_device_seen")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "browser", "system", "network"), name="known_device_once"
                    )
                ],
            },
        ),
        migrations.RunPython(_know, migrations.RunPython.noop),
    ]
