"""The changes of `typed-bg fix`, as code actions: it runs once an action is chosen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from typed_bg.lsp.positions import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from typed_bg.lsp.command import Commands


def fix_actions(diagnostics: Iterable[types.Diagnostic], uri: str) -> list[types.CodeAction]:
    """Return an action for each diagnostic that has a command of `typed-bg fix`."""
    actions: list[types.CodeAction] = []
    for diagnostic in diagnostics:
        command = diagnostic.data
        if isinstance(command, str):
            words = command.split()[2:]
            unsafe = " (can change what the code does)" if "--unsafe" in words else ""
            actions.append(
                types.CodeAction(
                    f"typed-bg fix: {words[1].replace(',', ', ')}{unsafe}",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    data={"uri": uri, "words": words},
                )
            )
    return actions


class FixError(Exception):
    """There is no change to make, and why."""


async def proven_edit(
    commands: Commands,
    root: Path,
    words: list[str],
    document: Callable[[Path], Document | None],
    on_step: Callable[[str], None],
) -> types.WorkspaceEdit:
    """Run `typed-bg fix`, and return its changes.

    Args:
        commands: Runs it.
        root: The project's root.
        words: The options of the command, and the file whose calls are to be checked.
        document: Returns a document that is open in the editor.
        on_step: Called with the names of the steps that run now.

    Raises:
        FixError: No change works, or a file is not saved.
    """
    try:
        output = await commands.run(root, ["fix", "--format", "json", *words], on_step)
    except OSError as error:
        message = f"typed-bg fix could not be started in {root}: {error.strerror}"
        raise FixError(message) from error
    try:
        result = cast("dict[str, Any]", json.loads(output.report))
    except ValueError as error:
        message = f"typed-bg fix failed: {output.errors}"
        raise FixError(message) from error
    if not result["files"]:
        why = next((f": {each['why']}" for each in result["rejected"]), "")
        message = f"typed-bg fix made no change{why}"
        raise FixError(message)
    return types.WorkspaceEdit(
        document_changes=[
            change for file in result["files"] for change in _changes(root, file, document)
        ]
    )


def _changes(
    root: Path, file: dict[str, Any], document: Callable[[Path], Document | None]
) -> list[types.CreateFile | types.TextDocumentEdit]:
    """Return the changes of a file in the editor's positions."""
    path = root / file["path"]
    uri, found = path.as_uri(), list[types.CreateFile | types.TextDocumentEdit]()
    text = ""
    if file["new"]:
        found.append(types.CreateFile(uri))
    elif file["edits"] is None:
        message = f"{file['path']} is not encoded in UTF-8: run typed-bg fix --write"
        raise FixError(message)
    else:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    opened = document(path)
    if opened is not None and opened.text.removeprefix("\ufeff") != text:
        message = f"{file['path']} is not saved: save it, and try again"
        raise FixError(message)
    shown = opened or Document(text)
    edits = [
        types.TextEdit(
            types.Range(
                types.Position(each["line"] - 1, 0),
                types.Position(
                    *shown.position(shown.offset_of((each["end_line"], each["end_column"] - 1)))
                ),
            ),
            each["text"],
        )
        for each in file["edits"]
    ]
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri)
    return [*found, types.TextDocumentEdit(identifier, edits)]
