"""Schemathesis against a running server: its configuration with real ids, and its verdict."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_HERE = Path(__file__).parent
_CLI: Final = Path(sys.executable).parent / "schemathesis"
_REAL: Final = 0.8
"""How often a parameter names a row that exists."""

#: The beginning of a path -> the kind of object (tests/access/world.py) its `id` names.
_IDS: Final = {
    "/api/v1/vendors/": ("vendor",),
    "/api/v1/engagements/": ("engagement",),
    "/api/v1/assessments/": ("draft", "answered", "submitted", "signed_off"),
    "/api/v1/scores/": ("score",),
    "/api/v1/findings/": ("finding",),
    "/api/v1/incidents/": ("incident",),
    "/api/v1/monitoring/": ("watched",),
    "/api/v1/webhook-endpoints/": ("endpoint",),
    "/api/v1/exports/": ("export",),
    "/api/v1/reports/": ("ordered",),
    "/api/v1/recalculations/": ("run",),
    "/api/v1/methodologies/": ("method_hash",),
    "/api/v1/questionnaires/": ("questionnaire_hash",),
}
_BY_PATH: Final = ("id", "content_hash")
#: Other parameters in paths -> the kinds of objects.
_PARTS: Final = {
    "contract": ("contract",),
    "disclosure": ("disclosure",),
    "asset": ("ip_asset",),
    "policy": ("policy",),
    "site": ("site",),
    "subcontract": ("subcontract",),
    "fiscal_year": ("year",),
    "system": ("system",),
    "external_id": ("number",),
    "code": ("country",),
    "delivery": ("delivery",),
    "engagement": ("engagement",),
}

#: What they are sent is taken one by one: the result of each says whether it could be.
_ONE_BY_ONE: Final = ("push_vendors",)


def configuration(document: Mapping[str, Any], objects: Mapping[str, Any], key: str) -> str:
    """The checked-in configuration, with the key and with ids of rows that exist."""
    lines = [(_HERE / "schemathesis.toml").read_text(), "[headers]"]
    lines += [f"Authorization = {json.dumps(f'Bearer {key}')}", ""]
    operations: list[str] = []
    used: dict[str, list[Any]] = {}
    for path in document["paths"]:
        bound = {}
        for part, kinds in named(path).items():
            name = "-".join(kinds)
            used[name] = [objects[kind] for kind in kinds]
            bound[part] = name
        for operation in document["paths"][path].values():
            operations += ["[[operations]]"]
            operations += [f"include-operation-id = {json.dumps(operation['operationId'])}"]
            operations += [
                f'parameters."path.{part}" = {{ dictionary = "{name}", probability = {_REAL} }}'
                for part, name in bound.items()
            ]
            operations += [
                f"checks.positive_data_acceptance.expected-statuses = {_accepted(operation)}"
            ]
            if operation["operationId"] in _ONE_BY_ONE:
                operations += [
                    f"checks.negative_data_rejection.expected-statuses = {[*_refused(), '200']}"
                ]
    for name, values in used.items():
        said = [value if isinstance(value, int) else str(value) for value in values]
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(said)}"]
    return "\n".join([*lines, *operations, ""])


def _accepted(operation: Mapping[str, Any]) -> list[str]:
    """How an operation may answer to what its schema allows.

    A body may be well formed and still break a rule over several members (a sum of lines, an
    order of days, an id that has to exist); a token of a page, or a day, may be one that never
    was: 400. No invented If-Match names the version that stands, an invented key may have come
    before, and what is asked may be over: 409, 410, 412, 422 where they are documented. All else
    is taken.
    """
    accepted = ["2xx", "3xx", "401", "403", "404"]
    accepted += sorted({"409", "410", "412", "422"} & set(operation["responses"]))
    parameters = {one["name"]: one["schema"] for one in operation.get("parameters", ())}
    invented = {schema.get("format") for schema in parameters.values()} & {"date", "date-time"}
    if "requestBody" in operation or invented or {"cursor", "after"} & set(parameters):
        accepted.append("400")
    return accepted


def _refused() -> list[str]:
    """How an operation may answer to what its schema does not allow, as the configuration says."""
    said = tomllib.loads((_HERE / "schemathesis.toml").read_text())
    statuses: list[str] = said["checks"]["negative_data_rejection"]["expected-statuses"]
    return statuses


def named(path: str) -> dict[str, tuple[str, ...]]:
    """Each parameter of a path with the kinds of objects that it may name."""
    parts = [piece[1:-1] for piece in path.split("/") if piece.startswith("{")]
    return {part: _kinds(path) if part in _BY_PATH else _PARTS[part] for part in parts}


def _kinds(path: str) -> tuple[str, ...]:
    return next(kinds for start, kinds in _IDS.items() if path.startswith(start))


def run(
    address: str,
    document: Mapping[str, Any],
    config: Path,
    *,
    examples: int,
    more: tuple[str, ...] = (),
) -> str:
    """What Schemathesis says of the server; "" when it finds nothing wrong."""
    description = config.with_name("openapi.json")
    description.write_text(json.dumps(document))
    done = subprocess.run(
        [
            str(_CLI),
            "--config-file",
            str(config),
            "run",
            str(description),
            f"--url={address}",
            f"--max-examples={examples}",
            "--seed=2026",
            # It would take an answer of a busy machine for none after ten seconds.
            "--request-timeout=120",
            "--generation-database=none",
            "--no-color",
            *more,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
        cwd=config.parent,
    )
    said = done.stdout + done.stderr
    (config.parent / "said.txt").write_text(said)
    return "" if done.returncode == 0 else said
