"""The modules that answers are read from: the one being edited, and those that it imports."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from typed_bg._source.file_access import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.lsp.jedi_access import Jedi, Source

_KEPT = 32  # modules; each holds a tree


class CurrentSources:
    """Modules by path. A file is read again when it changes."""

    def __init__(self, jedi: Jedi) -> None:
        """Start without modules."""
        self._jedi = jedi
        self._edited: Source | None = None
        self._files: OrderedDict[Path, tuple[int, Source]] = OrderedDict()
        self._old: list[Source] = []
        self.changes: int = 0
        """How often a file had changed when it was read again."""

    def edit(self, text: str, path: Path) -> Source:
        """Return the module that is being edited, which may not be saved.

        Each question starts here: the modules that only the one before needed are closed.
        """
        edited = self._edited
        if edited is not None and (edited.path != path or edited.text != text):
            self._old.append(edited)
            self._edited = None
        while self._old:
            self._old.pop().close()
        if self._edited is None:
            self._edited = self._jedi.source(text, path)
        return self._edited

    def is_edited(self, path: Path | None) -> bool:
        """Return whether a module is the one that is being edited."""
        return self._edited is not None and self._edited.path == path

    def scratch(self, text: str, path: Path) -> Source:
        """Return a module that is in no file."""
        source = self._jedi.source(text, path)
        self._old.append(source)
        return source

    def file(self, path: Path) -> Source | None:
        """Return a module: the edited one, or one as it is saved."""
        if self._edited is not None and self._edited.path == path:
            return self._edited
        try:
            changed = path.stat().st_mtime_ns
            known = self._files.get(path)
            if known is not None and known[0] == changed:
                self._files.move_to_end(path)
                return known[1]
            text = read_file(path).decode("utf-8-sig", "replace")
        except OSError:
            return None
        if known is not None:
            self.changes += 1
            self._old.append(known[1])
        source = self._jedi.source(text, path)
        self._files[path] = changed, source
        while len(self._files) > _KEPT:
            _, (_, oldest) = self._files.popitem(last=False)
            self._old.append(oldest)
        return source
