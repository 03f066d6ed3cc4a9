"""What a person sees in an editor at one place of the code, whichever server is behind it."""

from __future__ import annotations

import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from language_servers import OURS, SERVERS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from concurrent.futures import Future

    from language_servers import Server
    from lsp_client import LanguageServer

Json = dict[str, Any]
CURSOR = "|"
TASK = '''\
from typing import Annotated

from typing_extensions import Doc


def send_email(
    to: Annotated[str, Doc("The address that gets the email.")],
    subject: Annotated[str, Doc("The email's first line.")],
    *,
    retries: Annotated[int, Doc("How often a failed delivery is tried again.")] = 3,
) -> None:
    """Send an email.

    Args:
        to: The address that gets the email.
        subject: The email's first line.
        retries: How often a failed delivery is tried again.
    """
'''
IMPORTS = """\
import fastapi
from typed_bg.fastapi import BackgroundTasks

from mail import send_email

app = fastapi.FastAPI()


@app.post("/signup")
"""
HANDLER = "async def signup(email: str, background_tasks: BackgroundTasks) -> None:"

_LEADING_CODE = re.compile(r"\s*```\w*\n(.*?)\n```\s*(?:---\s*)?(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Place:
    """Where the cursor is, and what is asked for there."""

    kind: Literal["hover", "signature help", "completion"]
    line: str
    handler: str = HANDLER
    offered: str = ""
    """For a completion: the entry that is looked for."""

    @property
    def before(self) -> str:
        """The module up to the cursor."""
        return self._module.partition(CURSOR)[0]

    @property
    def text(self) -> str:
        """The module."""
        return self._module.replace(CURSOR, "", 1)

    @property
    def _module(self) -> str:
        return f"{IMPORTS}{self.handler}\n    {self.line}\n"


@dataclass(frozen=True)
class Answer:
    """What is shown; all empty where the server has no answer."""

    code: str = ""
    """A type or a signature, or the entry that completion offers."""
    prose: str = ""
    """The documentation that goes with it."""
    marked: str = ""
    """The parameter that signature help marks as the one being typed."""
    marked_prose: str = ""
    """The documentation of that parameter."""


class Editor:
    """A language server, and modules that are being written in front of it."""

    def __init__(self, server: LanguageServer, workspace: Path) -> None:
        self._server = server
        self._workspace = workspace
        self._opened = 0

    def look(self, place: Place) -> Answer:
        """Read what is shown at a place."""
        # A module of its own for each place, so that no answer depends on the one before.
        self._opened += 1
        uri = (self._workspace / f"signup_{self._opened}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": place.text}
        self._server.tell("textDocument/didOpen", {"textDocument": document})
        line, column = place.before.count("\n"), len(place.before.rpartition("\n")[2])
        where = {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": column},
        }
        match place.kind:
            case "hover":
                answer = read_hover(self._server.ask("textDocument/hover", where))
            case "signature help":
                answer = read_signature(self._server.ask("textDocument/signatureHelp", where))
            case "completion":
                answer = self._complete(where, place.offered)
        self._server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        return answer

    def _complete(self, where: Mapping[str, Any], offered: str) -> Answer:
        result: Any = self._server.ask("textDocument/completion", where) or []
        entries = cast("list[Json]", result if isinstance(result, list) else result["items"])
        # pylsp's labels go on with the parameters.
        found = [entry for entry in entries if entry["label"].split("(")[0] == offered]
        if not found:
            return Answer()
        entry = found[0]
        # Editors ask for the rest of an entry when it is selected.
        if self._server.capabilities["completionProvider"].get("resolveProvider"):
            entry = self._server.ask("completionItem/resolve", entry)
        _, prose = split(_markup(entry.get("documentation")))
        return Answer(code=entry["label"], prose=prose)


def look_around(server: Server, places: Iterable[Place]) -> dict[Place, Answer]:
    """Start a server in a folder of its own, and read what is shown at some places."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        # Before the server starts, since some list the modules only then.
        (folder / "mail.py").write_text(TASK, encoding="utf-8")
        with server.start(folder) as started:
            editor = Editor(started, folder)
            return {place: editor.look(place) for place in places}


@contextmanager
def everywhere(places: Iterable[Place]) -> Generator[Mapping[str, Future[dict[Place, Answer]]]]:
    """Look around in all servers, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        servers = {**SERVERS, OURS.name: OURS}
        looks = {name: pool.submit(look_around, one, places) for name, one in servers.items()}
        try:
            yield looks
        finally:
            pool.shutdown(cancel_futures=True)


def read_hover(result: Any) -> Answer:
    """Read an answer to `textDocument/hover`."""
    if not result:
        return Answer()
    code, prose = split(_markup(result["contents"]))
    return Answer(code=code, prose=prose)


def read_signature(result: Any) -> Answer:
    """Read an answer to `textDocument/signatureHelp`: the signature that is shown first."""
    if not result or not result["signatures"]:
        return Answer()
    signature = result["signatures"][result.get("activeSignature") or 0]
    label: str = signature["label"]
    answer = Answer(code=label, prose=_markup(signature.get("documentation")))
    parameters = cast("list[Json]", signature.get("parameters") or [])
    index: int | None = signature.get("activeParameter", result.get("activeParameter"))
    if index is None or index >= len(parameters):  # where a server marks none, it says so like this
        return answer
    where = cast("str | list[int]", parameters[index]["label"])
    marked = where if isinstance(where, str) else label[slice(*where)]
    prose = _markup(parameters[index].get("documentation"))
    return Answer(answer.code, answer.prose, marked, prose)


def _markup(content: str | Json | list[Any] | None) -> str:
    """Get the text out of the forms that it can have."""
    if isinstance(content, list):
        return "\n\n".join(map(_markup, content))
    return content["value"] if isinstance(content, dict) else content or ""


def split(markup: str) -> tuple[str, str]:
    """Split what is shown as code, above, from the documentation below it."""
    match = _LEADING_CODE.fullmatch(markup)
    return (match[1], match[2]) if match else ("", markup)


def plain(markup: str) -> str:
    """Get the words of a Markdown text, as they are read."""
    return " ".join(_ESCAPE.sub("", markup.replace("&nbsp;", " ")).split())
