"""What people wrote in answers, as a search compares it; indexed by trigrams."""

from django.db.models import Func, TextField


class SaidWords(Func):
    """The words of an answer: its value where it is a text, and its note.

    Stored values do not tell a text from the key of an option. What looks like a key, one word in
    small letters and digits, is taken for one.
    """

    function = "surety_said_words"
    output_field = TextField()
