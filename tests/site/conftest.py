"""The site as `nox -s docs` has built it, served on this machine, in a real browser."""

from __future__ import annotations

import functools
import http.server
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pytest
from selenium.webdriver.support.ui import WebDriverWait
from site_pages import SITE
from support.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium import webdriver

# Nothing but this machine can be reached: what asks for more leaves an error in the console.
_OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
Scheme = Literal["light", "dark"]


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the site."""
    handler = functools.partial(_Handler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@dataclass
class Window:
    """A browser's window on the site."""

    chrome: webdriver.Chrome
    address: str

    def show(self, page: str, *, scheme: Scheme = "light", width: int = 1280) -> None:
        """Open a page, with no memory of a former one."""
        self.chrome.get("about:blank")  # the page before must not see, and remember, what changes
        self.chrome.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        self.resize(width)
        origin = {"origin": self.address, "storageTypes": "local_storage,session_storage"}
        self.chrome.execute_cdp_cmd("Storage.clearDataForOrigin", origin)
        self.chrome.get(f"{self.address}/{page}")
        self.until("return document.readyState === 'complete'")

    def resize(self, width: int, height: int = 900) -> None:
        """Set the size of what is seen."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page."""
        return self.chrome.execute_script(script, *arguments)

    def until(self, script: str, *arguments: object) -> Any:
        """Wait until a script returns something true, and return that."""
        wait = WebDriverWait(self.chrome, 20, poll_frequency=0.05)
        return wait.until(lambda _: self.run(script, *arguments))

    def console(self) -> list[str]:
        """Return what the console holds, and empty it."""
        return [entry["message"] for entry in self.chrome.get_log("browser")]


@pytest.fixture(scope="session")
def browser(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """One headless Chromium for all tests."""
    profile = tmp_path_factory.mktemp("profile")
    with chromium(profile, "--hide-scrollbars", _OFFLINE) as chrome:
        yield Window(chrome, address)


@pytest.fixture
def window(browser: Window) -> Iterator[Window]:
    """The window; at the end of a test, the console has to be empty."""
    browser.console()
    yield browser
    assert browser.console() == []
