"""Importing a watch-list from the command line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories.screening import list_csv, make_list, row

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_watch_list", *arguments, "--as-of", "2026-01-31", stdout=out)
    return out.getvalue()


def test_a_file_becomes_a_version_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    watch_list = make_list(title="Quill list")
    file = tmp_path / "list.csv"
    file.write_bytes(list_csv([row("1", "Quillon"), row("2", "Brandis")]))
    assert "2 new, 0 changed, 0 gone, 0 same" in run("quill-list", str(file), "--dry-run")
    assert watch_list.versions.count() == 0
    assert "imported as version 1" in run("quill-list", str(file))
    with pytest.raises(CommandError, match="same file as version 1"):
        run("quill-list", str(file))


def test_wrong_cells_lists_and_files_are_named(tmp_path: Path) -> None:
    watch_list = make_list(title="Quill list")
    file = tmp_path / "list.csv"
    file.write_bytes(b"uid,name\n1,=CMD()\n")
    with pytest.raises(CommandError, match="Nothing was imported"):
        run("quill-list", str(file))
    assert watch_list.versions.count() == 0
    with pytest.raises(CommandError, match="There are: quill-list"):
        run("other", str(file))
    with pytest.raises(CommandError, match="No such file"):
        run("quill-list", str(tmp_path / "none.csv"))
