"""mypy: JSON lines; 0-based columns in UTF-8 bytes, or in mypy 2.4's own miscount."""

# what each method has to do stands in `Checker`

from __future__ import annotations

import contextlib
import json
import os
import re
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from typed_bg.checkers.base import Checker, config_not_used
from typed_bg.checkers.columns import from_utf8
from typed_bg.checkers.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typed_bg.checkers.base import Json, Reading, Request
    from typed_bg.checkers.model import Failure, Output, Severity

_REVEALED = re.compile(r'Revealed type is "(.*)"', re.DOTALL)

# A bad option is reported as `mypy.ini: [mypy]: ...` and left out; a file that cannot be read at
# all as `mypy.ini: ...`, and then mypy runs without any config and exits as if nothing were wrong.
_CONFIG_NOT_READ = re.compile(r"^(?:[A-Za-z]:)?[^:\n]*\.(?:ini|cfg|toml): (?!\[).*", re.MULTILINE)
# A plugin that is missing or broken, and any other setting that it cannot work with.
_PLUGIN = re.compile(r'^\{.*"message": "[^"]*\b[Pp]lugin\b.*\}$', re.MULTILINE)
_REFUSED = re.compile(r"^mypy: error: (.+)", re.MULTILINE)
# The start of a name or number, a quote or a bracket: no space, and not within a word.
_WORD_START = re.compile(r"(?<!\w)\w|[^\w\s]")
# Reports that a config orders: mypy would write them into the project, or anywhere else.
_CONFIGS = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
_REPORT = re.compile(r"^\s*(\w+)_report\s*[=:]", re.MULTILINE)
_CONTINUATION = range(0x80, 0xC0)
_SEVERITIES: dict[str, Severity] = {"error": "error", "note": "note"}


class Mypy(Checker):
    """mypy.

    Strict is `--strict`. Without a cache folder it keeps no cache: a cache gives stale results when
    a file is rewritten at the same size within the resolution of its time stamp.
    """

    name = "mypy"
    unresolved_import: ClassVar[frozenset[str]] = frozenset(
        {"import-not-found", "import-untyped", "import"}
    )

    @override
    def arguments(self, request: Request) -> list[str]:
        cache = os.devnull if request.cache_dir is None else str(request.cache_dir)
        arguments = [
            *("--output", "json", "--show-error-end", "--no-pretty"),
            f"--cache-dir={cache}",
            f"--python-executable={request.python}",
            "--junit-xml=",
        ]
        if request.profile == "project":
            names = sorted(
                {name for text in _configs(request.root) for name in _report_names(text)}
            )
            arguments += [f"--{name}-report={request.scratch / name}" for name in names]
        if request.profile != "project":
            arguments.append("--config-file=")  # an empty name: no config, not the default ones
        if request.profile == "strict":
            arguments.append("--strict")
        if request.python_version is not None:
            arguments.append(f"--python-version={request.python_version}")
        return [*arguments, "--", *request.paths]

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
        if output.stdout.startswith("{"):
            found = [json.loads(line) for line in output.stdout.splitlines() if line[:1] == "{"]
            # What it says besides, of imports for example, would not have stopped it.
            stopped = next((it for it in found if it["code"] in {None, "syntax"}), found[-1])
            place = f"{stopped['file']}:{stopped['line']}: {stopped['message']}"
            return "blocked", f"stopped at an error and checked nothing: {place}"
        if "There are no .py[i] files in" in output.stderr + output.stdout:
            return "empty", "found no Python files to check"
        if plugin := _PLUGIN.search(output.stderr):
            said = json.loads(plugin[0])
            return "config", (
                f"cannot load a plugin that {said['file']} names: {said['message']}. A plugin runs "
                "within mypy: install it into the environment beside mypy (or mypy into the one "
                "that has it), or take it out of `plugins`"
            )
        if refused := _REFUSED.search(output.stderr):
            return config_not_used("refuses its config", refused[1])
        return None

    @override
    def parse(self, output: Output, reading: Reading) -> Iterator[Diagnostic]:
        for line in output.stdout.splitlines():
            if line.startswith("{"):  # anything else was printed by a plugin
                yield self._diagnostic(json.loads(line), reading)

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
    """Tell mypy's Rust parser, the default since 2.4, from the standard library's."""
    major, minor, *_ = (int(part) for part in re.findall(r"\d+", version))
    return (major, minor) >= (2, 4)


def _configs(root: Path) -> Iterator[str]:
    for name in _CONFIGS:
        with contextlib.suppress(OSError):
            yield (root / name).read_text(encoding="utf-8", errors="replace")


def _report_names(config: str) -> Iterator[str]:
    return (name.replace("_", "-") for name in _REPORT.findall(config))
