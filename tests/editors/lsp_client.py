"""A language server over stdio, asked as an editor asks it.

One small client for all servers: lsprotocol, and with it pytest-lsp, cannot read what ty, pyrefly
and zuban say about themselves when they start.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
import threading
from typing import IO, TYPE_CHECKING, Any

from typing_extensions import Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

# Generous, since no answer within it is a failure: a server's first answer reads all it depends on.
SECONDS_FOR_AN_ANSWER = 120
SECONDS_TO_END = 5
# The document changed, or the server cancelled the request itself: an editor asks again.
ASK_AGAIN = frozenset({-32801, -32802})
METHOD_NOT_FOUND = -32601

# What editors say of themselves, as far as it decides what is shown.
_TEXT_FORMATS = ["markdown", "plaintext"]
CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "synchronization": {},
        "hover": {"contentFormat": _TEXT_FORMATS},
        "signatureHelp": {
            "signatureInformation": {
                "documentationFormat": _TEXT_FORMATS,
                "parameterInformation": {"labelOffsetSupport": True},
                "activeParameterSupport": True,
            },
            "contextSupport": True,
        },
        "completion": {
            "completionItem": {
                "documentationFormat": _TEXT_FORMATS,
                "labelDetailsSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail"]},
            },
            "contextSupport": True,
        },
    },
}


class ServerError(Exception):
    """A language server did not work, so its answer, or its silence, is not a result."""


class LanguageServer:
    """A running language server, with one folder as its workspace; a context manager."""

    def __init__(
        self,
        command: Sequence[str],
        workspace: Path,
        *,
        settings: Mapping[str, Any],
        environment: Mapping[str, str],
    ) -> None:
        """Start the server and shake hands.

        Args:
            command: The command line that starts it.
            workspace: The folder that is opened in the editor.
            settings: The editor's settings, by section.
            environment: The environment variables of the process.
        """
        self._command = command
        self._settings = settings
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed as the streams are
        self._last_id = 0
        self.log: list[str] = []
        """What the server wrote to the editor's log."""
        self.told: list[dict[str, Any]] = []
        """What else the server told, or asked, of its own accord."""
        self._process = subprocess.Popen(  # noqa: S603  # a server that the tests name
            command,
            cwd=workspace,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self._folders = [{"uri": workspace.as_uri(), "name": workspace.name}]
        try:
            answer = self.ask(
                "initialize",
                {
                    "processId": None,
                    "rootUri": workspace.as_uri(),
                    "workspaceFolders": self._folders,
                    "capabilities": CAPABILITIES,
                },
            )
        except BaseException:
            self._process.kill()
            self._end()
            raise
        self.capabilities: dict[str, Any] = answer["capabilities"]
        self.tell("initialized", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._process.poll() is None:
                self.ask("shutdown", None)
                self.tell("exit", None)
        finally:
            self._end()

    def ask(self, method: str, params: object) -> Any:
        """Send a request and return its result.

        Raises:
            ServerError: It answered with an error, ended, or said nothing for too long.
        """
        while True:
            answer = self.answer_to(self.start(method, params), method)
            if "error" not in answer:
                return answer.get("result")
            if answer["error"].get("code") not in ASK_AGAIN:
                msg = f"{method}: {answer['error']}"
                raise self._failure(msg)

    def start(self, method: str, params: object) -> int:
        """Send a request, and return its number: its answer comes later."""
        self._last_id += 1
        self._send({"id": self._last_id, "method": method, "params": params})
        return self._last_id

    def answer_to(self, request: int, method: str) -> dict[str, Any]:
        """Return the answer to a request that was sent."""
        return self.hear(
            lambda message: "method" not in message and message.get("id") == request, method
        )

    def tell(self, method: str, params: object) -> None:
        """Send a notification, which has no answer."""
        self._send({"method": method, "params": params})

    def hear(self, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Read messages up to one that is wanted, and answer what the server asks meanwhile."""
        # To end the process ends a read that waits, on every platform.
        watch = threading.Timer(SECONDS_FOR_AN_ANSWER, self._process.kill)
        watch.start()
        try:
            while message := read_message(self._output):
                if message.get("method") == "window/logMessage":
                    self.log.append(message["params"]["message"])
                elif "method" in message:
                    self.told.append(message)
                    if "id" in message:
                        self._send({"id": message["id"], **self._reply(message)})
                if wanted(message):
                    return message
        finally:
            watch.cancel()
        self._stop()
        msg = f"{what}: no answer; it ended, or was ended after {SECONDS_FOR_AN_ANSWER} s"
        raise self._failure(msg)

    def _reply(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["method"]:
            case "workspace/configuration":
                items = request["params"]["items"]
                return {"result": [self._section(item.get("section") or "") for item in items]}
            case "workspace/workspaceFolders":
                return {"result": self._folders}
            case (
                "client/registerCapability"
                | "client/unregisterCapability"
                | "window/workDoneProgress/create"
                | "window/showMessageRequest"
            ):
                return {"result": None}
            case method if method.startswith("workspace/") and method.endswith("/refresh"):
                return {"result": None}
            case method:
                return {"error": {"code": METHOD_NOT_FOUND, "message": f"no {method} here"}}

    def _section(self, name: str) -> Any:
        """Look up the settings of a section, such as `python.analysis`."""
        found: Any = self._settings
        for part in name.split(".") if name else ():
            found = found.get(part, {})
        return found

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self._input.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self._input.flush()
        except OSError as error:
            self._stop()
            msg = "it ended"
            raise self._failure(msg) from error

    def _failure(self, what: str) -> ServerError:
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace")[-2000:].strip()
        return ServerError(f"{' '.join(self._command)}: {what}\n{said}".rstrip())

    def _stop(self) -> None:
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _end(self) -> None:
        self._stop()
        for stream in (self._input, self._output, self._errors):
            with contextlib.suppress(OSError):  # what it did not read any more
                stream.close()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout
        return self._process.stdout


def read_message(stream: IO[bytes]) -> dict[str, Any] | None:
    """Read one message; `None` where the stream has ended."""
    length = None
    while line := stream.readline():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
        elif length is not None and not line.strip():
            body = stream.read(length)
            return json.loads(body) if len(body) == length else None
    return None
