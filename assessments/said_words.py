"""What people wrote in answers, as a search compares it; indexed by trigrams."""

from django.db.models import Func, TextField


class SaidWords(Func):
    """The words of an answer: its value where it was written in words, and its note.

    A stored value does not tell a text from the key of an option; `Answer.in_words` does.
    """

    function = "surety_said_words"
    output_field = TextField()
