"""What a person sees in Neovim, with the configuration that the documentation shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from editor_answers import HANDLER, IMPORTS, TASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent
NVIM = shutil.which("nvim")
SECONDS = 60
# pyright's server runs next to ours, as it does for most people.
PYRIGHT = """
vim.lsp.config("pyright", {
  cmd = { "pyright-langserver", "--stdio" },
  filetypes = { "python" },
  root_markers = { "pyproject.toml", ".git" },
})
vim.lsp.enable("pyright")
"""
FLOATS = """
(function()
  local shown = {}
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      table.insert(shown, table.concat(lines, "\\n"))
    end
  end
  return vim.json.encode(shown)
end)()
"""
READY = """
(function()
  local ready = 0
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0 })) do
    if client.initialized then ready = ready + 1 end
  end
  return ready
end)()
"""


def _version() -> tuple[int, ...]:
    if NVIM is None:
        return (0,)
    said = subprocess.check_output([NVIM, "--version"], text=True)  # noqa: S603
    return tuple(map(int, re.findall(r"\d+", said.split("\n", 1)[0])[:2]))


pytestmark = pytest.mark.skipif(
    _version() < (0, 11), reason="Neovim 0.11 or later is not installed"
)


def documented() -> str:
    """Return the configuration that the documentation shows."""
    page = (ROOT / "docs" / "lsp.md").read_text("utf-8")
    block = re.search(r'=== "Neovim"\n\n    ```lua\n(.*?)    ```', page, re.DOTALL)
    assert block
    return re.sub("^    ", "", block[1], flags=re.MULTILINE)


class Neovim:
    """A running Neovim, used through its keys."""

    def __init__(self, socket: Path) -> None:
        """Take the address at which it listens."""
        self._socket = socket

    def type(self, keys: str) -> None:
        """Press keys, in Vim's notation."""
        self._remote("--remote-send", keys)

    def lua(self, expression: str) -> Any:
        """Evaluate a Lua expression that returns a number or a text."""
        packed = " ".join(expression.split()).replace("'", "''")
        return self._remote("--remote-expr", f"luaeval('{packed}')")

    def floats(self) -> list[str]:
        """Return the texts of the windows that float above the code."""
        return json.loads(self.lua(FLOATS) or "[]") or []

    def until(self, wanted: Callable[[], object], every: float = 0.2) -> None:
        """Wait until something is true, asked again after so many seconds."""
        end = time.monotonic() + SECONDS
        while not wanted():
            assert time.monotonic() < end, self.floats()
            time.sleep(every)

    def press_until(self, keys: str, *texts: str) -> None:
        """Press keys again and again until one of the floating windows has these texts."""

        def sees() -> bool:
            if any(all(text in shown for text in texts) for shown in self.floats()):
                return True
            self.type(keys)
            return False

        self.until(sees, every=1)

    def _remote(self, *words: str) -> str:
        command = [str(NVIM), "--server", str(self._socket), *words]
        return subprocess.run(  # noqa: S603
            command, check=True, capture_output=True, text=True, timeout=SECONDS
        ).stdout.strip()


@pytest.fixture
def neovim(tmp_path: Path) -> Iterator[Neovim]:
    """Neovim with a handler in front of it, and both servers ready."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "mail.py").write_text(TASK, "utf-8")
    (project / "signup.py").write_text(f"{IMPORTS}{HANDLER}\n", "utf-8")
    settings = tmp_path / "init.lua"
    both = (SCRIPTS / "pyright-langserver").exists()
    settings.write_text(documented() + (PYRIGHT if both else ""), "utf-8")
    socket = tmp_path / "nvim.sock"
    path = os.pathsep.join((str(SCRIPTS), os.environ.get("PATH", "")))
    process = subprocess.Popen(  # noqa: S603
        [
            *(str(NVIM), "--headless", "--clean", "-u", str(settings)),
            *("--listen", str(socket), str(project / "signup.py")),
        ],
        cwd=project,
        env={**os.environ, "PATH": path, "VIRTUAL_ENV": sys.prefix, "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        window = Neovim(socket)
        window.until(socket.exists)
        window.until(lambda: int(window.lua(READY)) == 1 + both)
        yield window
    finally:
        process.kill()
        process.wait()


def test_signature_help_inside_add_task(neovim: Neovim) -> None:
    neovim.type("Gobackground_tasks.add_task(send_email, ")
    # Ctrl+S asks for signature help; pressed again, it goes on to the next server's.
    neovim.press_until("<C-s>", "to: str", "The address that gets the email.")


def test_hover_on_a_keyword(neovim: Neovim) -> None:
    neovim.type('Gobackground_tasks.add_task(send_email, email, "Hi", retries=2)<Esc>Fr')
    neovim.press_until("K", "retries: int", "How often a failed delivery is tried again.")


def test_completion_of_a_keyword(neovim: Neovim) -> None:
    neovim.type('Gobackground_tasks.add_task(send_email, email, "Hi", ret<C-x><C-o>')
    neovim.until(lambda: "retries=" in neovim.lua("vim.json.encode(vim.fn.complete_info().items)"))


def test_a_wrong_argument_is_marked_when_the_file_is_saved(neovim: Neovim) -> None:
    neovim.type('Gobackground_tasks.add_task(send_email, email, "Hi", retry=2)<Esc>:w<CR>')
    ours = "vim.iter(vim.diagnostic.get(0)):filter(function(it) return it.source == 'typed-bg' end)"
    neovim.until(lambda: int(neovim.lua(f"#{ours}:totable()")) > 0)
    (found,) = json.loads(neovim.lua(f"vim.json.encode({ours}:totable())"))
    assert "retry" in found["message"]
    assert found["code"] == "wrong-argument"
