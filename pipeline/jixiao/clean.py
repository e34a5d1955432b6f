"""From source text to a clean view of paragraphs and tables.

Four passes over the text, each of them a list of edits that keeps its place in the source: characters (full-width
forms, invisible characters, tags and entities), Markdown marks, the layout of lines (page numbers and running heads out,
broken lines rejoined, table rows with tabs, blanks inside prose gone), and misread characters. What follows knows nothing
of any of them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from jixiao.folding import fold_characters
from jixiao.layout import Laid, lay_out
from jixiao.lexicon import Lexicon
from jixiao.markdown import remove_markdown
from jixiao.ocr import Repair, repair
from jixiao.textmap import View


class Block(msgspec.Struct, frozen=True, gc=False):
    """A paragraph (one line of the view, no line break inside) or a table (rows on lines, cells parted by tabs).

    ``start`` and ``end`` are offsets into the view's text, the line break after the block excluded. ``level`` is the
    number of # marks the line began with, 0 for none. ``bold_end`` is where a run of bold text that opened the line
    ended (the numbering before it counts as part of it): ``start`` for none, ``end`` where all of the line was bold.
    ``item`` says that the line bore the mark of a list item. ``dotted`` marks a line of a table of contents.
    """

    kind: Literal["paragraph", "table"]
    start: int
    end: int
    level: int = 0
    bold_end: int = 0
    item: bool = False
    dotted: bool = False


class Cleaned(msgspec.Struct, frozen=True):
    """The view and its blocks, in order; whatever of the text is in no block is a line break.

    ``repairs`` are the misread characters that were mended in the view.
    """

    view: View
    blocks: tuple[Block, ...]
    repairs: tuple[Repair, ...] = ()


def clean(source_text: str, lexicon: Lexicon) -> Cleaned:
    """The view of ``source_text`` without the traces of its page, its mark-up and its scanning, and the view's blocks.

    Never raises, whatever the text. Repairs leave line breaks and tabs alone, for the blocks are cut along them.
    """
    view = fold_characters(View(source_text))
    view, marks = remove_markdown(view, lexicon)
    view, lines = lay_out(view, marks, lexicon)
    view, repairs = repair(view, lexicon)
    return Cleaned(view, _blocks(view, lines), repairs)


def _blocks(view: View, lines: list[Laid]) -> tuple[Block, ...]:
    """One block a paragraph; rows and pieces that follow one another make one table."""
    blocks: list[Block] = []
    at = 0
    table: int | None = None
    for text, line in zip(view.text.split("\n") if lines else (), lines, strict=True):
        end = at + len(text)
        if line.kind in ("row", "fragment"):
            table = at if table is None else table
        else:
            if table is not None:
                blocks.append(Block("table", table, at - 1))
                table = None
            mark = line.mark
            bold_end = min(max(view.position(mark.bold_end), at), end) if mark.bold_end else at
            blocks.append(Block("paragraph", at, end, mark.level, bold_end, mark.item, line.kind == "dotted"))
        at = end + 1
    if table is not None:
        blocks.append(Block("table", table, at - 1))
    return tuple(blocks)
