"""Draws pictures of a terminal and an editor from their real output.

`nox -s pictures` draws them again. They are in the repository because README.md shows them.
"""

from __future__ import annotations

import importlib
import io
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.syntax import Syntax
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "docs" / "assets"
SHOP = ROOT / "docs_src" / "check"
COLUMNS = 100
FOUND = 1  # the exit code if there are findings
# rich's own template loads a font from another host.
SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 17px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect width="{terminal_width}" height="{terminal_height}"/>
</clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def main() -> None:
    """Draw all pictures."""
    for name in PICTURES:
        (ASSETS / f"{name}.svg").write_text(draw(name), encoding="utf-8", newline="\n")


def draw(name: str) -> str:
    """Draw a picture. The same content always gives the same picture."""
    title, content = PICTURES[name]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(content())
    return console.export_svg(title=title, code_format=SVG, unique_id=name)


def report() -> Text:
    """Check a copy of the shop in docs_src/check, and return the terminal output.

    Raises:
        RuntimeError: The check had no findings.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "shop"
        shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / ".git").mkdir()  # makes it the project's root
        command = [sys.executable, "-m", "typed_bg", "check", "--no-cache"]
        command += ["--python", sys.executable]
        shown, code = _in_a_terminal(command, folder)
    if code != FOUND:
        msg = f"typed-bg check exited with {code}:\n{shown}"
        raise RuntimeError(msg)
    without_progress = re.sub(r"\r(?!\n).*?\x1b\[2?K", "", shown).replace("\r\n", "\n")
    # A picture's links can't be followed. The environment and the seconds are those of one machine.
    left_out = re.compile(
        r"(?m)^(?:\x1b\[[\d;]*m)*(?:environment:|[\w-]+: .*https://).*\n"
        r"|  (?:\x1b\[[\d;]*m)*\d+\.\d s(?=(?:\x1b\[[\d;]*m)*$)"
    )
    kept = re.sub(r"\n{3,}", "\n\n", left_out.sub("", without_progress))
    return Text.from_ansi(f"$ typed-bg check\n{kept.strip()}")


def _in_a_terminal(command: list[str], folder: Path) -> tuple[str, int]:
    """Run a command in a pseudo-terminal, and return its output and exit code."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # this very interpreter
        command,
        cwd=folder,
        env={**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm", "NO_COLOR": ""},
        stdout=theirs,
        stderr=subprocess.DEVNULL,  # progress messages
        stdin=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the error on Linux when the other side is closed
                part = b""
            if not part:
                break
            shown += part
        code = process.wait()
    os.close(ours)
    return shown.decode(), code


def hover() -> Group:
    """Query a language server for the hover text of `add_task`, and format it like an editor."""
    sys.path.insert(0, str(ROOT / "tests" / "editors"))
    editor: Any = importlib.import_module("editor_answers")
    servers: Any = importlib.import_module("language_servers")

    line = 'background_tasks.add_task(send_email, email, "Welcome")'
    place = editor.Place("hover", line.replace("add_task", "add_|task"))
    answer = editor.look_around(servers.SERVERS["pyright"], [place])[place]
    if not answer.code:
        msg = "pyright shows nothing at add_task"
        raise RuntimeError(msg)
    code = Syntax(
        f'@app.post("/signup")\n{editor.HANDLER}\n    {line}', "python", theme="ansi_dark"
    )
    signature = Syntax(answer.code, "python", theme="ansi_dark", word_wrap=True)
    panel = Panel(Group(signature, Text(), _prose(answer.prose)), border_style="blue", width=86)
    return Group(code, Padding(panel, (0, 0, 0, 12)))


def _prose(markup: str) -> Text:
    """Convert simple Markdown (lines, indents and code) to text."""
    # A line break without two spaces or an empty line is not a line break in Markdown.
    joined = re.sub(r"(?<! {2})(?<!\n)\n(?!\n)", " ", markup.replace("&nbsp;", "\xa0"))
    text = Text()
    for line in re.sub(r"\\(?=[*_])", "", joined).split("\n"):
        for index, part in enumerate(line.rstrip(" ").split("`")):
            text.append(part, "cyan" if index % 2 else "")
        text.append("\n")
    text.rstrip()
    return text


PICTURES: dict[str, tuple[str, Callable[[], Text | Group]]] = {
    "check-report": ("typed-bg check", report),
    "editor-hover": ("pyright in an editor", hover),
}


if __name__ == "__main__":
    main()
