"""The folding of `vendors.plain_text` in the database, so that indexes can be made of it."""

from django.db.models import Func, TextField, Value


class Plain(Func):
    """The texts of these columns, one after the other, as a search compares them.

    Equal to `plain_text.plain` for whatever is written in Latin, Greek or Cyrillic letters, or in
    letters without case. Indexed by trigrams where there are many: findings, evidence, answers.
    """

    function = "surety_plain"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def called() -> Plain:
    """What somebody is called: `name`, and their `email` before its @, of which the rest says where
    they are."""
    before = Func("email", Value("@"), Value(1), function="split_part", output_field=TextField())
    return Plain("name", before)
