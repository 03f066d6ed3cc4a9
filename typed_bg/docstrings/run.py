"""What `typed-bg docs` does: write files or return a diff, with messages and an exit code."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg._source.file_access import read_file, replace_file
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
class DocsOutcome:
    """The result of `typed-bg docs`.

    Attributes:
        diff: A unified diff of what was not written; empty if everything was.
        messages: Lines to print: findings, changes and failures.
        exit_code: 0 if all docstrings agree, 1 if something is wrong and was left, 2 if a file
            could not be read or written.
    """

    diff: str
    messages: tuple[str, ...]
    exit_code: int


def write_docs(
    paths: Sequence[Path], options: Options, mode: Mode, exclude: Sequence[str] = ()
) -> DocsOutcome:
    """Make the docstrings of some files and folders agree with their `Doc()`s.

    Args:
        paths: The files and folders.
        options: How to write docstrings.
        mode: Whether to write files, or only to return a diff.
        exclude: Globs of files and folders to leave out, from the current folder.
    """
    modules = Modules()
    selection = select(paths, exclude, modules)
    failures = [f"{skip.path}: skipped: {skip.why}" for skip in selection.skipped]
    failures += [_failure(unread) for unread in selection.unreadable]
    named = [path.resolve() for path in paths]
    messages: list[str] = []
    diffs: list[str] = []
    wrong = changed = 0
    for module in selection.modules:
        try:
            result = rewritten(module, modules, options)
            # The diff of a check contains everything that would make the file agree.
            agreeing = result
            if mode == "check" and result.findings:
                agreeing = _agreeing(module, modules, options)
            if mode == "write" and result.text != module.text:
                _write(module, result.text, named)
                messages.append(f"{module.path}: {_count(result.docstrings)} written")
        except (OSError, RewritingError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            failures.append(f"{module.path}: not written: {reason or error}")
            continue
        if mode != "write":
            diffs.append(_diff(module, agreeing))
        changed += result.text != module.text
        wrong += len(result.findings)
        messages += [
            f"{module.path}:{finding.line}: {finding.name}: {finding.message}"
            for finding in result.findings
        ]
        messages += [
            f"{module.path}:{note.line}: note: {note.name}: {note.message}" for note in result.notes
        ]
    messages += [f"typed-bg: {failure}" for failure in failures]
    messages.append(_summary(mode, selection.files, changed, wrong))
    if failures:
        messages.append(
            "typed-bg docs: some files were not processed: fix the problems above, or skip the "
            "files and folders with --exclude"
        )
    fails = wrong if mode == "write" else wrong + changed if mode == "check" else 0
    return DocsOutcome("".join(diffs), tuple(messages), 2 if failures else min(fails, 1))


def _write(module: Module, text: str, named: Sequence[Path]) -> None:
    """Replace a file.

    Raises:
        RewritingError: The file is a link to somewhere else, or has changed since it was read.
        OSError: The file could not be replaced.
    """
    path = module.path.resolve()
    if not any(path.is_relative_to(place) for place in named):
        message = f"it is a link to {path}, outside the paths you passed: pass that file itself"
        raise RewritingError(message)
    if read_file(path) != module.encode(module.text):
        message = "it was changed while this command ran: run the command again"
        raise RewritingError(message)
    replace_file(path, module.encode(text))


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
    return f"typed-bg docs: {files} files searched, {changed} {verb}, {wrong} findings"


def _count(docstrings: int) -> str:
    return f"{docstrings} docstring{'s' if docstrings != 1 else ''}"
