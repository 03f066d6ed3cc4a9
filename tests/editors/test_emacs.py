"""What a person sees in Emacs with eglot, with the configuration that the documentation shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from editor_answers import HANDLER, IMPORTS, TASK

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent
EMACS = shutil.which("emacs")
SECONDS = 300  # a server starts slowly on a busy machine
CURSOR = "|"
UNDOCUMENTED = re.sub(r'    """.*"""\n', "    pass\n", TASK, flags=re.DOTALL)
# Opens a file whose last line is being typed, and waits until its server is ready.
OPEN = """
(setq eglot-sync-connect t eglot-connect-timeout {seconds} eglot-report-progress 'messages
      eldoc-echo-area-use-multiline-p t)
(require 'eglot)
(find-file "{file}")
(run-hooks 'post-command-hook)  ; as after a command that is not part of a program
(goto-char (point-max))
(search-backward "{cursor}")
(delete-char 1)
(eglot--signal-textDocument/didChange)
(defun until (wanted)
  "Wait until a function returns something, and return that."
  (let ((end (+ (float-time) {seconds})) found)
    ;; An answer that comes too late for Emacs is an error: ask again.
    (while (not (or (setq found (ignore-errors (funcall wanted))) (> (float-time) end)))
      (accept-process-output nil 0.2)
      (sit-for 0.1))
    found))
(defun shown-by-eldoc ()
  "Return what M-x eldoc-doc-buffer shows."
  (eldoc t)
  (accept-process-output nil 0.5)
  (sit-for 0.5)
  (with-current-buffer (eldoc-doc-buffer) (buffer-string)))
(defun shown-by-flymake ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
"""


def _version() -> int:
    if EMACS is None:
        return 0
    said = subprocess.check_output([EMACS, "--version"], text=True)  # noqa: S603
    found = re.search(r"Emacs (\d+)", said)
    return int(found[1]) if found else 0


pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(_version() < 29, reason="Emacs 29 or later is not installed"),
]


def documented() -> str:
    """Return the configuration that the documentation shows."""
    page = (ROOT / "docs" / "lsp.md").read_text("utf-8")
    block = re.search(r'=== "Emacs"\n.*?    ```elisp\n(.*?)    ```', page, re.DOTALL)
    assert block
    return re.sub("^    ", "", block[1], flags=re.MULTILINE)


@pytest.fixture
def see(tmp_path: Path) -> Callable[..., Any]:
    """Return what an expression of Emacs sees at the cursor in a handler, and Emacs's log."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[tool.typed_bg]\ncheckers = ["ty"]\n', "utf-8")
    (project / "mail.py").write_text(TASK, "utf-8")
    (project / "letter.py").write_text(UNDOCUMENTED.replace("def ", f"def {CURSOR}"), "utf-8")
    (project / ".git").mkdir()  # what makes it a project for Emacs
    path = os.pathsep.join((str(SCRIPTS), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": sys.prefix, "HOME": str(tmp_path)}

    def see(expression: str, line: str = "", file: str = "signup.py") -> Any:
        (project / "signup.py").write_text(f"{IMPORTS}{HANDLER}\n    {line}\n", "utf-8")
        opened = OPEN.format(file=project / file, cursor=CURSOR, seconds=SECONDS)
        program = tmp_path / "program.el"
        printed = f"(princ (concat (json-serialize {expression}) (string 10)))"
        program.write_text(f"{documented()}\n{opened}\n{printed}\n", "utf-8")
        done = subprocess.run(  # noqa: S603
            [str(EMACS), "--batch", "-Q", "-l", str(program)],
            cwd=project,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=2 * SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), done.stderr

    return see


def test_signature_help_inside_add_task(see: Callable[..., Any]) -> None:
    seen, _ = see(
        """(until (lambda () (let ((shown (shown-by-eldoc)))
             (and (string-match-p "The address that gets" shown) shown))))""",
        f"background_tasks.add_task(send_email, {CURSOR})",
    )
    assert "send_email(to: str, subject: str, *, retries: int = 3) -> None" in seen


def test_hover_on_a_keyword(see: Callable[..., Any]) -> None:
    seen, _ = see(
        """(until (lambda () (let ((shown (shown-by-eldoc)))
             (and (string-match-p "How often a failed" shown) shown))))""",
        f'background_tasks.add_task(send_email, email, "Hi", ret{CURSOR}ries=2)',
    )
    assert "retries: int = 3" in seen


def test_completion_of_a_keyword(see: Callable[..., Any]) -> None:
    seen, _ = see(
        """(vconcat (until (lambda ()
             (let* ((found (eglot-completion-at-point))
                    (typed (buffer-substring (nth 0 found) (nth 1 found))))
               (mapcar #'substring-no-properties (all-completions typed (nth 2 found)))))))""",
        f'background_tasks.add_task(send_email, email, "Hi", ret{CURSOR})',
    )
    assert "retries=" in seen


def test_a_wrong_argument_is_marked_when_the_file_is_saved(see: Callable[..., Any]) -> None:
    seen, log = see(
        """(progn (set-buffer-modified-p t) (save-buffer)
             (vconcat (until (lambda ()
               (seq-filter (lambda (shown) (string-match-p "wrong-argument" shown))
                           (shown-by-flymake))))))""",
        f'background_tasks.add_task(send_email, email, "Hi", retry=2){CURSOR}',
    )
    assert "retry" in seen[0]
    assert "typed-bg check" in log  # the progress of the check


def test_a_code_action_writes_the_docstring(see: Callable[..., Any]) -> None:
    seen, _ = see(
        """(progn (eglot-code-actions (point) nil "refactor.rewrite" t) (buffer-string))""",
        file="letter.py",
    )
    assert "        to: The address that gets the email.\n" in seen
