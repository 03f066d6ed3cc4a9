"""Positions as an editor counts them."""

from __future__ import annotations

import pytest

pytest.importorskip("pygls")

from hypothesis import given
from hypothesis import strategies as st
from pygls.workspace import PositionCodec

from typed_bg.lsp.positions import Document, units

# One server answers them all, in this order.
pytestmark = pytest.mark.xdist_group("lsp")


@given(st.text(st.sampled_from("aé😋\n\r\f\u2028x"), max_size=30), st.data())
def test_positions(text: str, data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "utf-32"]))
    document = Document(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    line, column = document.position(offset)
    if not (0 < offset < len(text) and text[offset - 1 : offset + 1] == "\r\n"):
        assert document.offset(line, column) == offset
    assert document.offset_of(document.place(offset)) == offset
    assert document.offset(len(text) + 5, 3) == len(text)
    codec = PositionCodec(encoding)
    assert units(text, encoding) == codec.client_num_units(text)
