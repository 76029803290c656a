"""Advisory locks: two kinds of work that have nothing to do with each other share no number."""

import re
from collections import defaultdict
from typing import Final

from tests.house.code import APPS, files, text
from vendors.services import ip_import

#: Numbers of locks of ours begin so.
_NUMBER: Final = re.compile(r"\b7_308_6[\d_]+")


def test_each_number_of_an_advisory_lock_is_said_in_one_place() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for name in files(".py", under=APPS):
        for number in _NUMBER.findall(text(name)):
            places[number].append(name)
    assert places
    assert {number: where for number, where in places.items() if len(where) > 1} == {}


def test_an_ip_list_waits_for_one_that_a_process_of_the_version_before_writes() -> None:
    """No constraint of the table keeps the two from adding the same asset twice."""
    assert ip_import._LOCK == 7_308_627_041
