"""Shows how a right task runs and how a wrong one is rejected. Start it with `nox -s serve`.

Everything that it prints has just happened. It fails if something did not happen.
"""

from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from typed_bg.checkers import CHECKERS, Checker, CheckerError, Run, run

if TYPE_CHECKING:
    from collections.abc import Generator

EXAMPLES = Path(__file__).resolve().parent
RIGHT, WRONG = EXAMPLES / "notifications_fastapi.py", EXAMPLES / "wrong_call.py"
REQUEST = "/send-notification/new@example.org"
NOTIFICATION = "notification for new@example.org: some notification"
SLIP = "mesage="
LOG = "log.txt"

PATIENCE = 20  # seconds for one answer
LIMIT = 120  # seconds for all of it
WIDTH = 100


class NotAsPromisedError(Exception):
    """Something that the demo shows did not happen."""


class Server:
    """A uvicorn process that serves an example."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    def stop(self) -> str:
        """Stop the server, and return its output."""
        self.process.terminate()
        output, _ = self.process.communicate(timeout=PATIENCE)
        return output


def main() -> None:
    if not hasattr(os, "mkfifo"):
        sys.exit("The demo needs named pipes (os.mkfifo), which this system does not have.")
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(LIMIT)
    packages = ("typed-bg", "fastapi", "starlette", "uvicorn")
    versions = [f"Python {platform.python_version()}", *(f"{p} {version(p)}" for p in packages)]
    say(", ".join(versions))
    try:
        with tempfile.TemporaryDirectory(prefix="typed_bg_demo_") as folder:
            for name in ("right", "wrong"):
                Path(folder, name).mkdir()
            show_right_call(Path(folder, "right"))
            show_wrong_call(Path(folder, "wrong"))
        show_checkers()
    except (NotAsPromisedError, TimeoutError, subprocess.TimeoutExpired, httpx.HTTPError) as error:
        sys.exit(f"\nThe demo has FAILED: {error or type(error).__name__}")
    say("\nEverything happened as promised.")


def show_right_call(folder: Path) -> None:
    """Show that the notification is written after the client has the response."""
    head("1", "A right task runs after the response", RIGHT, "add_task(")
    # If the task ran before the response, the request would never finish: the client reads the
    # pipe only when it has the response.
    os.mkfifo(folder / LOG)
    say(f"  {LOG} is a named pipe, so the task can write only while it is read. The demo starts to")
    say("  read it when it has the response.\n")
    with serve(RIGHT, folder) as server:
        response = post(server)
        require(response.status_code == HTTPStatus.OK, f"the client got {response.status_code}")
        say_at("response", f"{response.status_code} {response.text}")
        say_at(LOG, "the demo starts to read it")
        text = (folder / LOG).read_text(encoding="utf-8")
        require(text == NOTIFICATION, f"the task wrote {text!r}")
        say_at(LOG, f"reads: {text}")
        server.stop()


def show_wrong_call(folder: Path) -> None:
    """Show that a wrong call raises an error before the response."""
    head("2", "A wrong call raises an error when the task is added", WRONG, SLIP)
    with serve(WRONG, folder) as server:
        response = post(server)
        status = response.status_code
        require(status == HTTPStatus.INTERNAL_SERVER_ERROR, f"the client got {status}")
        say_at("response", f"{status} {response.text}")
        output = server.stop()
    require(not (folder / LOG).exists(), f"{LOG} was written")
    say_at(LOG, "was not written, and the client got an error")
    found = re.search(r"^[\w.]*(TaskArgumentError: .*(?:\n  .*)*)", output, re.MULTILINE)
    message = found[1] if found else ""
    require(message != "", f"the server's log has no TaskArgumentError:\n{output}")
    place = f"added at {WRONG}:{line_of(WRONG, SLIP)[0]}"
    require(place in message, f"the error does not contain {place!r}:\n{message}")
    say("\n  The server's log:")
    say(textwrap.indent(message, "    "))


def show_checkers() -> None:
    """Show what each installed type checker reports about both calls."""
    head("3", "Type checkers reject the same call before it runs", WRONG, SLIP)
    number, _ = line_of(WRONG, SLIP)
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = zip(CHECKERS, pool.map(check, CHECKERS.values()), strict=True)
    rejected = 0
    for name, result in results:
        if result is None:
            say(f"  {name:<21}not installed")
            continue
        errors = [found for found in result.diagnostics if found.severity == "error"]
        places = {(found.path, found.line) for found in errors}
        require((WRONG, number) in places, f"{name} accepts the call in {WRONG.name}:{number}")
        require(len(places) == 1, f"{name} also reports other errors: {errors}")
        fact = errors[0].message.splitlines()[0]
        text = f"{WRONG.name}:{number}: {fact} [{errors[0].rule}]"
        label = f"{name} {result.version}"
        say(textwrap.fill(f"  {label:<21}{text}", WIDTH, subsequent_indent=" " * 23))
        rejected += 1
    require(rejected > 0, "no type checker is installed: pip install 'typed-bg[checkers]'")
    say(f"\n  {rejected} of {len(CHECKERS)} reject it, and report nothing in {RIGHT.name}.")


def check(checker: Checker) -> Run | None:
    """Run a type checker on both examples, or return None if it is not installed."""
    try:
        return run(
            checker,
            EXAMPLES,
            paths=(RIGHT.name, WRONG.name),
            python=Path(sys.executable),
            profile="default",
            timeout=LIMIT,
        )
    except CheckerError as error:
        if error.kind == "missing":
            return None
        raise NotAsPromisedError(str(error)) from error


@contextmanager
def serve(app: Path, folder: Path) -> Generator[Server, None, None]:
    """Serve an example from a folder, on a free port."""
    command = [sys.executable, "-m", "uvicorn", f"{app.stem}:app", "--app-dir", str(app.parent)]
    process = subprocess.Popen(  # noqa: S603  # this very interpreter
        [*command, "--host", "127.0.0.1", "--port", "0", "--no-use-colors"],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield Server(process, _address(process))
    finally:
        process.kill()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    output = ""
    for line in process.stdout or ():
        output += line
        if found := re.search(r"running on (http://\S+)", line):
            return found[1]
    message = f"uvicorn did not start:\n{output}"
    raise NotAsPromisedError(message)


def post(server: Server) -> httpx.Response:
    """Send the request that the examples handle."""
    say_at("request", f"POST {server.url}{REQUEST}")
    # Ignore proxy settings, because the server is on this machine.
    with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
        return client.post(server.url + REQUEST)


def line_of(path: Path, text: str) -> tuple[int, str]:
    """Find the only line of a file that contains a text, with its number."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    (found,) = [(number, line.strip()) for number, line in lines if text in line]
    return found


def require(condition: bool, otherwise: str) -> None:  # noqa: FBT001  # as in an assert
    if not condition:
        raise NotAsPromisedError(otherwise)


def head(number: str, title: str, path: Path, text: str) -> None:
    line, code = line_of(path, text)
    say(f"\n{number}. {title}\n   {path.name}:{line}: {code}\n")


def say_at(label: str, text: str) -> None:
    now = datetime.now().astimezone()
    say(f"  {now:%H:%M:%S}.{now.microsecond // 1000:03}  {label:<9}{text}")


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # the demo prints its results


def _give_up(*_: object) -> None:
    message = f"the demo took more than {LIMIT} s"
    raise TimeoutError(message)


if __name__ == "__main__":
    main()
