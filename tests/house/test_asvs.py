"""The table of security requirements is whole, and names nothing that does not exist."""

import ast
import re
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.house.code import ROOT, functions, text, tree

_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| ([a-z ]+) \| (.+) \|$")
_STATUS = {"met", "partly met", "not met", "outside", "does not apply"}
#: How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has.
_SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11,
    "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1,
    "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A requirement with what the table says of it."""

    number: str
    words: str
    status: str
    shown: str

    @property
    def tests(self) -> list[str]:
        """The tests it names, as "folder/test_file.py" or with "::test_name" behind."""
        return re.findall(r"`([\w/]+\.py(?:::\w+)?)`", self.shown)

    @property
    def pages(self) -> list[str]:
        """The pages it names."""
        return re.findall(r"\]\(([^)#]+)\)", self.shown)


def rows() -> list[Row]:
    """The table."""
    found = [_ROW.match(line) for line in text("docs/asvs.md").splitlines()]
    return [Row(*match.groups()) for match in found if match]


def is_there(name: str) -> bool:
    """Whether a test or file of tests that is named exists."""
    path, _is, test = name.partition("::")
    if not (ROOT / "tests" / path).is_file():
        return False
    module = tree(f"tests/{path}")
    return not test or test in {one.rpartition(".")[2] for one, _node in functions(module)}


def test_every_requirement_of_levels_1_and_2_is_there_once() -> None:
    numbers = [row.number for row in rows()]
    assert len(set(numbers)) == len(numbers)
    assert Counter(number.rpartition(".")[0] for number in numbers) == _SECTIONS


def test_every_line_says_how_it_stands_and_what_shows_it() -> None:
    for row in rows():
        assert row.status in _STATUS, row
        if row.status == "met":
            assert row.tests or row.pages, row
        else:
            assert len(row.shown.split()) > 2, row


def test_every_test_and_page_that_is_named_exists() -> None:
    gone = [(row.number, one) for row in rows() for one in row.tests if not is_there(one)]
    gone += [
        (row.number, one)
        for row in rows()
        for one in row.pages
        if not (ROOT / "docs" / one).resolve().is_file()
    ]
    assert gone == []


def test_the_table_of_input_abuse_names_tests_that_exist() -> None:
    part = text("docs/security.md").partition("## Input abuse")[2].partition("\n## ")[0]
    named = re.findall(r"`([\w/]+\.py(?:::\w+)?)`", part)
    assert len(named) > 25
    assert [one for one in named if not is_there(one)] == []


def test_the_count_on_top_is_that_of_the_table() -> None:
    counted = Counter(row.status for row in rows())
    line = next(one for one in text("docs/asvs.md").splitlines() if "requirements: " in one)
    assert line.startswith(f"{sum(counted.values())} requirements: ")
    for status, count in counted.items():
        assert f" {count} {status}" in line


@pytest.mark.parametrize("name", ["abuse/test_nothing.py", "abuse/test_headers.py::test_none"])
def test_a_test_that_is_not_there_would_be_found(name: str) -> None:
    assert not is_there(name)
    assert isinstance(tree("tests/house/test_asvs.py"), ast.Module)
