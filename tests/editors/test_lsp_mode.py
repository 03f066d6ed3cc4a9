"""What a person sees in Emacs with lsp-mode, where pyright's server runs next to ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from emacs_batch import CURSOR, PACKAGES, Emacs, completions, documented, has, shown

if TYPE_CHECKING:
    from pathlib import Path

# What the package lsp-pyright does, as far as it matters here.
PYRIGHT = """
(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection '("pyright-langserver" "--stdio"))
  :activation-fn (lsp-activate-on "python")
  :server-id 'pyright))
(setq lsp-enabled-clients '(typed-bg pyright))
"""
# Opens a file whose last line is being typed, and waits until both servers are ready.
OPEN = """
(setq lsp-auto-guess-root t lsp-response-timeout {seconds})
(find-file "{file}")
(defun ready ()
  (seq-filter (lambda (each) (eq 'initialized (lsp--workspace-status each))) (lsp-workspaces)))
(until (lambda () (= 2 (length (ready)))))
(goto-char (point-max))
(search-backward "{cursor}")
(delete-char 1)
(defun shown-by-signature-help (&rest texts)
  "Return what M-x lsp-signature-activate shows, when it has all these texts."
  (let* (shown (lsp-signature-function (lambda (message) (setq shown message))))
    (lsp-signature-activate)
    (until (lambda ()
      (lsp-signature)
      (accept-process-output nil 1)
      (and (seq-every-p (lambda (text) (string-match-p (regexp-quote text) shown)) texts)
           (substring-no-properties shown))))))
(defun shown-by-hover ()
  "Return what M-x lsp-describe-thing-at-point shows."
  (lsp-describe-thing-at-point)
  (with-current-buffer "*lsp-help*" (buffer-substring-no-properties (point-min) (point-max))))
(defun shown-by-flycheck ()
  (flycheck-buffer)
  (mapcar #'flycheck-error-format-message-and-id flycheck-current-errors))
"""

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not has("lsp-mode"), reason="Emacs's package lsp-mode is not installed"),
]


@pytest.fixture
def emacs(tmp_path: Path) -> Emacs:
    """Emacs with lsp-mode and both servers."""
    required = f"{PACKAGES}(require 'lsp-mode)\n"
    return Emacs(tmp_path, required + documented("lsp-mode") + PYRIGHT + OPEN)


def test_signature_help_inside_add_task(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        """(shown-by-signature-help "send_email(to: str" "(func: (to: str")""",
        f"background_tasks.add_task(send_email, {CURSOR})",
    )
    assert "send_email(to: str, subject: str, *, retries: int = 3) -> None\nSend an email." in seen


def test_hover_on_a_keyword(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        shown("shown-by-hover", "How often a failed"),
        f'background_tasks.add_task(send_email, email, "Hi", ret{CURSOR}ries=2)',
    )
    assert "retries: int = 3" in seen  # ours
    assert "(function) retries: int" in seen  # pyright's


def test_hover_on_the_method_is_that_of_pyright(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        shown("shown-by-hover", "The function to call"),
        f'background_tasks.add_{CURSOR}task(send_email, email, "Hi")',
    )
    assert "(method) def add_task" in seen


def test_completion_of_a_keyword(emacs: Emacs) -> None:
    seen, _ = emacs.see(
        completions("lsp-completion-at-point"),
        f'background_tasks.add_task(send_email, email, "Hi", ret{CURSOR})',
    )
    assert "retries=" in seen


@pytest.mark.skipif(not has("flycheck"), reason="Emacs's package flycheck is not installed")
def test_a_wrong_argument_is_marked_by_both_servers(emacs: Emacs) -> None:
    # With Flymake, lsp-mode shows the diagnostics of one server only.
    seen, _ = emacs.see(
        """(progn (set-buffer-modified-p t) (save-buffer)
             (vconcat (until (lambda ()
               (let ((shown (shown-by-flycheck)))
                 (and (seq-some (lambda (it) (string-match-p "reportCallIssue" it)) shown)
                      (seq-some (lambda (it) (string-match-p "wrong-argument" it)) shown)
                      shown))))))""",
        f'background_tasks.add_task(send_email, email, "Hi", retry=2){CURSOR}',
        before=f"{PACKAGES}(require 'flycheck)",  # lsp-mode uses it as soon as it is loaded
    )
    assert 'No parameter named "retry" [reportCallIssue]' in seen
    assert any("`retry`" in message and "[wrong-argument]" in message for message in seen)
