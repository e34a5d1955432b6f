"""From source text to a clean view of paragraphs and tables."""

from __future__ import annotations

from typing import Literal

import msgspec

from jixiao.lexicon import Lexicon
from jixiao.textmap import View


class Block(msgspec.Struct, frozen=True):
    """A paragraph (one line of the view, no line break inside) or a table (rows on lines, cells parted by tabs).

    ``start`` and ``end`` are offsets into the view's text, the line break after the block excluded.
    """

    kind: Literal["paragraph", "table"]
    start: int
    end: int


class Cleaned(msgspec.Struct, frozen=True):
    view: View
    blocks: tuple[Block, ...]


def clean(source_text: str, lexicon: Lexicon) -> Cleaned:
    view = View(source_text)
    blocks, at = [], 0
    for line in view.text.split("\n"):
        if line.strip():
            blocks.append(Block("table" if "\t" in line else "paragraph", at, at + len(line)))
        at += len(line) + 1
    return Cleaned(view, tuple(blocks))
