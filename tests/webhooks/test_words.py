"""What may be told, in words for people."""

from scoring.change_words import GROUPS
from scoring.selectors.telling import event_types


def test_every_type_that_is_told_is_said_in_words_once_and_no_other() -> None:
    said = [name for types in GROUPS.values() for name in types]
    assert sorted(said) == sorted(event_types())
