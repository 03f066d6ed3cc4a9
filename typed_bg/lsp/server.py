"""The language server: it receives what the editor asks, and sends the answers."""

from __future__ import annotations

import asyncio
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import platformdirs
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from typed_bg.lsp import protocol
from typed_bg.lsp.command import Commands, options_of
from typed_bg.lsp.completion import completion
from typed_bg.lsp.diagnostics import Checks, File
from typed_bg.lsp.docstring_action import write_docstring
from typed_bg.lsp.fix_action import FixError, fix_actions, proven_edit
from typed_bg.lsp.hover import hover
from typed_bg.lsp.jedi_access import BROKEN_CACHE, clear_parse_cache, parse_cache
from typed_bg.lsp.positions import Document, Encoding
from typed_bg.lsp.progress import CancelledInEditorError, Progress
from typed_bg.lsp.projects import EditorOptions, Projects, read_options
from typed_bg.lsp.signature_help import signature_help

if TYPE_CHECKING:
    from collections.abc import Callable

    from typed_bg.lsp.analysis import Analysis
    from typed_bg.lsp.trees import Place

_T = TypeVar("_T")
_ENCODINGS: dict[types.PositionEncodingKind, Encoding] = {
    types.PositionEncodingKind.Utf8: "utf-8",
    types.PositionEncodingKind.Utf16: "utf-16",
    types.PositionEncodingKind.Utf32: "utf-32",
}


_LARGE = 200_000  # characters; to parse so many takes seconds


class _PositionParams(Protocol):
    @property
    def text_document(self) -> types.TextDocumentIdentifier: ...
    @property
    def position(self) -> types.Position: ...


class Server:
    """The state of a running server."""

    def __init__(self) -> None:
        """Create a server that no editor uses yet."""
        # pygls would apply partial changes to lines as `str.splitlines` makes them.
        sync = types.TextDocumentSyncKind.Full
        self._lsp = cast("Any", LanguageServer)("typed-bg", version("typed-bg"), sync)
        # Jedi works in one thread. The event loop stays free for what is typed meanwhile.
        self._worker = ThreadPoolExecutor(1, "typed-bg")
        # A large document is parsed here when it is opened: the worker answers about others.
        self._parser = ThreadPoolExecutor(1, "typed-bg-parser")
        self._parsed: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[tuple[str, type], int] = {}
        self._client = protocol.Client()
        self.projects: Projects = Projects((), EditorOptions(), self.warn)
        self.progress: Progress = Progress(lambda: self._lsp.work_done_progress)
        self.commands: Commands = Commands()
        self.checks: Checks = Checks(
            self.publish, self.warn, self.tell, self.progress, self.commands
        )

    def begin(self, params: types.InitializeParams) -> None:
        """Read what the editor says about itself and its window."""
        self._client = protocol.client_of(params.capabilities)
        self.progress.is_supported = self._client.progress
        options, problems = read_options(params.initialization_options)
        for problem in problems:
            self.tell(problem)
        uris = [folder.uri for folder in params.workspace_folders or ()]
        if not uris and params.root_uri:
            uris = [params.root_uri]
        folders = [path for uri in uris if (path := path_of(uri)) is not None]
        self.projects = Projects(folders, options, self.warn)

    async def end(self, _params: object) -> None:
        """Stop what still runs."""
        self.checks.stop()
        for executor in (self._worker, self._parser):
            executor.shutdown(wait=False, cancel_futures=True)
        await self.commands.close()

    def run(self) -> None:
        """Answer messages on stdin until the editor ends the server."""
        self._feature(types.INITIALIZE, self.begin)
        self._feature(types.SHUTDOWN, self.end)
        self._feature(
            types.TEXT_DOCUMENT_SIGNATURE_HELP,
            self.signature_help,
            types.SignatureHelpOptions(
                ["(", ","], retrigger_characters=["="], work_done_progress=True
            ),
        )
        self._feature(
            types.TEXT_DOCUMENT_COMPLETION,
            self.completion,
            types.CompletionOptions(work_done_progress=True),
        )
        self._feature(
            types.TEXT_DOCUMENT_HOVER, self.hover, types.HoverOptions(work_done_progress=True)
        )
        self._feature(
            types.TEXT_DOCUMENT_CODE_ACTION,
            self.code_action,
            types.CodeActionOptions(
                code_action_kinds=[
                    types.CodeActionKind.RefactorRewrite,
                    types.CodeActionKind.QuickFix,
                ],
                resolve_provider=True,
                work_done_progress=True,
            ),
        )
        self._feature(types.CODE_ACTION_RESOLVE, self.resolve_action)
        self._feature(types.TEXT_DOCUMENT_DID_OPEN, self.open)
        self._feature(types.TEXT_DOCUMENT_DID_SAVE, self.save)
        self._feature(types.TEXT_DOCUMENT_DID_CLOSE, self.close)
        self._feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self.change_folders)
        with parse_cache(platformdirs.user_cache_path("typed_bg") / "jedi"):
            self._lsp.start_io()

    def _feature(self, name: str, answer: Callable[[Any], Any], *options: object) -> None:
        """Let a method answer a request."""
        self._lsp.feature(name, *options)(self._function(answer))

    def _function(self, method: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return a function: pygls sets attributes, which methods do not allow."""
        if not asyncio.iscoroutinefunction(method):
            return lambda params: method(params)  # noqa: PLW0108  # a function of its own

        async def answer(params: Any) -> object:  # pygls passes the server instead of an `object`
            token = getattr(params, "work_done_token", None)
            if token is None:
                return await method(params)
            return await self.progress.show_request(token, method(params))

        return answer

    async def signature_help(self, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        """Answer `textDocument/signatureHelp`."""
        _, found = await self._ask(params, signature_help)
        return None if found is None else protocol.signature_help(found, self._client)

    async def completion(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        """Answer `textDocument/completion`."""
        _, found = await self._ask(params, completion)
        return protocol.completion(found or [], self._client)

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Answer `textDocument/hover`."""
        document, found = await self._ask(params, hover)
        return None if found is None else protocol.hover(found, document, self._client)

    async def code_action(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Answer `textDocument/codeAction`."""
        uri = params.text_document.uri
        path = path_of(uri)
        if path is None:
            return []
        document = self.document(uri)
        line = params.range.start.line + 1
        shown = [] if self.projects.options.untrusted else self.checks.on_lines(uri, params.range)
        fixes = fix_actions(shown, uri)
        found = await self._work(lambda: write_docstring(path, document.text, line))
        if found is None:
            return fixes
        start, end = document.position(found.start), document.position(found.end)
        span = types.Range(types.Position(*start), types.Position(*end))
        edits = [types.TextEdit(span, found.text)]
        return [
            *fixes,
            types.CodeAction(
                f"Write the docstring of {found.name} from Doc()",
                kind=types.CodeActionKind.RefactorRewrite,
                edit=types.WorkspaceEdit(changes={uri: edits}),
            ),
        ]

    async def resolve_action(self, action: types.CodeAction) -> types.CodeAction:
        """Answer `codeAction/resolve`: find and prove the changes of a fix."""
        data = cast("dict[str, Any]", action.data or {})
        path = path_of(str(data.get("uri", "")))
        if path is None:
            return action
        words = [
            *data["words"],
            *options_of(self.projects.options, ("--checker", "--python")),
            *("--", str(path)),
        ]
        root = self.projects.root(path)
        try:
            action.edit = await self.progress.show(
                "typed-bg fix",
                path.name,
                lambda on_step: proven_edit(self.commands, root, words, self._opened, on_step),
            )
        except CancelledInEditorError:
            pass
        except FixError as error:
            self.tell(str(error))
        return action

    def _opened(self, path: Path) -> Document | None:
        """Return the document of a file, if it is open."""
        opened = self._lsp.workspace.text_documents.values()
        uri = next((each.uri for each in opened if path_of(each.uri) == path), None)
        return None if uri is None else self.document(uri)

    async def open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Parse a large document, and check it."""
        uri, text = params.text_document.uri, params.text_document.text
        path = path_of(uri)
        if path is not None and len(text) > _LARGE:
            self._parsed[uri] = asyncio.create_task(self._parse(path, text))
        if path is not None:
            await self._check(self.projects.root(path), [uri])

    async def save(self, params: types.DidSaveTextDocumentParams) -> None:
        """Check a saved document, and the other open ones of its project: they may depend on it."""
        uri = params.text_document.uri
        path = path_of(uri)
        if path is not None:
            root = self.projects.root(path)
            await self._check(root, [uri, *self.checks.open_in(root)])

    async def _check(self, root: Path, uris: list[str]) -> None:
        """Check documents of a project in the background."""
        if not self.projects.options.diagnostics:
            return
        saved: dict[str, File] = {}
        for uri in uris:
            path, document = path_of(uri), self.document(uri)
            # What was not saved is not checked: the checkers read files.
            if path is not None and await self._work(partial(_is_saved, path, document.text)):
                saved[uri] = File(path, document)
        # Together, so that they are checked at once.
        for uri, file in saved.items():
            self.checks.start(uri, file, root, self.projects.options)

    def close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a closed document."""
        uri = params.text_document.uri
        self.checks.forget(uri)
        self._parsed.pop(uri, None)
        self._asked = {key: version for key, version in self._asked.items() if key[0] != uri}

    def change_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Add and remove folders of the window."""
        for folder in params.event.removed:
            if (path := path_of(folder.uri)) is not None:
                self.projects.remove(path)
        for folder in params.event.added:
            if (path := path_of(folder.uri)) is not None:
                self.projects.add(path)

    def tell(self, message: str) -> None:
        """Show a message in the editor."""
        params = types.ShowMessageParams(types.MessageType.Warning, message)
        self._lsp.window_show_message(params)

    def warn(self, message: str) -> None:
        """Write to the editor's log."""
        self._log(types.MessageType.Warning, message)

    def publish(self, uri: str, found: list[types.Diagnostic]) -> None:
        """Show the diagnostics of a document, instead of those before."""
        params = types.PublishDiagnosticsParams(uri, found)
        self._lsp.text_document_publish_diagnostics(params)

    async def _ask(
        self,
        params: _PositionParams,
        question: Callable[[Analysis, str, Path, Place], _T | None],
    ) -> tuple[Document, _T | None]:
        uri, position = params.text_document.uri, params.position
        # The text as it is now: it may change while the answer is found.
        document = self.document(uri)
        path = path_of(uri)
        if path is None:
            return document, None
        place = document.place(document.offset(position.line, position.character))
        key, version = (uri, type(params)), self._version(uri)
        self._asked[key] = version

        def answer() -> _T | None:
            # While this waited, the same was asked about a newer text: only that is shown.
            if self._asked.get(key, version) > version:
                return None
            return question(self.projects.analysis(path), document.text, path, place)

        if uri in self._parsed:
            await asyncio.wait((self._parsed[uri],))
        return document, await self._work(answer)

    def _version(self, uri: str) -> int:
        document = self._document(uri)
        return 0 if document is None else document.version

    async def _parse(self, path: Path, text: str) -> None:
        analysis = await self._work(lambda: self.projects.analysis(path))
        if analysis is not None:
            await self._work(lambda: analysis.parse(text, path), self._parser)

    async def _work(
        self, work: Callable[[], _T | None], executor: ThreadPoolExecutor | None = None
    ) -> _T | None:
        """Run something in the worker; a failure is logged, and there is no answer."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(executor or self._worker, _with_sound_cache, work)
        except Exception:  # noqa: BLE001  # the editor goes on, whatever is wrong here
            log = f"internal error (a bug in typed-bg):\n{traceback.format_exc()}"
            self._log(types.MessageType.Error, log)
            return None

    def document(self, uri: str) -> Document:
        """Return the text of an open document as it is now."""
        document = self._document(uri)
        if document is None:
            return Document("")
        encoding = _ENCODINGS[types.PositionEncodingKind(document.position_codec.encoding)]
        return Document(document.source, encoding)

    def _document(self, uri: str) -> Any:
        # pygls 2.1 has them by other URIs than the editor's: without percent-encoding.
        document = self._lsp.workspace.get_text_document(uri)
        # One that is not open has no version.
        return None if document.version is None else document

    def _log(self, kind: types.MessageType, message: str) -> None:
        self._lsp.window_log_message(types.LogMessageParams(kind, message))


def _with_sound_cache(work: Callable[[], _T]) -> _T:
    """Run something; if a file of the cache is broken, without the files of the cache."""
    try:
        return work()
    except BROKEN_CACHE:
        clear_parse_cache()
        return work()


def path_of(uri: str) -> Path | None:
    """Return the path of a document, or of one that is not saved yet but has a name."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return None if path is None else Path(path)


def _is_saved(path: Path, text: str) -> bool:
    try:
        saved = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return saved.removeprefix("\ufeff") == text.removeprefix("\ufeff")
