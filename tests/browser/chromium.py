"""Find a Chromium for the browser tests, or unpack the one that npm brought.

Looked for in this order: CHROMIUM_PATH, a Chromium or Chrome of the system, and the npm package
@sparticuz/chromium (Linux on x86-64).
"""

import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from accounts.pdf import font_folders

_REPOSITORY = Path(__file__).parents[2]
_PACKAGE = _REPOSITORY / "node_modules" / "@sparticuz" / "chromium" / "bin"
_BUILD = _REPOSITORY / "build"
_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  {folders}
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser and the environment it needs."""

    program: Path
    environment: dict[str, str]


class NoBrowserError(Exception):
    """There is no browser. The message says how to get one."""


def find() -> Chromium:
    """The first browser there is. NoBrowserError: none."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        if not Path(named).is_file():
            raise NoBrowserError(f"CHROMIUM_PATH names {named}, and there is no such program.")
        return _with_fonts(Path(named))
    for name in _SYSTEM:
        if (program := shutil.which(name)) is not None:
            return _with_fonts(Path(program))
    return unpacked()


def unpacked() -> Chromium:
    """The browser of the npm package, unpacked once into build/."""
    if not (_PACKAGE / "chromium.br").is_file():
        raise NoBrowserError(
            "No browser: install Chromium, or name one with CHROMIUM_PATH, or run `make install`."
        )
    folder = _BUILD / f"chromium-{(_PACKAGE / 'chromium.br').stat().st_size}"
    if not (folder / "chromium").exists():
        draft = folder.with_name(f"{folder.name}.{os.getpid()}")
        draft.mkdir(parents=True)
        _decompress(_PACKAGE / "chromium.br", draft / "chromium")
        (draft / "chromium").chmod(0o755)
        for name in ("al2023", "swiftshader", "fonts"):
            _decompress(_PACKAGE / f"{name}.tar.br", draft / f"{name}.tar")
            with tarfile.open(draft / f"{name}.tar") as archive:
                archive.extractall(draft, filter="data")
            (draft / f"{name}.tar").unlink()
        try:
            draft.rename(folder)
        except OSError:
            # Another parallel worker was faster.
            shutil.rmtree(draft)
    libraries = [path.parent for path in folder.rglob("libnss3.so")]
    return _with_fonts(
        folder / "chromium",
        fonts=folder / "fonts",
        LD_LIBRARY_PATH=":".join(map(str, [*libraries, folder])),
    )


def _decompress(source: Path, target: Path) -> None:
    """Brotli, by the Node.js that the Playwright wheel brings: Python has none of its own."""
    import playwright

    node = Path(playwright.__file__).parent / "driver" / "node"
    script = (
        "const fs = require('fs'), zlib = require('zlib');"
        "require('stream').pipeline(fs.createReadStream(process.argv[1]),"
        " zlib.createBrotliDecompress(), fs.createWriteStream(process.argv[2]),"
        " error => { if (error) throw error; });"
    )
    subprocess.run([str(node), "-e", script, str(source), str(target)], check=True)


def _with_fonts(program: Path, fonts: Path = Path("/usr/share/fonts"), **more: str) -> Chromium:
    """Add fonts and a language: without fonts all text is invisible and the tests still pass.

    Without LANG, `Intl` throws in some builds and breaks the charts.
    """
    _BUILD.mkdir(exist_ok=True)
    settings = _BUILD / "fonts.conf"
    draft = settings.with_name(f"fonts.conf.{os.getpid()}")
    # Chinese takes the fonts that come for papers: a small machine has none.
    folders = "".join(f"<dir>{folder}</dir>" for folder in [fonts, *font_folders()])
    draft.write_text(_FONTS_CONF.format(folders=folders, cache=_BUILD / "font-cache"))
    draft.replace(settings)
    environment = {
        **os.environ,
        **more,
        "FONTCONFIG_FILE": str(settings),
        "LANG": "en_US.UTF-8",
        "TZ": "UTC",
    }
    return Chromium(program, environment)
