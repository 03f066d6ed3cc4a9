"""mypy: JSON lines; 0-based columns in UTF-8 bytes, or in mypy 2.4's own miscount."""

# `Checker` describes each method

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from itertools import accumulate
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from typed_bg.checkers.base import Checker, config_not_used, mypy_path
from typed_bg.checkers.columns import from_utf8
from typed_bg.checkers.model import Diagnostic
from typed_bg.checkers.mypy_config import DerivedConfig, derive_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from typed_bg.checkers.base import CheckerRequest, Json, Reading
    from typed_bg.checkers.model import Failure, Output, Severity

_REVEALED = re.compile(r'Revealed type is "(.*)"', re.DOTALL)

# A bad option is reported as `mypy.ini: [mypy]: ...` and left out; a file that cannot be read at
# all as `mypy.ini: ...`, and then mypy runs without any config and exits as if nothing were wrong.
# One with sections for modules alone is read, although mypy misses the general one.
_CONFIG_NOT_READ = re.compile(
    r"^(?:[A-Za-z]:)?[^:\n]*\.(?:ini|cfg|toml): (?!\[|No \[mypy\] section).*", re.MULTILINE
)
# A plugin that is missing or broken, and any other setting that it cannot work with.
_PLUGIN = re.compile(r'^\{.*"message": "[^"]*\b[Pp]lugin\b.*\}$', re.MULTILINE)
_REFUSED = re.compile(r"^mypy: error: (.+)", re.MULTILINE)
# The start of a name or number, a quote or a bracket: no space, and not within a word.
_WORD_START = re.compile(r"(?<!\w)\w|[^\w\s]")
_NO_PLUGIN = re.compile(r'"message": "(Error importing plugin .*? No module named [^"]*)"')
# One module under two names, or two under one; each stops it before it checks anything.
_CLASH = re.compile(r"^(?:Source file found twice|Duplicate module named|This file shadows)")
_BASES = "--explicit-package-bases"
_NO_PACKAGE = re.compile(
    r"^(?P<name>\S+) contains __init__\.pyi? but is not a valid Python package name", re.MULTILINE
)
# `from .__init__ import name` makes two modules of one file for mypy.
_TWICE = re.compile(r'^Source file found twice under different .*"(?P<name>[\w.]+)\.__init__"')
_FROM_INIT = re.compile(
    r"^(?P<start>.*?\bfrom[ \t]+[\w.]*?)\.?__init__(?=[ \t]+import\b)", re.MULTILINE
)
_WITHOUT_INIT = "without_init_"
_ENTRY = re.compile(r"^\{|\{\"file\": ")  # a plugin may have printed text before it on its line
# Everything that is imported from a module that mypy cannot parse is Any.
_SHADOW, _SHADOW_TEXT = "unreadable.pyi", "def __getattr__(name: str): ...\n"
_MANY_BROKEN = 20
_CONTINUATION = range(0x80, 0xC0)
_SEVERITIES: dict[str, Severity] = {"error": "error", "note": "note"}


class Mypy(Checker):
    """mypy.

    It stops at what is wrong anywhere in its files, before it checks anything. Where it can be
    started in another way, it is: see `batches` and `retry`.

    Strict is `--strict`. Without a cache folder it keeps no cache: a cache gives stale results when
    a file is rewritten at the same size within the resolution of its time stamp.
    """

    name = "mypy"
    unresolved_import: ClassVar[frozenset[str]] = frozenset(
        {"import-not-found", "import-untyped", "import"}
    )

    @override
    def arguments(self, request: CheckerRequest) -> list[str]:
        cache = os.devnull if request.cache_dir is None else str(request.cache_dir)
        arguments = [
            *("--output", "json", "--show-error-end", "--no-pretty"),
            f"--cache-dir={cache}",
            f"--python-executable={request.python}",
            "--junit-xml=",
            *("--no-install-types", "--interactive"),  # without it, mypy would run pip
        ]
        if request.profile != "project":
            arguments.append("--config-file=")  # an empty name: no config, not the default ones
        elif derived := _derived(request):
            arguments.append(f"--config-file={request.scratch / derived.name}")
        if request.profile == "strict":
            arguments.append("--strict")
        if request.python_version is not None:
            arguments.append(f"--python-version={request.python_version}")
        return [*arguments, *request.options, "--", *request.paths]

    @override
    def batches(self, root: Path, paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Never start mypy on two modules of one name: it stops at the second."""
        groups: list[dict[str, str]] = []
        for path in paths:
            module = _module(root / path)
            group: dict[str, str] | None
            group = next((known for known in groups if module not in known), None)
            if group is None:
                group = {}
                groups.append(group)
            group[module] = path
        return (tuple(group.values()) for group in groups or [{}])

    @override
    def variables(self, request: CheckerRequest) -> Mapping[str, str]:
        """Return MYPYPATH: modules in PYTHONPATH would count as installed and untyped."""
        return mypy_path(request)

    @override
    def retry(self, request: CheckerRequest, output: Output) -> tuple[CheckerRequest, str] | None:
        if output.returncode != 2:  # noqa: PLR2004  # mypy's own
            return None
        if folder := _NO_PACKAGE.search(output.stdout + output.stderr):
            return _from_within(request, folder["name"])
        if request.trusted and (missing := _NO_PLUGIN.search(output.stderr)):
            note = f"started without plugins, because one is missing: {missing[1]}"
            return replace(request, trusted=False), note.replace('\\"', '"')
        try:
            found = _entries(output)
        except ValueError:  # it broke off: what reads the output says so
            return None
        clash = next((error for error in found if _CLASH.search(error["message"])), None)
        if clash is not None and _BASES not in request.options:
            note = f"started with {_BASES}, because of {clash['file']}: {clash['message']}"
            return replace(request, options=(*request.options, _BASES)), note
        if clash is not None and (twice := _TWICE.search(clash["message"])):
            return _without_init(request, twice["name"])
        return _without_broken(request, [error for error in found if error["code"] == "syntax"])

    @override
    def scratch_files(self, request: CheckerRequest) -> Mapping[str, str]:
        files = {_SHADOW: _SHADOW_TEXT, **_texts_without_init(request)}
        if request.profile == "project" and (derived := _derived(request)):
            files[derived.name] = derived.text
        return files

    @override
    def complaint(self, output: Output) -> tuple[Failure, str] | None:
        not_read = _CONFIG_NOT_READ.search(output.stderr)
        if output.returncode in self.looked and not_read is not None:
            return (
                "config",
                f"ran without the project's config, which it cannot read: {not_read[0]}",
            )
        if output.returncode == 2:  # noqa: PLR2004  # mypy's own
            return self._stopped(output)
        if "There are no .py[i] files in" in output.stderr + output.stdout:
            return "empty", "found no Python files to check"
        return None

    def _stopped(self, output: Output) -> tuple[Failure, str] | None:
        """Recognise why it stopped before it checked anything."""
        if folder := _NO_PACKAGE.search(output.stdout + output.stderr):
            return "blocked", f"stopped and checked nothing: {folder[0]}"
        if found := _entries(output):
            # What it says besides, of imports for example, would not have stopped it.
            stopped = next(
                (error for error in found if error["code"] in {None, "syntax"}), found[-1]
            )
            line = f":{stopped['line']}" if stopped["line"] > 0 else ""
            place = f"{stopped['file']}{line}: {stopped['message']}"
            hint = f". {stopped['hint']}" if stopped["hint"] else ""
            return "blocked", f"stopped at an error and checked nothing: {place}{hint}"
        if "There are no .py[i] files in" in output.stderr + output.stdout:
            return "empty", "found no Python files to check"
        if plugin := _PLUGIN.search(output.stderr):
            said = json.loads(plugin[0])
            return "config", (
                f"cannot load a plugin that {said['file']} names: {said['message']}. mypy imports "
                "its plugins: install the plugin and mypy in the same environment, or remove the "
                "plugin from `plugins`"
            )
        if refused := _REFUSED.search(output.stderr):
            return config_not_used("rejects its config", refused[1])
        return None

    @override
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        for entry in _entries(output):
            yield self._diagnostic(entry, reading)

    @override
    def revealed_type(self, diagnostic: Diagnostic) -> str | None:
        found = _REVEALED.match(diagnostic.message) if diagnostic.severity == "note" else None
        return found and found[1]

    def _diagnostic(self, entry: Json, reading: Reading) -> Diagnostic:
        path = reading.path(entry["file"])
        start_line = reading.sources.line(path, entry["line"])
        # Older versions do not say where an error ends.
        end_line: int | None = entry.get("end_line")
        end = None
        if end_line is not None:
            end = _end(reading.sources.line(path, end_line), entry["end_column"], reading.version)
        hint = entry.get("hint")
        return Diagnostic(
            path=path,
            line=max(entry["line"], 1),  # -1: the file as a whole
            column=_start(start_line, entry["column"], reading.version) + 1,
            end_line=None if end is None else end_line,
            end_column=None if end is None else end + 1,
            checker=self.name,
            severity=_SEVERITIES[entry["severity"]],
            rule=entry["code"],
            message=f"{entry['message']}\n{hint}" if hint else entry["message"],
        )


def _entries(output: Output) -> list[Json]:
    """Read mypy's JSON lines, and pass over what a plugin printed.

    Raises:
        ValueError: A line is not whole.
    """
    starts = ((line, _ENTRY.search(line)) for line in output.stdout.splitlines())
    return [json.loads(line[start.start() :]) for line, start in starts if start]


def _derived(request: CheckerRequest) -> DerivedConfig | None:
    return derive_config(request.root, plugins=request.trusted)


def _start(line: str, reported: int, version: str) -> int:
    if line.isascii():
        return max(reported, 0)  # -1: the line as a whole
    if not _counts_continuation_bytes(version):
        return from_utf8(line, max(reported, 0))
    # mypy 2.4 takes code points for bytes and converts them once more: a column loses one for each
    # UTF-8 continuation byte among the line's first bytes, as many as it counts code points, and
    # one beyond. Several places can come to the same figure; an error is at the start of a word.
    content = line.encode("utf-8", "surrogatepass")
    text = line.removeprefix("\ufeff")
    lost = accumulate(byte in _CONTINUATION for byte in content[1:])
    candidates = [
        place
        for place, count in zip(range(len(text)), lost, strict=False)
        if place - count == reported
    ]
    starts = (place for place in candidates if _WORD_START.match(text, place))
    return next(starts, candidates[0] if candidates else max(reported, 0))


def _end(line: str, reported: int, version: str) -> int | None:
    if line.isascii():
        return reported
    # The miscount has no inverse, and an end is not at the start of a word.
    return None if _counts_continuation_bytes(version) else from_utf8(line, reported)


def _counts_continuation_bytes(version: str) -> bool:
    """Return whether mypy uses its Rust parser, the default since 2.4, and not Python's own."""
    major, minor, *_ = (int(part) for part in re.findall(r"\d+", version))
    return (major, minor) >= (2, 4)


def _module(path: Path) -> str:
    """Return the name that mypy gives to a file: from where its outermost package lies."""
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file() or (folder / "__init__.pyi").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


def _from_within(request: CheckerRequest, name: str) -> tuple[CheckerRequest, str] | None:
    """Treat a folder that cannot be a package, such as `my-app`, as one that contains packages."""
    around = {folder for path in request.paths for folder in (request.root / path).parents}
    bases = sorted(folder for folder in around if folder.name == name)
    if not bases or set(bases) <= set(request.bases):
        return None
    options = (*(option for option in request.options if option != _BASES), _BASES)
    note = f"module names do not include the folder {name}: its name is not valid for a package"
    return replace(request, options=options, bases=(*request.bases, *bases)), note


def _without_init(request: CheckerRequest, package: str) -> tuple[CheckerRequest, str] | None:
    """Import from a package itself what is imported from its `__init__` module."""
    if any(_WITHOUT_INIT in option for option in request.options):
        return None
    names = [
        path.relative_to(request.root).as_posix()
        for path in sorted(request.root.rglob("*.py"))
        if "__init__ import" in _text_of(path)
    ]
    options = [
        option
        for number, name in enumerate(names)
        for option in ("--shadow-file", name, str(request.scratch / f"{_WITHOUT_INIT}{number}.py"))
    ]
    note = f"imports from {package}.__init__ were read as imports from {package}"
    return replace(request, options=(*request.options, *options)), note


def _texts_without_init(request: CheckerRequest) -> dict[str, str]:
    """Return the texts of the files that import from an `__init__` module, without moving any."""
    return {
        PurePath(shadow).name: _FROM_INIT.sub(_blank, (request.root / name).read_text("utf-8"))
        for name, shadow in zip(request.options, request.options[1:], strict=False)
        if PurePath(shadow).name.startswith(_WITHOUT_INIT)
    }


def _text_of(path: Path) -> str:
    """Return a file's text; nothing if it cannot be read, which mypy then reports itself."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _blank(match: re.Match[str]) -> str:
    # A dot before it belongs to a relative import if nothing else is left.
    start = match["start"]
    if start[-1:] in {" ", "\t", "."} and match[0][len(start)] == ".":
        start += "."
    return start.ljust(len(match[0]))


def _without_broken(
    request: CheckerRequest, errors: Sequence[Json]
) -> tuple[CheckerRequest, str] | None:
    """Ignore modules that mypy cannot parse, unless it was started on them."""
    names = list(dict.fromkeys(str(error["file"]) for error in errors))
    known = request.options.count("--shadow-file")
    asked = {PurePath(path) for path in request.paths}
    if not names or known > _MANY_BROKEN:
        return None
    if any(not asked.isdisjoint({PurePath(name), *PurePath(name).parents}) for name in names):
        return None
    shadow = str(request.scratch / _SHADOW)
    options = [option for name in names for option in ("--shadow-file", name, shadow)]
    places = ", ".join(f"{error['file']}:{error['line']}: {error['message']}" for error in errors)
    note = f"names imported from a file that mypy cannot parse are Any: {places}"
    return replace(request, options=(*request.options, *options)), note
