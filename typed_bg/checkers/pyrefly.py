"""pyrefly: one JSON object; 1-based columns in code points."""

# `Checker` describes each method

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from typed_bg.checkers.base import Checker, config_not_used, entries
from typed_bg.checkers.model import CheckerError, Diagnostic

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover  # the same package, before it came into the standard library
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from typed_bg.checkers.base import CheckerRequest, Json, Reading
    from typed_bg.checkers.model import Failure, Output, Severity

_CONFIG = "pyrefly.toml"
_REVEALED = "revealed type: "
_SEVERITIES: dict[str, Severity] = {"error": "error", "warn": "warning", "info": "note"}


class Pyrefly(Checker):
    """pyrefly. Default is its preset `default`, strict its preset `strict`.

    In a project without any config, which the profile `project` leaves as it is, pyrefly takes the
    preset `basic` by itself, and then it checks no argument types.
    """

    name = "pyrefly"
    unresolved_import: ClassVar[frozenset[str]] = frozenset({"missing-import", "missing-source"})

    @override
    def arguments(self, request: CheckerRequest) -> list[str]:
        arguments = ["check", "--output-format", "json", "--summary=none", "--progress-bar=no"]
        if not request.trusted:
            _reject_build_systems(self.name, request)
        arguments += ["--min-severity=info", f"--python-interpreter-path={request.python}"]
        if request.profile != "project":
            arguments += [f"--config={request.scratch / _CONFIG}", f"--preset={request.profile}"]
            # The config's folder counts as the project's root, where imports are looked up.
            arguments.append(f"--search-path={request.root}")
        arguments += [f"--search-path={base}" for base in request.bases]
        if request.python_version is not None:
            arguments.append(f"--python-version={request.python_version}")
        return [*arguments, "--", *request.paths]

    @override
    def scratch_files(self, request: CheckerRequest) -> Mapping[str, str]:
        return {} if request.profile == "project" else {_CONFIG: ""}

    @override
    def complaint(self, output: Output) -> tuple[Failure, str] | None:
        # Exit code 1 says both "found errors" and "could not start".
        if output.stdout.strip() or output.returncode == 0:
            return None
        if "Fatal configuration error" in output.stderr:
            return config_not_used("cannot read its config", _reason(output.stderr))
        if (
            output.stderr.startswith("No Python files matched")
            or "\nNo Python files" in output.stderr
        ):
            return "empty", "found no Python files to check"
        return "exit", "did not look at the code"

    @override
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        for entry in entries(output.stdout, "errors"):
            yield self._diagnostic(entry, reading)

    @override
    def revealed_type(self, diagnostic: Diagnostic) -> str | None:
        if diagnostic.rule != "reveal-type":
            return None
        return diagnostic.message.removeprefix(_REVEALED)

    def _diagnostic(self, entry: Json, reading: Reading) -> Diagnostic:
        return Diagnostic(
            path=reading.path(entry["path"]),
            line=entry["line"],
            column=entry["column"],
            end_line=entry["stop_line"],
            end_column=entry["stop_column"],
            checker=self.name,
            severity=_SEVERITIES[entry["severity"]],
            rule=entry["name"],
            message=entry["description"],
        )


def _reject_build_systems(checker: str, request: CheckerRequest) -> None:
    """Reject configs that make pyrefly run a program.

    Raises:
        CheckerError: There is such a config, for one of the files or below one of the folders.
    """
    folders = {folder for path in request.paths for folder in (request.root / path).parents}
    for path in request.paths or (".",):
        folders |= {config.parent for config in (request.root / path).rglob("py*.toml")}
    for folder in sorted({request.root, *request.root.parents, *folders}):
        for name in (_CONFIG, "pyproject.toml"):
            config = folder / name
            if config.is_file() and _has_build_system(config):
                message = (
                    f"{config} names a program in build-system, which --untrusted does not run: "
                    "use another checker, or omit --untrusted"
                )
                raise CheckerError(checker, "config", message)


def _has_build_system(config: Path) -> bool:
    try:
        values: Json = tomllib.loads(config.read_text("utf-8"))
        own = values if config.name == _CONFIG else values.get("tool", {}).get("pyrefly", {})
    except (OSError, ValueError, AttributeError, RecursionError):
        return False  # pyrefly cannot read it either
    return isinstance(own, dict) and "build-system" in own


def _reason(stderr: str) -> str:
    """Return its message about a config, without the long list of valid values."""
    said = stderr.partition("\nFatal configuration error")[0].strip().removeprefix("ERROR ")
    return said.partition(", expected one of ")[0]
