"""Figures of the record that go outside: signed, and to be compared without the key."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import make_append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_event_request")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "seal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="checkpoint",
                        serialize=False,
                        to="audit.seal",
                    ),
                ),
                ("sum", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("signature", models.BinaryField(max_length=64)),
            ],
        ),
        make_append_only("audit_checkpoint"),
    ]
