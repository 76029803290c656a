"""`python -m config.advisories`: whether a weakness is known of anything in the locks.

The packagers' own tools ask the list of advisories that this machine can reach. Where none can be
reached, one line says so and nothing fails: a machine without the internet can still be worked on.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_REPOSITORY: Final = Path(__file__).resolve().parent.parent
#: Ids of advisories that do not concern us, a line each, with the reason behind it.
ACCEPTED: Final = _REPOSITORY / "requirements" / "accepted-advisories.txt"
_SECONDS: Final = 180


@dataclass(frozen=True)
class Looked:
    """What was found out about the packages of one lock. `found`: a line for each weakness."""

    lock: str
    asked: int
    found: tuple[str, ...] = ()

    def sentence(self) -> str:
        """One line for people."""
        if not self.asked:
            return f"{self.lock}: not looked up, no list of advisories can be reached from here."
        if self.found:
            return f"{self.lock}: " + "; ".join(self.found)
        return f"{self.lock}: {self.asked} packages looked up, no known weakness."


def read_pip_audit(said: dict[str, Any], accepted: set[str]) -> Looked:
    """What `pip-audit --format json` says."""
    known = [one for one in said.get("dependencies", ()) if "skip_reason" not in one]
    found = [
        f"{one['name']} {one['version']}: {flaw['id']}"
        for one in known
        for flaw in one["vulns"]
        if not accepted & {flaw["id"], *flaw.get("aliases", ())}
    ]
    return Looked("requirements/base.lock", len(known), tuple(found))


def read_npm_audit(said: dict[str, Any], accepted: set[str]) -> Looked:
    """What `npm audit --json` says; it holds no report where no list was reached."""
    asked = said.get("metadata", {}).get("dependencies", {}).get("prod", 0)
    found = [
        f"{name}: {cause['url'].rpartition('/')[2]}"
        for name, one in said.get("vulnerabilities", {}).items()
        for cause in one["via"]
        if isinstance(cause, dict) and cause["url"].rpartition("/")[2] not in accepted
    ]
    return Looked("package-lock.json", asked, tuple(found))


def accepted() -> set[str]:
    """The ids that are accepted."""
    lines = ACCEPTED.read_text().splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


_PIP: Final = (
    sys.executable, "-m", "pip_audit", "--requirement", "requirements/base.lock", "--no-deps",
    "--disable-pip", "--timeout=10", "--progress-spinner=off", "--format=json",
)  # fmt: skip
_NPM: Final = ("npm", "audit", "--package-lock-only", "--omit=dev", "--json")


def _ask(command: tuple[str, ...], read: Callable[..., Looked]) -> Looked:
    try:
        told = subprocess.run(  # noqa: S603 - our own words
            command, cwd=_REPOSITORY, capture_output=True, check=False, timeout=_SECONDS
        )
        return read(json.loads(told.stdout or "{}"), accepted())
    except (subprocess.TimeoutExpired, FileNotFoundError, ValueError):
        return read({}, set())


def looked_up() -> Iterator[Looked]:
    """Both locks."""
    yield _ask(_PIP, read_pip_audit)
    yield _ask(_NPM, read_npm_audit)


def main() -> None:
    """A line for each lock; ends with 1 where a weakness is known and not accepted."""
    weak = False
    for one in looked_up():
        sys.stdout.write(f"{one.sentence()}\n")
        weak = weak or bool(one.found)
    if weak:
        sys.exit(f"Take a newer version (make lock), or say why not in {ACCEPTED.name}.")


if __name__ == "__main__":
    main()
