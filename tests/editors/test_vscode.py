"""What a person sees in VS Code, with the extension that `nox -s vscode` has built."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

pytest.importorskip("selenium")

from editor_answers import HANDLER, IMPORTS, TASK
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from support.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium import webdriver

NODE, SERVER, EXTENSION = (
    os.environ.get(f"TYPED_BG_{name}", "") for name in ("NODE", "CODE_SERVER", "VSIX")
)
PICTURES = os.environ.get("TYPED_BG_PICTURES")
SECONDS = 600  # it starts slowly on a busy machine
LONGEST_PAUSE = 8
Chord = tuple[str, ...]
pytestmark = pytest.mark.skipif(not SERVER, reason="`nox -s vscode` runs it")


class Editor:
    """VS Code in a browser's window."""

    def __init__(self, chrome: webdriver.Chrome, pictures: Path) -> None:
        """Take the window.

        Args:
            chrome: The window.
            pictures: Where to save what is seen if something is not.
        """
        self.chrome = chrome
        self._pictures = pictures

    def write(self, code: str) -> None:
        """Type code, and wait until it is there."""
        self.type(code)
        self.until(".part.editor .view-lines", code)

    def type(self, keys: str) -> None:
        """Press keys, one after the other."""
        actions_in(self.chrome).send_keys(keys).perform()

    def press(self, *keys: str) -> None:
        """Press keys together: modifiers, and the key that they modify."""
        *modifiers, key = keys
        actions = actions_in(self.chrome)
        for modifier in modifiers:
            actions.key_down(modifier)
        actions.send_keys(key)
        for modifier in modifiers:
            actions.key_up(modifier)
        actions.perform()

    def until(self, selector: str, *texts: str, chords: tuple[Chord, ...] = ()) -> str:
        """Wait until an element that matches is visible and has some texts; return its text.

        Args:
            selector: What matches it.
            texts: The texts.
            chords: Keys to press again and again until then.
        """

        pause = 1

        def shown(_: object) -> str | None:
            nonlocal pause
            for chord in chords:
                self.press(*chord)
            if chords:
                # Longer each time: to ask again cancels the request that is being answered.
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            for element in self.chrome.find_elements(By.CSS_SELECTOR, selector):
                text: str = element.get_property("innerText") or " "
                if element.is_displayed() and all(wanted in plain(text) for wanted in texts):
                    return plain(text)
            return None

        try:
            wait = WebDriverWait(self.chrome, SECONDS, ignored_exceptions=[WebDriverException])
            return wait.until(shown)
        except TimeoutException:
            picture = self._pictures / "failure.png"
            self.chrome.save_screenshot(str(picture))
            found = self.chrome.find_elements(By.CSS_SELECTOR, selector)
            seen = [plain(element.get_property("innerText") or "") for element in found]
            pytest.fail(f"{selector}: {texts} not in {seen}. What is seen: {picture}")


def plain(text: str) -> str:
    """Replace the non-breaking spaces of the editor."""
    return text.replace("\xa0", " ")


def actions_in(chrome: webdriver.Chrome) -> webdriver.ActionChains:
    """Return actions that wait a little between keys, as a person does."""
    return ActionChains(chrome, duration=20)


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    """VS Code, with a handler in front of it and the extension installed."""
    project, data, extensions = (tmp_path / name for name in ("project", "data", "extensions"))
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "mail.py").write_text(TASK, "utf-8")
    # With a body, it is a correct module until something is typed.
    module = f'{IMPORTS}{HANDLER}\n    """Create an account."""\n    '
    (project / "signup.py").write_text(module, "utf-8")
    settings = data / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        json.dumps(
            {
                "typed-bg.python": sys.executable,
                "typed-bg.checkers": ["ty"],
                "files.autoSave": "off",  # in a browser, it is on
                "workbench.startupEditor": "none",
                "telemetry.telemetryLevel": "off",
                "extensions.autoUpdate": False,
                "editor.quickSuggestions": {"other": "off"},
                "chat.disableAIFeatures": True,
                "workbench.secondarySideBar.defaultVisibility": "hidden",
            }
        )
    )
    # The server's machine decides about programs, not the browser's user.
    machine = data / "Machine" / "settings.json"
    machine.parent.mkdir()
    program = str(Path(sys.executable).with_name("typed-bg"))
    machine.write_text(json.dumps({"typed-bg.path": program}))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = [NODE, SERVER, "--user-data-dir", str(data), "--extensions-dir", str(extensions)]
    environment = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(  # noqa: S603
        [*base, "--install-extension", EXTENSION], check=True, env=environment, capture_output=True
    )
    address = f"127.0.0.1:{port}"
    options = ("--auth", "none", "--bind-addr", address, "--disable-workspace-trust")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [*base, *options, str(project)], env=environment, stdout=log, stderr=log
        )
    try:
        end = time.monotonic() + SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            assert time.monotonic() < end, (tmp_path / "log").read_text("utf-8")
            time.sleep(0.2)
        with chromium(
            tmp_path / "profile", "--window-size=1000,560", "--force-device-scale-factor=2"
        ) as chrome:
            # The address opens the file, with the cursor at its end: no list has to be ready.
            line, column = len(module.splitlines()), len(module.splitlines()[-1]) + 1
            opened = f"vscode-remote://{address}{project / 'signup.py'}:{line}:{column}"
            payload = json.dumps([["openFile", opened], ["gotoLineMode", "true"]])
            chrome.get(f"http://{address}/?{urlencode({'folder': project, 'payload': payload})}")
            window = Editor(chrome, tmp_path)
            window.until(".part.editor .view-lines", HANDLER)
            window.until(".statusbar-item", f"Ln {line}, Col {column}")
            # What is typed before that is lost.
            window.until(".part.editor .monaco-editor.focused")
            yield window
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def test_signature_help_inside_add_task(editor: Editor) -> None:
    editor.write("background_tasks.add_task(send_email, ")
    # What is typed while the server starts is not asked again: press the keys that ask.
    editor.until(
        ".parameter-hints-widget.visible",
        "send_email(to: str, subject: str, *, retries: int = 3)",
        "The address that gets the email.",
        chords=((Keys.CONTROL, Keys.SHIFT, " "),),
    )
    if PICTURES:
        area = editor.chrome.find_element(By.CSS_SELECTOR, ".part.editor")
        area.screenshot(str(Path(PICTURES, "vscode-signature-help.png")))


def test_hover_and_completion_of_a_keyword(editor: Editor) -> None:
    editor.write('background_tasks.add_task(send_email, email, "Hi", ret')
    asking = ((Keys.ESCAPE,), (Keys.CONTROL, " "))
    editor.until(".suggest-widget.visible", "retries=", chords=asking)
    editor.type(Keys.ENTER)
    editor.until(".part.editor .view-lines", "retries=")
    editor.write("2)")
    editor.type(Keys.LEFT * 5)
    editor.until(
        ".monaco-hover",
        "retries: int = 3",
        "How often a failed delivery is tried again.",
        chords=((Keys.CONTROL, "k"), (Keys.CONTROL, "i")),
    )


def test_a_wrong_argument_is_marked_when_the_file_is_saved(editor: Editor) -> None:
    editor.write('background_tasks.add_task(send_email, email, "Hi", retry=2)')
    editor.press(Keys.CONTROL, "s")
    editor.until(".part.editor .tab.active:not(.dirty)")
    editor.until(".squiggly-error")
    editor.until(".marker-widget", "retry", "wrong-argument", chords=((Keys.F8,),))
