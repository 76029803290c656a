"""Front-end files from npm: served and collected one by one, as they were published.

The packages hold some 80 MB (source maps, modules, thousands of single icons), of which the pages
need four files. A folder in STATICFILES_DIRS would collect and compress all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage

#: URL path below /static/ -> path below node_modules, with the same file name.
#: The map is never asked for by a reader, but the style sheet names it and hashing checks that.
FILES: Final = {
    "vendor/bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap-icons/bootstrap-icons.svg": "bootstrap-icons/bootstrap-icons.svg",
    "vendor/echarts/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
}


def packages() -> Path:
    """The folder that npm installs into."""
    return Path(settings.BASE_DIR) / "node_modules"


class PackageFinder(BaseFinder):
    """Static files finder over FILES."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Say what to do when the packages are not installed; an image may ship collected files."""
        collected = Path(settings.STATIC_ROOT)
        missing = [
            source
            for path, source in FILES.items()
            if not (packages() / source).is_file() and not (collected / path).is_file()
        ]
        if not missing:
            return []
        return [
            Error(
                f"Front-end file missing: node_modules/{missing[0]}.",
                hint="Run: npm ci --ignore-scripts",
                id="surety.E001",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Absolute path of one file, or [] when it is none of ours."""
        source = FILES.get(path)
        if source is None or not (packages() / source).is_file():
            return []
        found = str(packages() / source)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """All files, each with a storage rooted at its folder and prefixed with its URL folder."""
        for path, source in FILES.items():
            target = packages() / source
            if not target.is_file():
                continue
            storage = FileSystemStorage(location=target.parent)
            storage.prefix = path.rpartition("/")[0]  # type: ignore[attr-defined]
            yield target.name, storage
