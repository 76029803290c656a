"""`python -m config.sbom FILE`: what Surety is made of, as CycloneDX, from the lock files alone.

The two packagers say it themselves (`cyclonedx-py`, `npm sbom`). Put together it names no place
that packages come from: each site has its own. The same locks give the same file, byte by byte,
where the same packages are installed: their licences are read from there.
"""

import json
import subprocess
import sys
import tomllib
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any, Final, cast

_REPOSITORY: Final = Path(__file__).resolve().parent.parent
_LOCK: Final = "requirements/base.lock"
_ONE_LINE: Final = 80

Component = dict[str, Any]


def document() -> dict[str, Any]:
    """The whole bill of materials: CycloneDX 1.6."""
    project = tomllib.loads((_REPOSITORY / "pyproject.toml").read_text())["project"]
    own = f"pkg:generic/{project['name']}@{project['version']}"
    front_end = _said("npm", "sbom", "--package-lock-only", "--sbom-format=cyclonedx", "--omit=dev")
    components = [
        *map(_python, _said(sys.executable, "-m", "cyclonedx_py", "requirements", _LOCK)),
        *map(_front_end, front_end),
    ]
    components.sort(key=lambda one: str(one["purl"]))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "bom-ref": own,
                "type": "application",
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": own,
            }
        },
        "components": components,
        "dependencies": [
            {"ref": own, "dependsOn": [one["bom-ref"] for one in components]},
            *({"ref": one["bom-ref"]} for one in components),
        ],
    }


def _said(*command: str) -> list[Component]:
    """The components that a packager names."""
    told = subprocess.run(command, cwd=_REPOSITORY, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own words
    found: list[Component] = json.loads(told.stdout)["components"]
    return found


def _python(said: Component) -> Component:
    """A Python package: its files' hashes stay, where they lie does not."""
    hashes = [one for place in said.get("externalReferences", ()) for one in place["hashes"]]
    return {
        **_named(said),
        **_licence(said["name"], said["version"]),
        "externalReferences": [
            {
                "type": "distribution",
                "url": _LOCK,
                "comment": "The lock takes files with one of these hashes.",
                "hashes": hashes,
            }
        ],
    }


def _front_end(said: Component) -> Component:
    """A front-end package: one file, so the hash is that of the package."""
    kept = {name: said[name] for name in ("hashes", "licenses") if said.get(name)}
    return {**_named(said), **kept}


def _named(said: Component) -> Component:
    return {
        "bom-ref": said["purl"],
        "type": "library",
        "name": said["name"],
        "version": said["version"],
        "scope": "required",
        "purl": said["purl"],
    }


def _licence(name: str, version: str) -> Component:
    """What the installed package says of its licence, if this very version is installed."""
    try:
        found = cast("Message", metadata.metadata(name))
    except metadata.PackageNotFoundError:
        return {}
    if found["Version"] != version:
        return {}
    if expression := found.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    told = (found.get("License") or "").strip()
    if told and len(told) <= _ONE_LINE and "\n" not in told:
        return {"licenses": [{"license": {"name": told}}]}
    groups = [one for one in found.get_all("Classifier") or () if one.startswith("License ::")]
    names = [one.rpartition(" :: ")[2] for one in groups]
    return {"licenses": [{"license": {"name": one}} for one in names]} if names else {}


def main() -> None:
    """Write it, and say how much is in it."""
    match sys.argv[1:]:
        case [name]:
            whole, target = document(), Path(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n")
            sys.stdout.write(f"{target}: {len(whole['components'])} packages.\n")
        case _:
            sys.exit("Say where to: python -m config.sbom FILE")


if __name__ == "__main__":
    main()
