"""Find out which checkers a project uses, and how we know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.file_access import read_file
from typed_bg._source.files import repository_of
from typed_bg.check.project.checker_configs import find_config
from typed_bg.checkers import CHECKERS
from typed_bg.checkers.runner import is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from typed_bg.check.project.checker_configs import Config

_HOOKS = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_HOOK = re.compile(r"\s*(?:-\s*)?(?:repo|id|entry)\s*:\s*(?P<text>[^#]*)")
_REQUIREMENTS = (
    *("pyproject.toml", "Pipfile", "requirements*.txt", "*requirements.txt", "requirements/*.txt"),
)


@dataclass(frozen=True, slots=True)
class CheckerToRun:
    """A checker to run.

    Attributes:
        name: Its name.
        config: The config that it uses; None if it runs with its defaults.
        why: Why it was chosen, as a part of a sentence.
        optional: Whether the check goes on without it if it fails: the project does not use it.
    """

    name: str
    config: Config | None = None
    why: str = ""
    optional: bool = False

    @property
    def whole_project(self) -> tuple[str, ...]:
        """The paths on its command line with which it checks all files that its config selects."""
        selects = self.config is not None and "files" in self.config.general
        return (".",) if self.name == "mypy" and not selects else ()

    @property
    def skips_imports(self) -> bool:
        """Whether mypy's config ignores files that are only imported."""
        sections = () if self.config is None or self.name != "mypy" else self.config.sections
        options = (section.options.get("follow_imports") for section in sections)
        return any(
            option is not None and str(option.value) in {"skip", "error"} for option in options
        )


# By how many calls of 27 public projects each checks without a config, most first.
_BY_SIGHT = ("pyright", "basedpyright", "zuban", "ty", "mypy", "pyrefly")
ALL = "all"
"""Stands for every checker that is installed."""


def choose_checkers(
    root: Path,
    python: Path,
    named: Sequence[str] | None = None,
    required: Sequence[str] = (),
) -> tuple[CheckerToRun, ...]:
    """Choose the checkers to run.

    The first of these that names a checker decides: the user; the project's config files and
    commit hooks; its requirements. A config that two checkers read counts for the one it is named
    after: mypy.ini does not mean that zuban or pyrefly is used. A project that uses no checker is
    checked with an installed one.

    Args:
        root: The project's root.
        python: The interpreter of the project's environment.
        named: The checkers that the user requested.
        required: The checkers without which the check fails; one that is not installed is chosen
            as well, so that its failure is reported.

    Returns:
        The checkers, in the user's order or the one of `CHECKERS`. If the project uses none, all
        that are installed, each of them optional, best first: one that works is enough. Required
        ones are never optional.

    Raises:
        ConfigError: A config cannot be read.
    """
    configs = {name: find_config(name, root) for name in CHECKERS}
    used = _used(root, configs)

    def to_run(name: str, why: str, *, optional: bool = False) -> CheckerToRun:
        return CheckerToRun(name, configs[name], why, optional and name not in required)

    if named is not None:
        names = dict.fromkeys(name for name in named if name != ALL)
        chosen = [to_run(name, "it was requested") for name in names]
        if ALL in named:
            chosen += [
                to_run(name, used.get(name, "it is installed"), optional=name not in used)
                for name in CHECKERS
                if name not in names and (name in used or is_installed(name, python))
            ]
    elif used:
        chosen = [to_run(name, used[name]) for name in CHECKERS if name in used]
    else:
        chosen = [
            to_run(name, f"the project uses no checker; {name} is installed", optional=True)
            for name in _BY_SIGHT
            if is_installed(name, python)
        ]
    missing = set(required) - {checker.name for checker in chosen}
    chosen += [to_run(name, "it was requested") for name in required if name in missing]
    if named is None:
        # Of the optional ones, only as many are run as it takes for one to work.
        chosen.sort(key=lambda checker: checker.optional)
    return tuple(chosen)


def _used(root: Path, configs: Mapping[str, Config | None]) -> dict[str, str]:
    """Return the checkers that the project uses, each with the first evidence for it."""
    reasons = dict(reversed(list(_configured(root, configs))))
    return reasons or dict(reversed(list(_required(root))))


def _configured(root: Path, configs: Mapping[str, Config | None]) -> Iterator[tuple[str, str]]:
    for name, config in configs.items():
        if config is not None and config.own and not _is_pyrights(config):
            yield name, f"{_shown(config.path, root)}:{config.general_line} configures it"
    for folder in dict.fromkeys((root, repository_of(root))):
        for hooks in _HOOKS:
            for number, line in _lines(folder / hooks):
                hook = _HOOK.match(line)
                for name in CHECKERS:
                    if hook is not None and re.search(rf"(?<!\w){name}(?!\w)", hook["text"]):
                        yield name, f"{_shown(folder / hooks, root)}:{number} runs it"


def _is_pyrights(config: Config) -> bool:
    """Return whether a config belongs to pyright, and basedpyright only reads it too."""
    names = [section.name for section in config.sections]
    return config.checker == "basedpyright" and names != ["[tool.basedpyright]"]


def _required(root: Path) -> Iterator[tuple[str, str]]:
    files = [path for glob in _REQUIREMENTS for path in sorted(root.glob(glob))]
    for path in dict.fromkeys(files):
        for number, line in _lines(path):
            for name in CHECKERS:
                requirement = rf"(?:^|[\"'\s,\[]){name}(?:\[[\w,\s-]+\])?\s*(?:[<>=!~;@\"']|$)"
                if re.search(requirement, line.split("#")[0].rstrip()):
                    yield name, f"{_shown(path, root)}:{number} requires it"


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = read_file(path).decode("utf-8", "replace")
    except OSError:
        return []
    return list(enumerate(text.splitlines(), 1))


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
