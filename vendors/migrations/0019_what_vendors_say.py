"""When a vendor means to put a finding right, and what it is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vendors", "0018_finding_due"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="planned_on",
            field=models.DateField(null=True, verbose_name="The vendor's own date"),
        ),
        migrations.AddField(
            model_name="finding",
            name="word",
            field=models.TextField(blank=True, verbose_name="What the vendor is told"),
        ),
    ]
