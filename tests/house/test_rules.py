"""The rules of the house that no linter knows."""

import ast
import json
import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.house.code import APPS, ROOT, files, functions, text, tracked, tree

LONGEST = 400
#: Names that tell nothing about what is inside.
EMPTY_NAMES = {"core", "common", "utils", "util", "helpers", "helper", "misc"}
#: Doors: what asks for a row there has to go through a selector, which takes whoever asks.
DOORS = re.compile(r"^(\w+)/(views/\w+|api/\w+|api|views|portal/\w+)\.py$")
#: (file, function) -> why it may ask a table itself.
ASKS_A_TABLE = {
    ("accounts/api.py", "_by_key"): "finds out who asks",
    ("accounts/api.py", "_key_like"): "finds out who asks",
    ("accounts/api.py", "_by_token"): "finds out who asks",
    ("scoring/views/scorecard.py", "scorecard"): "the score of an assessment already let through",
    ("scoring/views/vendor.py", "_found"): "ids of vendors already let through",
    ("vendors/views/engagements.py", "_save"): "the same engagement, read again after a conflict",
    ("vendors/views/vendors.py", "_save"): "the same vendor, read again after a conflict",
    ("vendors/views/vendors.py", "take_up"): "named by a signed token of our own page",
}
#: Files that may declare a text safe, and why.
SAYS_SAFE = {
    "accounts/form_rendering.py": "inputs, every value of which it escapes",
    "accounts/icons.py": "drawings of a package we install, read from its files",
    "accounts/templatetags/ui.py": "an attribute written there",
}


def python(*under: str) -> Iterator[str]:
    """Python files that somebody writes: all but migrations."""
    return (name for name in files(".py", under=under) if "/migrations/" not in name)


def test_no_file_is_too_long_to_read() -> None:
    names = [*python(), *files(".html", ".js", ".css", under=("templates", "static"))]
    long = {name: count for name in names if (count := len(text(name).splitlines())) > LONGEST}
    assert long == {}, "Split them by noun."


def test_what_answers_post_alone_says_so_in_one_way() -> None:
    own = "accounts/posting.py"
    found = [name for name in python(*APPS) if name != own and "require_POST" in text(name)]
    assert found == [], "Use accounts.posting.post_only: nobody is sent back to such an address."


def test_workbooks_that_run_nothing_are_made_in_one_place() -> None:
    own = "audit/workbooks.py"
    found = [name for name in python(*APPS) if name != own and "xlsxwriter.Workbook(" in text(name)]
    assert found == [], "Use audit.workbooks.new_workbook: a text stays a text."


def test_no_file_or_folder_has_an_empty_name() -> None:
    for name in tracked():
        parts = {part.partition(".")[0].strip("_") for part in name.split("/")}
        assert not parts & EMPTY_NAMES, name


def asks_for_rows(node: ast.AST) -> bool:
    """Whether a piece of code asks a table: `Model.objects`, or a lookup on a model itself."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr in {"objects", "_default_manager"}:
            return True
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            looks = part.func.id in {"get_object_or_404", "get_list_or_404"} and part.args
            if looks and isinstance(part.args[0], ast.Name) and part.args[0].id[:1].isupper():
                return True
    return False


def asking() -> set[tuple[str, str]]:
    """Every function of a door that asks a table itself."""
    return {
        (name, function)
        for name in python(*APPS)
        if DOORS.match(name)
        for function, node in functions(tree(name))
        if not isinstance(node, ast.Import | ast.ImportFrom) and asks_for_rows(node)
    }


def test_doors_read_rows_through_selectors_only() -> None:
    assert asking() - set(ASKS_A_TABLE) == set()


def test_no_reason_is_left_over_for_a_door_that_asks_nothing() -> None:
    assert set(ASKS_A_TABLE) - asking() == set()


def test_the_rule_about_doors_can_fail() -> None:
    asks = "def view(request):\n    return get_object_or_404(Vendor, pk=1)"
    through = (
        "def view(request):\n    return get_object_or_404(visible_to(request.principal), pk=1)"
    )
    assert asks_for_rows(ast.parse("Vendor.objects.all()"))
    assert asks_for_rows(ast.parse(asks))
    assert not asks_for_rows(ast.parse(through))


@pytest.mark.parametrize("word", ["mark_safe", "SafeText", "safestring.SafeData"])
def test_only_named_files_declare_a_text_safe(word: str) -> None:
    found = {name for name in python(*APPS, "config") if word in text(name)}
    assert found <= set(SAYS_SAFE)


def test_templates_escape_what_they_show() -> None:
    unescaped = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off")
    assert [name for name in files(".html") if unescaped.search(text(name))] == []


def test_no_view_of_ours_is_exempt_from_the_check_against_forged_requests() -> None:
    assert [name for name in python(*APPS, "config") if "csrf_exempt" in text(name)] == []


def test_the_content_security_policy_lets_in_our_own_files_only() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    sources = {source for given in directives.values() for source in given}
    assert sources <= {"'self'", "'none'", "data:"}
    assert [name for name, given in directives.items() if "data:" in given] == ["img-src"]
    assert {"default-src", "object-src", "base-uri", "form-action", "frame-ancestors"} <= set(
        directives
    )


def _answers_requests(node: ast.AST) -> bool:
    """Whether it is the method of a view, such as the one for DELETE."""
    arguments = node.args.args[1:2] if isinstance(node, ast.FunctionDef) else []
    return [argument.arg for argument in arguments] == ["request"]


def test_a_row_is_saved_and_deleted_by_services_not_by_overrides() -> None:
    overrides = [
        f"{name}: {function}"
        for name in python(*APPS)
        for function, node in functions(tree(name))
        if function.partition(".")[2] in {"save", "delete", "full_clean"}
        and not _answers_requests(node)
    ]
    assert overrides == []


def test_there_are_no_signals() -> None:
    """What follows from a change stands in one table of routes, not in hidden receivers."""
    signals = re.compile(
        r"django\.(db\.models|core|dispatch|test)[.\w]*signals|@receiver|\bSignal\("
    )
    found = [name for name in python(*APPS, "config") if signals.search(text(name))]
    assert found == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    skipped = re.compile(r"\b(skip|skipif|xfail|importorskip)\s*\(|mark\.(skip|xfail)")
    here = "tests/house/test_rules.py"
    assert [n for n in python("tests") if n != here and skipped.search(text(n))] == []


def test_front_end_packages_are_pinned_and_the_lock_names_no_place() -> None:
    package = json.loads(text("package.json"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    lock = json.loads(text("package-lock.json"))["packages"]
    installed = {name: entry for name, entry in lock.items() if name}
    assert all("integrity" in entry for entry in installed.values())
    assert not any("resolved" in entry for entry in installed.values())


def test_locks_hold_hashes_and_no_addresses() -> None:
    for name in files(".lock", under=("requirements",)):
        body = text(name)
        assert "://" not in body, name
        assert "index-url" not in body, name
        pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==", body, flags=re.MULTILINE)
        assert pinned, name
        assert body.count("--hash=sha256:") >= len(pinned), name


def test_the_repository_names_no_package_registry() -> None:
    """A company's own mirror is set up outside, in the clients; nothing here may get around it."""
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("python" + "hosted", "org"))]
    hosts += [".".join(parts) for parts in (("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"))]
    for name in tracked():
        if (ROOT / name).suffix in {".png", ".ico", ".woff2", ".xlsx"}:
            continue
        body = text(name)
        assert not any(host in body for host in hosts), name
