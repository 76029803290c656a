from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vendors", "0009_ip_schedules")]

    operations = []
