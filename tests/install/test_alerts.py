"""The rules and the dashboard of monitoring: they ask for what there is, and each is explained."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from django.test import Client

from config import queues

_REPOSITORY = Path(__file__).parents[2]
_RULES = _REPOSITORY / "ops" / "prometheus" / "surety-alerts.yaml"
_BOARD = _REPOSITORY / "ops" / "grafana" / "surety.json"
_RUNBOOK = _REPOSITORY / "docs" / "runbook.md"
#: What Prometheus itself knows of whom it asks.
_OF_PROMETHEUS = {"up": {"job", "instance"}}
_ADDED_BY_PROMETHEUS = {"job", "instance"}


@dataclass(frozen=True)
class Rule:
    """An alert of the file."""

    name: str
    expression: str
    whole: dict[str, Any]


def rules() -> list[Rule]:
    said = yaml.safe_load(_RULES.read_text(encoding="utf-8"))
    found = [rule for group in said["groups"] for rule in group["rules"]]
    return [Rule(one["alert"], one["expr"], one) for one in found]


def queries() -> list[str]:
    """What the dashboard asks, with an interval where Grafana puts one."""
    board = json.loads(_BOARD.read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    return [one.replace("$__rate_interval", "5m") for one in asked]


def selectors(expression: str) -> Iterator[tuple[str, set[str], str]]:
    """Each series of an expression that parses: its name, the labels asked for, and the text."""
    written = str(promql_parser.parse(expression))
    for name, asked in re.findall(r"\b([a-z_]+)\{([^}]*)\}", written):
        yield name, set(re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", asked)), asked


@pytest.fixture
def offered(db: None) -> dict[str, set[str]]:
    """Each series that /metrics gives, with its labels."""
    Client().get("/healthz")
    found: dict[str, set[str]] = {}
    for line in Client().get("/metrics").text.splitlines():
        if line and not line.startswith("#"):
            name, _brace, labels = line.partition(" ")[0].partition("{")
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def test_every_rule_and_query_asks_for_series_and_labels_that_there_are(
    offered: dict[str, set[str]],
) -> None:
    known = {**offered, **_OF_PROMETHEUS}
    asked = [one.expression for one in rules()] + queries()
    assert len(asked) > 40
    for expression in asked:
        found = list(selectors(expression))
        assert found, expression
        for name, labels, _text in found:
            assert name in known, expression
            assert labels <= known[name] | _ADDED_BY_PROMETHEUS, expression


def test_every_figure_of_ours_is_on_the_dashboard_and_explained(
    offered: dict[str, set[str]],
) -> None:
    ours = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in offered}
    ours = {name for name in ours if name.startswith("surety_")} - {"surety_http_requests"}
    shown = {re.sub(r"_(bucket|count|sum)$", "", n) for q in queries() for n, _, _ in selectors(q)}
    assert ours - shown == set()
    explained = (_REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in ours if f"`{name}" not in explained] == []


def test_the_queues_that_rules_name_are_queues() -> None:
    named = {
        queue
        for rule in rules()
        for _name, _labels, text in selectors(rule.expression)
        for value in re.findall(r'queue=~?"([^"]+)"', text)
        for queue in value.split("|")
    }
    assert named
    assert named <= set(queues.QUEUES)


def test_every_alert_says_how_urgent_it_is_and_has_its_section_in_the_runbook() -> None:
    sections = re.findall(r"^## (Surety\w+)$", _RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(sections) == sorted(one.name for one in rules())
    for rule in rules():
        assert rule.whole["labels"]["severity"] in {"page", "ticket"}, rule.name
        assert re.fullmatch(r"\d+m", rule.whole["for"]), rule.name
        annotations = rule.whole["annotations"]
        assert annotations["summary"].strip()
        assert annotations["runbook_url"] == f"docs/runbook.md#{rule.name.lower()}"


def test_every_section_says_what_it_means_where_to_look_and_what_to_do() -> None:
    text = _RUNBOOK.read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name = section.partition("\n")[0]
        for word in ("**Means**", "**Look**", "**Do**"):
            assert word in section, (name, word)


def test_the_panels_of_the_dashboard_stand_beside_and_not_on_each_other() -> None:
    board = json.loads(_BOARD.read_text(encoding="utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
