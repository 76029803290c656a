"""The front-end files that npm brings."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from pytest_django import Settings

from accounts import icons
from config.assets import FILES, PackageFinder


@pytest.mark.parametrize("path", FILES)
def test_each_file_in_use_is_found_below_static(path: str) -> None:
    found = finders.find(path)
    assert isinstance(found, str)
    assert Path(found).is_file()


def test_nothing_else_of_the_packages_is_collected() -> None:
    listed = {
        f"{getattr(storage, 'prefix', '')}/{name}" for name, storage in PackageFinder().list([])
    }
    assert listed == set(FILES)


def test_missing_packages_are_named_with_the_command_that_brings_them(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    (problem,) = PackageFinder().check()
    assert "node_modules/bootstrap" in str(problem.msg)
    assert problem.hint == "Run: npm ci --ignore-scripts"
    assert PackageFinder().find(next(iter(FILES))) == []
    assert list(PackageFinder().list([])) == []


def test_an_image_with_collected_files_needs_no_packages(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path / "app"
    settings.STATIC_ROOT = tmp_path
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text('<svg><symbol id="dot"><path d="M1 1"/></symbol></svg>')
    assert PackageFinder().check() == []
    icons.drawings.cache_clear()
    try:
        assert icons.drawing("dot") == '<path d="M1 1"/>'
        assert icons.drawing("unheard-of") == ""
    finally:
        icons.drawings.cache_clear()
