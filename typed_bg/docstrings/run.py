"""What `typed-bg docs` does: from paths to files that are written, a diff and an exit code."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg.docstrings.files import select
from typed_bg.docstrings.merge import Options
from typed_bg.docstrings.names import Modules
from typed_bg.docstrings.rewrite import RewritingError, Rewritten, rewritten

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typed_bg._source.module import Module, Unreadable

Mode = Literal["write", "check", "diff"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        diff: A unified diff: what was not written, or nothing.
        messages: Lines for people: what was found, done and could not be read.
        exit_code: 0 agreement, 1 something is wrong and stays so, 2 a file could not be read.
    """

    diff: str
    messages: tuple[str, ...]
    exit_code: int


def carry_out(paths: Sequence[Path], options: Options, mode: Mode) -> Outcome:
    """Make the docstrings under some paths agree with their `Doc()`s, or show what would."""
    present = [path for path in paths if path.exists()]
    failures = [f"{path}: there is no such file" for path in paths if path not in present]
    modules = Modules()
    selection = select(present, modules)
    failures += [_failure(each) for each in selection.unreadable]
    messages: list[str] = []
    diffs: list[str] = []
    wrong = changed = 0
    for module in selection.modules:
        try:
            result = rewritten(module, modules, options)
            # Doc() may win in what a check shows: all that would make the file agree.
            agreeing = result
            if mode == "check" and result.findings:
                agreeing = _agreeing(module, modules, options)
            if mode == "write" and result.text != module.text:
                module.path.write_bytes(module.encode(result.text))
                messages.append(f"{module.path}: {_count(result.docstrings)} written")
        except (OSError, RewritingError) as error:
            failures.append(f"{module.path}: {error}")
            continue
        if mode != "write":
            diffs.append(_diff(module, agreeing))
        changed += result.text != module.text
        wrong += len(result.findings)
        messages += [
            f"{module.path}:{each.line}: {each.name}: {each.message}" for each in result.findings
        ]
        messages += [
            f"{module.path}:{each.line}: note: {each.name}: {each.message}" for each in result.notes
        ]
    messages += [f"typed-bg: {each}" for each in failures]
    messages.append(_summary(mode, selection.files, changed, wrong))
    fails = wrong if mode == "write" else wrong + changed if mode == "check" else 0
    return Outcome("".join(diffs), tuple(messages), 2 if failures else min(fails, 1))


def _agreeing(module: Module, modules: Modules, options: Options) -> Rewritten:
    everything = Options(options.style, overwrite=True, add_docstrings=options.add_docstrings)
    return rewritten(module, modules, everything)


def _failure(unread: Unreadable) -> str:
    place = f"{unread.path}:{unread.line}" if unread.line else str(unread.path)
    return f"{place}: {unread.detail}"


def _diff(module: Module, result: Rewritten) -> str:
    lines = difflib.unified_diff(
        _lines(module.text),
        _lines(result.text),
        f"{module.path}",
        f"{module.path}",
        n=3,
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """Split where a diff does: at line feeds only."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _summary(mode: Mode, files: int, changed: int, wrong: int) -> str:
    verb = "written" if mode == "write" else "to be written"
    return f"typed-bg docs: {files} files looked at, {changed} {verb}, {wrong} findings"


def _count(docstrings: int) -> str:
    return f"{docstrings} docstring{'s' if docstrings != 1 else ''}"
