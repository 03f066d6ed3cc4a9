"""Converts inventories.toml to the files that mkdocstrings uses to link to other projects."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from mkdocstrings import Inventory

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path


def write_inventories(listed: Path, folder: Path) -> list[dict[str, str]]:
    """Write an `objects.inv` for each listed project.

    Args:
        listed: The path of inventories.toml.
        folder: The folder to write the files to.

    Returns:
        The value for mkdocstrings' option `inventories`.
    """
    projects: dict[str, dict[str, Any]] = tomllib.loads(listed.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    options: list[dict[str, str]] = []
    for project, content in projects.items():
        path = folder / f"{project}.inv"
        path.write_bytes(_inventory(project, content["role"]).format_sphinx())
        options.append({"url": path.as_uri(), "base_url": content["origin"]})
    return options


def _inventory(project: str, roles: dict[str, list[str | dict[str, str]]]) -> Inventory:
    inventory = Inventory(project=project, version="as listed")
    for role, objects in roles.items():
        for each in objects:
            name, uri = _parts(each)
            inventory.register(name, "py", role, uri)
            if name.startswith("collections.abc."):  # also available in `typing`
                inventory.register(name.replace("collections.abc", "typing"), "py", role, uri)
    return inventory


def _parts(listed: str | dict[str, str]) -> tuple[str, str]:
    if isinstance(listed, dict):
        return listed["name"], listed["at"]
    return listed.partition("#")[2], listed
