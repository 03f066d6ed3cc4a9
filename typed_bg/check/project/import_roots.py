"""How two checkers look for modules in more folders without forgetting those of their config.

mypy and zuban take more folders from a variable, ty from an option; both add to the config's.
pyrefly's option takes the place of its config's setting, and pyright has no option.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path, PurePosixPath

    from typed_bg.check.project.checker_configs import Config, Option
    from typed_bg.check.project.workspace import Mirror


def pyrefly_search_path(copy: Mirror, config: Config | None) -> list[Path]:
    """Return the folders that pyrefly's config names, in the copy."""
    option = None if config is None else config.general.get("search-path")
    if config is None or option is None:
        return []
    return [copy.in_copy(config.path.parent / name) for name in option.items]


def write_pyright_config(
    copy: Mirror,
    folder: PurePosixPath,
    checker: str,
    config: Config | None,
    roots: Sequence[Path],
) -> Path:
    """Write a config into the copy that says what the project's says, and names more folders.

    Args:
        copy: The copy of the project.
        folder: The folder that the checker runs in, from the root.
        checker: `pyright` or `basedpyright`.
        config: The project's config; None if it has none.
        roots: The folders, in the copy.

    Returns:
        The config, beside the copy of the project's, from which its paths are.
    """
    place = copy.path / folder
    values: dict[str, object] = {}
    if config is not None:
        place = copy.in_copy(config.path.parent)
        # What another file says that this one extends, its own `extends` brings in.
        own = {
            option.name: option for option in config.general.values() if option.path == config.path
        }
        values = {name: option.value for name, option in own.items()}
    added = [str(root) for root in roots]
    known = None if config is None else config.general.get("extraPaths")
    values["extraPaths"] = [*added, *_folders(copy, known)]
    environments = values.get("executionEnvironments")
    if isinstance(environments, list):
        values["executionEnvironments"] = [
            _with_folders(environment, added) for environment in cast("list[object]", environments)
        ]
    written = place / f"typed_bg_{checker}.json"
    written.write_text(json.dumps(values), encoding="utf-8")
    return written


def _folders(copy: Mirror, option: Option | None) -> list[str]:
    """Return an option's folders, which are from its own file's."""
    if option is None:
        return []
    return [str(copy.in_copy(option.path.parent / name)) for name in option.items]


def _with_folders(environment: object, added: list[str]) -> object:
    """Add folders to an execution environment that names some: it forgets the general ones."""
    if not isinstance(environment, dict):
        return environment
    values = cast("dict[str, object]", environment)
    known = values.get("extraPaths")
    if not isinstance(known, list):
        return values
    return {**values, "extraPaths": [*added, *cast("list[object]", known)]}
