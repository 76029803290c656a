"""What Surety is made of can be said, and whether a weakness of it is known."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from config import advisories, sbom
from tests.house.code import ROOT, text


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """The bill of materials, as `make sbom` writes it."""
    return sbom.document()


def test_it_is_valid_by_the_schema_of_the_standard(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    named = {one["bom-ref"] for one in bill["components"]}
    [own, *_others] = bill["dependencies"]
    assert set(own["dependsOn"]) == named
    assert len(named) == len(bill["components"])


def test_every_locked_package_is_in_it_with_its_version_and_hashes(bill: dict[str, Any]) -> None:
    found = {one["purl"]: json.dumps(one) for one in bill["components"]}
    lock = text("requirements/base.lock")
    for part in re.split(r"\n(?=\S)", lock):
        name, version = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", part)[0]
        said = found.pop(f"pkg:pypi/{name}@{version}")
        hashes = re.findall(r"sha256:([0-9a-f]{64})", part)
        assert hashes, name
        assert all(one in said for one in hashes), name
    packages = json.loads(text("package-lock.json"))["packages"]
    for place, entry in packages.items():
        if place and not entry.get("dev"):
            name = place.rpartition("node_modules/")[2].replace("@", "%40")
            said = found.pop(f"pkg:npm/{name}@{entry['version']}")
            assert "SHA-512" in said
    assert found == {}


def test_it_says_the_licence_of_nearly_every_package(bill: dict[str, Any]) -> None:
    without = [one["name"] for one in bill["components"] if not one.get("licenses")]
    assert len(without) <= len(bill["components"]) // 10, without


def test_it_names_no_place_that_packages_come_from(bill: dict[str, Any]) -> None:
    addresses = re.findall(r"https?://[^\"\s]+", json.dumps(bill))
    assert set(addresses) == {"http://cyclonedx.org/schema/bom-1.6.schema.json"}
    assert str(ROOT) not in json.dumps(bill)


def test_the_same_locks_give_the_same_file(bill: dict[str, Any]) -> None:
    assert sbom.document() == bill


def test_a_known_weakness_is_named_and_one_that_was_accepted_is_not() -> None:
    said = {
        "dependencies": [
            {
                "name": "django",
                "version": "5.2",
                "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"]}],
            },
            {"name": "celery", "version": "5.7", "vulns": []},
        ]
    }
    looked = advisories.read_pip_audit(said, set())
    assert (looked.asked, looked.found) == (2, ("django 5.2: PYSEC-1",))
    assert "PYSEC-1" in looked.sentence()
    assert advisories.read_pip_audit(said, {"CVE-1"}).found == ()
    front = {
        "metadata": {"dependencies": {"prod": 5}},
        "vulnerabilities": {
            "echarts": {"via": [{"url": "https://advisories.example/GHSA-1"}]},
            "other": {"via": ["echarts"]},
        },
    }
    assert advisories.read_npm_audit(front, set()).found == ("echarts: GHSA-1",)
    assert advisories.read_npm_audit(front, {"GHSA-1"}).found == ()


def test_where_no_list_can_be_reached_one_line_says_so() -> None:
    skipped = {"dependencies": [{"name": "django", "skip_reason": "not found"}]}
    for looked in (
        advisories.read_pip_audit(skipped, set()),
        advisories.read_npm_audit({"message": "request failed", "error": {}}, set()),
    ):
        assert looked.found == ()
        assert "not looked up" in looked.sentence()


def test_what_is_accepted_has_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in advisories.ACCEPTED.read_text().splitlines():
        assert line.startswith("#") or len(line.split()) > 4, line
    listed = tmp_path / "accepted.txt"
    listed.write_text("# why\n\nCVE-1 does not concern us, since\n")
    monkeypatch.setattr(advisories, "ACCEPTED", listed)
    assert advisories.accepted() == {"CVE-1"}
