"""The interface of a type checker's adapter."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from typed_bg.checkers.columns import SourceLines
    from typed_bg.checkers.model import Diagnostic, Failure, Output, Profile

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CheckerRequest:
    """The options of a checker run."""

    root: Path
    paths: tuple[str, ...]
    python: Path
    profile: Profile
    python_version: str | None
    cache_dir: Path | None
    scratch: Path
    """A folder outside of the root for the files that `Checker.scratch_files` names."""
    options: tuple[str, ...] = ()
    """More command-line options, which `Checker.retry` adds after a failure."""
    bases: tuple[Path, ...] = ()
    """More folders in which it looks for the project's top-level modules."""
    config: Path | None = None
    """The config file to use instead of the one that the checker finds (pyright's only)."""
    trusted: bool = True
    """Whether the checker may run code that the project's config names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The data that is needed to read an output."""

    root: Path
    version: str
    sources: SourceLines
    _paths: dict[str, Path] = field(default_factory=dict[str, Path])

    def path(self, reported: str) -> Path:
        """Return the whole path of a file that the checker names from where it ran."""
        # One object for each file: creating and hashing thousands of them takes time.
        if reported not in self._paths:
            self._paths[reported] = self.root / reported
        return self._paths[reported]


class Checker(ABC):
    """The adapter that runs one type checker and reads its output.

    Attributes:
        name: The checker's name, which is also its program's and its distribution's.
        looked: The exit codes that say that it looked at the code, whatever it found.
        unresolved_import: The rules under which it reports an import that it cannot resolve.
    """

    name: ClassVar[str]
    looked: ClassVar[frozenset[int]] = frozenset({0, 1})
    unresolved_import: ClassVar[frozenset[str]]

    @abstractmethod
    def arguments(self, request: CheckerRequest) -> list[str]:
        """Return the command line without the program."""

    @abstractmethod
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        """Read the output of a run that looked at the code.

        Raises:
            ValueError, KeyError, TypeError: The output has another form than this checker's.
        """

    @abstractmethod
    def revealed_type(self, diagnostic: Diagnostic) -> str | None:
        """Return the type in the answer to `reveal_type`; None for any other diagnostic."""

    def batches(self, root: Path, paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Divide files into groups, each of which one process can be started on."""
        del root
        yield tuple(paths)

    def scratch_files(self, request: CheckerRequest) -> Mapping[str, str]:
        """Return the config files, by name, that the command refers to in `request.scratch`."""
        del request
        return {}

    def variables(self, request: CheckerRequest) -> Mapping[str, str]:
        """Return the additional environment variables that the process needs."""
        del request
        return {}

    def retry(self, request: CheckerRequest, output: Output) -> tuple[CheckerRequest, str] | None:
        """Return how to avoid what stopped a run.

        Returns:
            What to ask for instead, and a sentence about it for the user; None if nothing helps.
        """
        del request, output
        return None

    def did_check(self, output: Output) -> bool:
        """Return whether the exit code says that the checker checked the code."""
        return output.returncode in self.looked

    def complaint(self, output: Output) -> tuple[Failure, str] | None:
        """Recognize a failure that the exit code does not show."""
        del output
        return None


def mypy_path(request: CheckerRequest) -> Mapping[str, str]:
    """Return the variable in which mypy and zuban take more folders to look for modules in."""
    if not request.bases:
        return {}
    folders = [str(base) for base in request.bases]
    if request.profile == "project" and os.environ.get("MYPYPATH"):
        folders.append(os.environ["MYPYPATH"])  # the user's own
    return {"MYPYPATH": os.pathsep.join(folders)}


def config_not_used(what: str, said: str) -> tuple[Failure, str]:
    """Return the failure of a checker that rejects its config.

    Args:
        what: What it cannot do.
        said: Why, in its own words.
    """
    return "config", (
        f"{what}: {' '.join(said.split()).rstrip('.')}. The config may have been written for "
        "another version: fix the config, or install that version of the checker"
    )


def entries(text: str, key: str | None = None) -> list[Json]:
    """Read the list that a JSON text contains, at the top or under a key.

    Text before the JSON, such as a notice, is ignored. After it, a crash could have cut the list
    short.

    Raises:
        ValueError, KeyError, TypeError: There is no such list, or text after it.
    """
    start = text.index("[" if key is None else "{")
    value: Any = json.loads(text[start:])
    found: object = value if key is None else value[key]
    if not isinstance(found, list):
        message = f"not a list: {found!r}"
        raise TypeError(message)
    return cast("list[Json]", found)
