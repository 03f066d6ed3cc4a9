"""Where a project's imports are found. No interpreter is started for it, and nothing imported."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = re.compile(r"(?m)^version(?:_info)?\s*=\s*(\d+)\.(\d+)")
_HOME = re.compile(r"(?m)^home\s*=\s*(.+?)\s*$")
_SYSTEM = re.compile(r"(?mi)^include-system-site-packages\s*=\s*true")


@dataclass(frozen=True)
class ImportPath:
    """The folders of an environment's modules, and the version of its Python.

    Attributes:
        folders: The folders, in the order in which Python searches them.
        version: The major and the minor version.
    """

    folders: tuple[str, ...]
    version: tuple[int, int]


def import_path(python: Path) -> ImportPath:
    """Read an environment's import path from its files.

    The interpreter itself would know it best, but it may be a program in a project that nobody has
    reviewed. Folders that a `.pth` file adds by running code are not found.

    Args:
        python: The environment's interpreter.
    """
    if python.absolute() == Path(sys.executable).absolute():
        return ImportPath(tuple(filter(None, sys.path)), sys.version_info[:2])
    prefix = python.absolute().parent.parent if python.parent.name else python.parent
    if python.name == "python.exe" and python.parent.name != "Scripts":
        prefix = python.absolute().parent
    config = _text(prefix / "pyvenv.cfg")
    home = _HOME.search(config)
    base = prefix if home is None else _prefix_of(Path(home[1]))
    found = _VERSION.search(config)
    version = (int(found[1]), int(found[2])) if found else _version_in(base)
    roots = [prefix, base] if home is None or _SYSTEM.search(config) else [prefix]
    folders = [*_standard(base, version)]
    for root in roots:
        for site in _site_packages(root, version):
            folders += [str(site), *_added(site)]
    return ImportPath(tuple(dict.fromkeys(folders)), version)


def _prefix_of(home: Path) -> Path:
    return home.parent if home.name == "bin" else home


def _version_in(prefix: Path) -> tuple[int, int]:
    """Return the version that the names of an installation's folders show."""
    for folder in sorted(prefix.glob("lib/python3.*"), reverse=True):
        found = re.fullmatch(r"python3\.(\d+)t?", folder.name)
        if found:
            return 3, int(found[1])
    return sys.version_info[:2]


def _standard(base: Path, version: tuple[int, int]) -> Iterator[str]:
    folders = (base / "lib" / f"python{version[0]}.{version[1]}", base / "Lib")
    yield from (str(folder) for folder in folders if folder.is_dir())


def _site_packages(prefix: Path, version: tuple[int, int]) -> Iterator[Path]:
    name = f"python{version[0]}.{version[1]}"
    folders = [prefix / "lib" / name / "site-packages", prefix / "Lib" / "site-packages"]
    folders.append(prefix / "lib" / "python3" / "dist-packages")
    yield from (folder for folder in folders if folder.is_dir())


def _added(site: Path) -> Iterator[str]:
    """Yield the folders that `.pth` files add, such as those of editable installs."""
    for file in sorted(site.glob("*.pth")):
        for line in _text(file).splitlines():
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                folder = site / line.strip()
                if folder.is_dir():
                    yield str(folder)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
