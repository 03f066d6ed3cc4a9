"""The reports in docs/upstream/: code that a checker gets wrong, and what the checker says.

The comments of the code say what is wrong about that. A line with `# error expected` gets no error,
and one with `# no error expected` gets one. A line with `# rejected` gets one too, as it should.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.checkers import run
from typing_tests._checkers import ALL, require_python
from typing_tests._suite import PYTHON_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typed_bg.checkers import Diagnostic

_CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"<!-- output -->.*", re.DOTALL)
_EXPECTED = "# error expected"
_NOT_EXPECTED = "# no error expected"
_REJECTED = "# rejected"


def rewritten(
    folder: Path, python: Path, checkers: Iterable[str]
) -> Iterator[tuple[Path, str, list[str]]]:
    """Run each report's checker on its code.

    Args:
        folder: The folder with the reports, `<checker>-<subject>.md`.
        python: The interpreter of the environment that has the checkers.
        checkers: The names of the checkers whose reports to run.

    Yields:
        The report's path, its text with what the checker says now, and why the report is no longer
        true, a sentence for each line.
    """
    for checker in checkers:
        paths = sorted(folder.glob(f"{checker}-*.md"))
        if paths:
            yield from _rewritten(checker, paths, python)


def _rewritten(
    checker: str, paths: Sequence[Path], python: Path
) -> Iterator[tuple[Path, str, list[str]]]:
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    codes = {path: "".join(_CODE.findall(text)) for path, text in texts.items()}
    with tempfile.TemporaryDirectory(prefix="reports_") as temporary:
        copy = Path(temporary).resolve()
        for path, code in codes.items():
            _copied(copy, path).write_text(code, encoding="utf-8", newline="\n")
        require_python(ALL[checker], python, PYTHON_VERSION)
        outcome = run(
            ALL[checker],
            copy,
            paths=[_copied(copy, path).name for path in paths],
            python=python,
            profile="default",
            python_version=PYTHON_VERSION,
            timeout=300,
        )
        for path, text in texts.items():
            found = [
                each
                for each in outcome.diagnostics
                if each.path == _copied(copy, path) and each.severity == "error"
            ]
            output = _output(checker, outcome.version, found).replace(f"{copy}{os.sep}", "")
            now = _OUTPUT.sub(lambda _, output=output: output, text)
            yield path, now, list(_mended(codes[path], {each.line for each in found}))


def _copied(copy: Path, report: Path) -> Path:
    return copy / f"{report.stem.replace('-', '_')}.py"


def _output(checker: str, version: str, found: Sequence[Diagnostic]) -> str:
    lines = [
        f"example.py:{each.line}: error: {each.message} [{each.rule}]"
        for each in sorted(found, key=lambda each: (each.line, each.message))
    ]
    text = "\n".join(lines) or "no errors"
    settings = "preset `default`" if checker == "pyrefly" else "default settings"
    return (
        f"<!-- output -->\n\nThe output of {checker} {version}, with its {settings} and Python "
        f"{PYTHON_VERSION}:\n\n```text\n{text}\n```\n"
    )


def _mended(code: str, reported: set[int]) -> Iterator[str]:
    for number, line in enumerate(code.splitlines(), 1):
        if _NOT_EXPECTED in line:
            if number not in reported:
                yield f"line {number} is accepted now"
        elif _EXPECTED in line and number in reported:
            yield f"line {number} is reported now"
        elif _REJECTED in line and number not in reported:
            yield f"line {number} is accepted now"
