"""Left for its name: 0021 makes answers found by the words that people wrote in them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0016_answers_of_programs"),
        ("vendors", "0021_search_by_words"),
    ]
    operations = []
