"""Download the packages, and the environment that they are checked in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PATIENCE = 600  # seconds for a download
# A project's own settings and ignore files have no part in what is counted.
_CONFIGS = ("pyproject.toml", "setup.cfg", "mypy.ini", ".mypy.ini", "pyrightconfig.json", "ty.toml")


class Package(NamedTuple):
    """A package to plant faults into.

    Attributes:
        name: Its name in the registry.
        version: Its version.
        is_sdist: Whether to take the sdist: the wheel lacks its tests.
        python: The version of Python that it needs, if another one.
        left_out: The calls that cannot be decided, judged by hand: why, by place.
    """

    name: str
    version: str
    is_sdist: bool
    python: str
    left_out: dict[str, str]


def _read() -> tuple[list[Package], list[str]]:
    folder = Path(__file__).parent
    recorded: dict[str, Any] = tomllib.loads((folder / "packages.toml").read_text("utf-8"))
    packages = [
        Package(
            each["name"],
            each["version"],
            each.get("sdist", False),
            each.get("python", ""),
            {
                call: reason
                for group in each.get("left_out", ())
                for reason, calls in ((group["reason"], group["calls"]),)
                for call in calls
            },
        )
        for each in recorded["package"]
    ]
    return packages, recorded["environment"]


RECORDED, ENVIRONMENT = _read()


def environment(folder: Path) -> tuple[Path, frozenset[str]]:
    """Make the environment, and return its interpreter and the packages that it has."""
    library = Path(
        sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    )
    if not folder.exists():
        venv.create(folder, symlinks=os.name != "nt")
        _install(ENVIRONMENT, library, "")
    installed = {path.stem for path in library.iterdir() if not path.name.endswith(".dist-info")}
    scripts = Path(sysconfig.get_path("scripts", vars={"base": str(folder)}))
    return scripts / ("python.exe" if os.name == "nt" else "python"), frozenset(installed)


def unpack(package: Package, folder: Path) -> Path:
    """Return the folder with a package's files, without any config."""
    tree = folder / package.name
    if tree.exists():
        return tree
    requirement = f"{package.name}=={package.version}"
    if package.is_sdist:
        beside = folder / f"{package.name}.sdist"
        _run(
            "pip",
            "download",
            "--no-deps",
            "--no-binary",
            package.name,
            "--dest",
            str(beside),
            requirement,
        )
        (archive,) = beside.glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(beside, filter="data")
        (unpacked,) = (path for path in beside.iterdir() if path.is_dir())
        unpacked.rename(tree)
    else:
        _install([requirement], tree, package.python)
    for name in _CONFIGS:
        for path in tree.rglob(name):
            path.unlink()
    # Without a config, pyrefly takes the preset `basic`, which checks no argument types.
    (tree / "pyrefly.toml").write_text('preset = "default"\n', "utf-8")
    (tree / ".git").mkdir()  # makes it a project's root, whatever is above it
    return tree


def _install(requirements: list[str], folder: Path, python: str) -> None:
    """Install packages into a folder, without their dependencies."""
    options = ["--no-deps", "--only-binary", ":all:", "--target", str(folder)]
    if python:
        options += ["--python-version", python]
    if uv := shutil.which("uv"):
        _started(
            [uv, "pip", "install", "--quiet", "--python", sys.executable, *options, *requirements]
        )
    else:
        _run("pip", "install", "--quiet", "--no-compile", *options, *requirements)
    shutil.rmtree(folder / "bin", ignore_errors=True)


def _run(*command: str) -> None:
    _started([sys.executable, "-m", *command])


def _started(command: list[str]) -> None:
    ended = subprocess.run(  # noqa: S603  # an installer
        command, capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    if ended.returncode:
        sys.exit(f"cannot download: {' '.join(command)}\n{ended.stderr}")
