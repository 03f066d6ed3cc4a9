"""What the answers about one project share: its modules, and what was read from them.

Answers are functions of a module and a position. They know nothing of the protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg.lsp.forwarding import Forwardings
from typed_bg.lsp.jedi_access import Jedi
from typed_bg.lsp.signatures import SignatureReader
from typed_bg.lsp.sources import CurrentSources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.lsp.calls import Call
    from typed_bg.lsp.environment import ImportPath
    from typed_bg.lsp.jedi_access import Source
    from typed_bg.lsp.signatures import Signature


class Analysis:
    """What the answers about one project share: its modules, and what was read from them."""

    def __init__(
        self,
        root: Path,
        imports: ImportPath,
        forwarders: Sequence[Forwarder],
        more: Sequence[Path] = (),
    ) -> None:
        """Prepare to read a project.

        Args:
            root: The project's root.
            imports: The import path of its environment.
            forwarders: The forwarders to recognize.
            more: More folders with modules.
        """
        self._jedi = Jedi(root, imports, more)
        self.sources: CurrentSources = CurrentSources(self._jedi)
        self.reader: SignatureReader = SignatureReader(self.sources)
        self.forwardings: Forwardings = Forwardings(forwarders, self.sources, self.reader, root)

    def parse(self, text: str, path: Path) -> None:
        """Parse a module that was opened, which later answers need. Any thread may do it."""
        self._jedi.parse_new(text, path)

    def called(self, source: Source, call: Call) -> list[Signature]:
        """Return the signatures of the function that a call names."""
        if call.callee.type != "name":
            return []
        return [
            signature for found in source.infer(call.callee) for signature in self.reader.of(found)
        ]
