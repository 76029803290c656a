from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_attempts_stay")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="request_id",
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
