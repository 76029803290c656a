from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vendors", "0006_finances")]

    operations = []
