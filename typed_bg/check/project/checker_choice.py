"""Which checkers a project uses, and how that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.file_access import read_file
from typed_bg._source.files import repository_of
from typed_bg.check.project.checker_configs import find_config
from typed_bg.checkers import CHECKERS, CheckerError
from typed_bg.checkers.runner import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typed_bg.check.project.checker_configs import Config

_HOOKS = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_HOOK = re.compile(r"\s*(?:-\s*)?(?:repo|id|entry)\s*:\s*(?P<text>[^#]*)")
_REQUIREMENTS = (
    *("pyproject.toml", "Pipfile", "requirements*.txt", "*requirements.txt", "requirements/*.txt"),
)


@dataclass(frozen=True, slots=True)
class ChosenChecker:
    """A checker that is to be asked.

    Attributes:
        name: Its name.
        config: The config that it uses; None if it runs with its defaults.
        why: Why it was chosen, as a part of a sentence.
    """

    name: str
    config: Config | None
    why: str


def choose_checkers(
    root: Path, python: Path, named: Sequence[str] | None = None
) -> tuple[ChosenChecker, ...]:
    """Choose the checkers to ask.

    The first of these that names any: the user; the project's config files and commit hooks; its
    requirements; what is installed. A config that two checkers read counts for the one it is named
    after: mypy.ini does not say that zuban or pyrefly is used.

    Args:
        root: The project's root.
        python: The interpreter of the project's environment.
        named: What the user has named.

    Returns:
        The checkers, in the user's order or the one of `CHECKERS`; none if none is installed.

    Raises:
        ConfigError: A config cannot be read.
    """
    if named is not None:
        return tuple(_chosen(root, name, "it was named") for name in dict.fromkeys(named))
    for evidence in (_configured, _required, _installed):
        reasons = dict(reversed(list(evidence(root, python))))
        if reasons:
            return tuple(_chosen(root, name, reasons[name]) for name in CHECKERS if name in reasons)
    return ()


def _chosen(root: Path, name: str, why: str) -> ChosenChecker:
    return ChosenChecker(name, find_config(name, root), why)


def _configured(root: Path, python: Path) -> Iterator[tuple[str, str]]:
    del python
    for name in CHECKERS:
        config = find_config(name, root)
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
    """Tell whether basedpyright only reads along."""
    names = [section.name for section in config.sections]
    return config.checker == "basedpyright" and names != ["[tool.basedpyright]"]


def _required(root: Path, python: Path) -> Iterator[tuple[str, str]]:
    del python
    files = [path for glob in _REQUIREMENTS for path in sorted(root.glob(glob))]
    for path in dict.fromkeys(files):
        for number, line in _lines(path):
            for name in CHECKERS:
                requirement = rf"(?:^|[\"'\s,\[]){name}(?:\[[\w,\s-]+\])?\s*(?:[<>=!~;@\"']|$)"
                if re.search(requirement, line.split("#")[0].rstrip()):
                    yield name, f"{_shown(path, root)}:{number} requires it"


def _installed(root: Path, python: Path) -> Iterator[tuple[str, str]]:
    del root
    for name in CHECKERS:
        try:
            program = find(name, python)
        except CheckerError:
            continue
        yield name, f"it is installed, as {program}, and the project configures none"


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = read_file(path).decode("utf-8", "replace")
    except OSError:
        return []
    return list(enumerate(text.splitlines(), 1))


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
