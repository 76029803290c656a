"""Evidence and certificates."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("vendors", "0014_contacts_and_evidence")]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="certificate",
                        serialize=False,
                        to="vendors.evidence",
                    ),
                ),
                ("standard", models.CharField(max_length=40, verbose_name="Standard")),
                ("level", models.CharField(blank=True, max_length=20, verbose_name="Level")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="Number")),
                ("issuer", models.CharField(max_length=160, verbose_name="Issued by")),
                ("scope", models.TextField(verbose_name="Scope")),
                (
                    "covers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_because", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawn_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_withdrawal_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued_on__isnull", True),
                    ("expires_on__isnull", True),
                    ("expires_on__gte", models.F("issued_on")),
                    _connector="OR",
                ),
                name="evidence_ends_after_it_begins",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="sites",
            field=models.ManyToManyField(
                blank=True, related_name="certificates", to="vendors.site"
            ),
        ),
    ]
