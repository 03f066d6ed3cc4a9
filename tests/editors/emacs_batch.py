"""Emacs without a window, run with a configuration that the documentation shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from editor_answers import HANDLER, IMPORTS, TASK

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent
EMACS = shutil.which("emacs")
SECONDS = 300  # a server starts slowly on a busy machine
CURSOR = "|"
UNDOCUMENTED = re.sub(r'    """.*"""\n', "    pass\n", TASK, flags=re.DOTALL)
# What Debian's packages of Emacs's extensions install.
PACKAGES = """
(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)
"""
UNTIL = f"""
(defun until (wanted)
  "Wait until a function returns something, and return that. It is an error if it never does."
  (let ((end (+ (float-time) {SECONDS})) found)
    ;; An answer that comes too late for Emacs is an error: ask again.
    (while (not (or (setq found (ignore-errors (funcall wanted))) (> (float-time) end)))
      (accept-process-output nil 0.2)
      (sit-for 0.1))
    (or found (error "Nothing after {SECONDS} seconds: %S" wanted))))
"""


def shown(function: str, text: str) -> str:
    """Return an expression that waits until what a function of no arguments returns has a text."""
    return f"""(until (lambda () (let ((shown ({function})))
             (and (string-match-p {json.dumps(text)} shown) shown))))"""


def completions(function: str) -> str:
    """Return an expression that waits for what a function of `completion-at-point` offers."""
    return f"""(vconcat (until (lambda ()
             (let* ((found ({function}))
                    (typed (buffer-substring (nth 0 found) (nth 1 found))))
               (mapcar #'substring-no-properties (all-completions typed (nth 2 found)))))))"""


def version() -> int:
    """Return the major version of the installed Emacs; 0 without one."""
    if EMACS is None:
        return 0
    said = subprocess.check_output([EMACS, "--version"], text=True)  # noqa: S603
    found = re.search(r"Emacs (\d+)", said)
    return int(found[1]) if found else 0


def has(package: str) -> bool:
    """Return whether a package of Emacs's extensions is installed."""
    if EMACS is None:
        return False
    program = f"(progn {PACKAGES} (kill-emacs (if (locate-library {json.dumps(package)}) 0 1)))"
    command = [EMACS, "--batch", "-Q", "--eval", program]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def documented(client: str) -> str:
    """Return the configuration that the documentation shows for one of Emacs's clients."""
    page = (ROOT / "docs" / "lsp.md").read_text("utf-8")
    tab = page.partition('=== "Emacs"\n')[2].partition("\n===")[0]
    block = re.search(rf"{client}.*?    ```elisp\n(.*?)    ```", tab, re.DOTALL)
    assert block, client
    return re.sub("^    ", "", block[1], flags=re.MULTILINE)


class Emacs:
    """Emacs in front of a project with a task, its documentation, and a handler."""

    def __init__(self, folder: Path, configured: str) -> None:
        """Write the project.

        Args:
            folder: An empty folder, also the user's own.
            configured: The configuration, and what opens `{file}` and goes to `{cursor}` in it.
        """
        self._folder = folder
        self._configured = configured
        self._project = folder / "project"
        (self._project / ".git").mkdir(parents=True)  # what makes it a project for Emacs
        files = {
            "pyproject.toml": '[tool.typed_bg]\ncheckers = ["ty"]\n',
            "mail.py": TASK,
            "letter.py": UNDOCUMENTED.replace("def ", f"def {CURSOR}"),
        }
        for name, text in files.items():
            (self._project / name).write_text(text, "utf-8")

    def see(
        self, expression: str, line: str = "", file: str = "signup.py", before: str = ""
    ) -> tuple[Any, str]:
        """Return the value of an expression at the cursor, and what Emacs logged.

        Args:
            expression: The expression, whose value can be written as JSON.
            line: The last line of the handler, with the cursor.
            file: The file that is opened.
            before: What is evaluated before that.
        """
        (self._project / "signup.py").write_text(f"{IMPORTS}{HANDLER}\n    {line}\n", "utf-8")
        opened = self._configured.replace("{file}", str(self._project / file))
        program = self._folder / "program.el"
        printed = f"(princ (concat (json-serialize {expression}) (string 10)))"
        text = opened.replace("{cursor}", CURSOR).replace("{seconds}", str(SECONDS))
        program.write_text(f"{UNTIL}\n{before}\n{text}\n{printed}\n", "utf-8")
        path = os.pathsep.join((str(SCRIPTS), os.environ.get("PATH", "")))
        home = str(self._folder)
        done = subprocess.run(  # noqa: S603
            [str(EMACS), "--batch", "-Q", "-l", str(program)],
            cwd=self._project,
            env={**os.environ, "PATH": path, "VIRTUAL_ENV": sys.prefix, "HOME": home},
            check=False,
            capture_output=True,
            text=True,
            timeout=2 * SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), done.stderr
