"""What a cell of a CSV file holds: nothing that a spreadsheet runs, and figures as figures."""

import re

from hypothesis import given
from hypothesis import strategies as st

from audit.csv_file import DANGEROUS, safe


def test_negative_figures_stay_figures_whether_they_come_as_numbers_or_as_text() -> None:
    assert [safe(one) for one in (-5, "-5", "-1.250", -0.5)] == ["-5", "-5", "-1.250", "-0.5"]


def test_what_only_begins_like_a_figure_is_no_figure() -> None:
    for text in ("-1+2", "-", "-1.", "-1,5", "-1e3", "--1", "-1\n", "=1", "+1", "@1"):
        assert safe(text) == f"'{text}"


@given(st.text())
def test_no_text_begins_as_a_formula_and_every_text_can_be_taken_back(text: str) -> None:
    cell = safe(text)
    assert not cell.startswith(DANGEROUS) or re.fullmatch(r"-[0-9]+(\.[0-9]+)?", cell)
    shielded = cell.lstrip("'").startswith(DANGEROUS) and cell.startswith("'")
    assert (cell[1:] if shielded else cell) == text
