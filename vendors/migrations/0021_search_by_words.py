"""The folding of names in the database, and what is searched by it."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

from vendors.folding import Plain

#: As `vendors.plain_text.plain`: no case, no marks, no punctuation. The body is one expression that
#: is read once, here, so that it means the same whatever the search path is.
FUNCTION = r"""
CREATE FUNCTION surety_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(
    replace(replace(replace(replace(
        translate(
            regexp_replace(normalize(lower(said), NFKD), '[\u0300-\u036f]', '', 'g'),
            'øłđðħıς', 'olddhiσ'
        ),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '[^[:alnum:]]+', ' ', 'g'
));
"""


def _index(name: str, *fields: str) -> GinIndex:
    return GinIndex(OpClass(Plain(*fields), "gin_trgm_ops"), name=name)


class Migration(migrations.Migration):
    dependencies = [("vendors", "0020_find_namesakes")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION surety_plain(text)"),
        migrations.AddIndex("finding", _index("finding_words", "title", "detail")),
        migrations.AddIndex("evidence", _index("evidence_words", "title")),
        migrations.AddIndex("evidencefile", _index("evidence_file_words", "name")),
    ]
