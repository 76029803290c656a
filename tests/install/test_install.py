"""The installation: what is missing is said at once, what is half done is done again."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).parents[2]
# What a small machine has besides Python and npm.
_TOOLS = ["cat", "cksum", "dirname", "ls", "mkdir", "rm", "sh", "tail", "tr"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files the installation reads, with one small package to install."""
    folder = tmp_path / "clone"
    (folder / "bin").mkdir(parents=True)
    (folder / "requirements").mkdir()
    shutil.copy2(_REPOSITORY / "bin" / "install", folder / "bin")
    shutil.copy2(_REPOSITORY / "requirements" / "install.lock", folder / "requirements")
    lock = (_REPOSITORY / "requirements" / "dev.lock").read_text()
    small = re.search(r"^sqlparse==.*?(?=^\S)", lock, re.MULTILINE | re.DOTALL)
    assert small is not None
    (folder / "requirements" / "dev.lock").write_text(small[0])
    (folder / "package.json").write_text('{"name": "small", "version": "1.0.0"}')
    (folder / "package-lock.json").write_text(
        '{"name": "small", "version": "1.0.0", "lockfileVersion": 3, "requires": true,'
        ' "packages": {"": {"name": "small", "version": "1.0.0"}}}'
    )
    return folder


def _install(clone: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(clone / "bin" / "install")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _machine_with(folder: Path, **programs: str) -> str:
    """A PATH with the tools of a small machine and the given programs alone."""
    folder.mkdir()
    for name in _TOOLS:
        found = shutil.which(name)
        assert found is not None, name
        (folder / name).symlink_to(found)
    for name, program in programs.items():
        (folder / name).symlink_to(program)
    return str(folder)


def test_a_missing_npm_is_said_before_anything_is_fetched(clone: Path, tmp_path: Path) -> None:
    path = _machine_with(tmp_path / "bin", python3=sys.executable)
    failed = _install(clone, PATH=path)
    assert failed.returncode == 1
    assert failed.stderr == (
        "npm is needed for the front-end files and was not found: install Node.js with npm"
        " (on Debian: apt install npm), then run this again.\n"
    )
    assert not (clone / ".venv").exists()


def test_a_missing_python_is_said_in_one_sentence(clone: Path, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    assert npm is not None
    failed = _install(clone, PATH=_machine_with(tmp_path / "bin", npm=npm))
    assert failed.returncode == 1
    assert failed.stderr == (
        "Python 3.11 or newer is needed and was not found: install it,"
        " or name one with PYTHON=/path/to/python3 make ...\n"
    )


def test_a_half_installed_environment_is_made_anew(clone: Path) -> None:
    broken = clone / ".venv" / "bin"
    broken.mkdir(parents=True)
    (broken / "python").write_text("#!/bin/sh\nexit 1\n")
    (broken / "python").chmod(0o755)

    done = _install(clone)
    assert done.returncode == 0, done.stderr
    python = str(clone / ".venv" / "bin" / "python")
    assert subprocess.run([python, "-c", "import sqlparse"], check=False).returncode == 0

    again = _install(clone, PATH="/nonexistent:/bin:/usr/bin")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_package_that_is_not_the_locked_one_is_refused(clone: Path) -> None:
    lock = clone / "requirements" / "dev.lock"
    version, *_ = lock.read_text().splitlines()
    lock.write_text(f"{version}\n    --hash=sha256:{'0' * 64}\n")
    failed = _install(clone)
    assert failed.returncode == 1
    assert "ash mismatch" in failed.stderr
    assert list((clone / ".venv").glob(".installed-*")) == []
