from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vendors", "0012_fourth_parties")]

    operations = []
