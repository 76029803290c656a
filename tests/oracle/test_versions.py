"""Each version of the engine says for ever what it said when it made its first score."""

from pathlib import Path

import pytest

from scoring.engine import versions
from scoring.engine.provenance import ENGINE_VERSION
from tests.oracle.cases import outcome
from tests.oracle.frozen import COUNT, frozen_cases, record
from tests.oracle.reference import Reference

HERE = Path(__file__).parent


@pytest.mark.parametrize("version", versions.known())
def test_a_version_says_what_it_has_always_said(version: str) -> None:
    kept = (HERE / f"version_{version}.txt").read_text().splitlines()
    assert len(kept) == COUNT
    assert [record(case, version) for case in frozen_cases()] == kept


def test_the_frozen_cases_reach_every_status_band_and_kind_of_part() -> None:
    lines = (HERE / "version_1.txt").read_text().splitlines()
    for sign in (
        *(f"status={at} " for at in range(3)),
        *(f"band={at} " for at in range(-1, 5)),
        *(f"tier={at} " for at in range(1, 5)),
        "blocked=1 ",
    ):
        assert any(sign in line for line in lines), sign
    assert any(not line.endswith(":uplift=0/0") for line in lines)
    assert any(":unrated=0/0" not in line for line in lines)


def test_the_reference_agrees_on_the_frozen_cases() -> None:
    for case in frozen_cases():
        assert outcome(case) == Reference(case).outcome()


def test_new_scores_are_made_with_a_version_that_is_known() -> None:
    assert versions.current().version == ENGINE_VERSION
    assert ENGINE_VERSION in versions.known()


def test_a_version_that_is_not_known_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(versions.UnknownEngine, match=r"version '0' is not known here; known: 1"):
        versions.engine("0")
