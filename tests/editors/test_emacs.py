"""What a person sees in Emacs with eglot, with the configuration that the documentation shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from emacs_batch import CURSOR, Emacs, completions, documented, shown, version

if TYPE_CHECKING:
    from pathlib import Path

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
(defun shown-by-eldoc ()
  "Return what M-x eldoc-doc-buffer shows."
  (eldoc t)
  (accept-process-output nil 0.5)
  (sit-for 0.5)
  (with-current-buffer (eldoc-doc-buffer) (buffer-string)))
(defun shown-by-flymake ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
"""

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(version() < 29, reason="Emacs 29 or later is not installed"),
]


@pytest.fixture
def emacs(tmp_path: Path) -> Emacs:
    """Emacs with eglot."""
    return Emacs(tmp_path, documented("eglot") + OPEN)


def test_signature_help_inside_add_task(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        shown("shown-by-eldoc", "The address that gets"),
        f"background_tasks.add_task(send_email, {CURSOR})",
    )
    assert "send_email(to: str, subject: str, *, retries: int = 3) -> None" in seen


def test_hover_on_a_keyword(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        shown("shown-by-eldoc", "How often a failed"),
        f'background_tasks.add_task(send_email, email, "Hi", ret{CURSOR}ries=2)',
    )
    assert "retries: int = 3" in seen


def test_completion_of_a_keyword(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        completions("eglot-completion-at-point"),
        f'background_tasks.add_task(send_email, email, "Hi", ret{CURSOR})',
    )
    assert "retries=" in seen


def test_a_wrong_argument_is_marked_when_the_file_is_saved(emacs: Emacs) -> None:
    seen, log = emacs.see(
        """(progn (set-buffer-modified-p t) (save-buffer)
             (vconcat (until (lambda ()
               (seq-filter (lambda (shown) (string-match-p "wrong-argument" shown))
                           (shown-by-flymake))))))""",
        f'background_tasks.add_task(send_email, email, "Hi", retry=2){CURSOR}',
    )
    assert "retry" in seen[0]
    assert "typed-bg check" in log  # the progress of the check


def test_a_code_action_writes_the_docstring(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        """(progn (eglot-code-actions (point) nil "refactor.rewrite" t) (buffer-string))""",
        file="letter.py",
    )
    assert "        to: The address that gets the email.\n" in seen
