from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_events_by_actor")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="request_id",
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
