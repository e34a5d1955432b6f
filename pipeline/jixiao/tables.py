"""Tables as rows of cells, with what their heads say of the numbers below."""

from __future__ import annotations

from typing import NamedTuple

from jixiao.clean import Block, Cleaned
from jixiao.lexicon import Lexicon


class Cell(NamedTuple):
    start: int
    end: int
    text: str


def table_cells(cleaned: Cleaned, block: Block, lexicon: Lexicon) -> list[list[Cell]]:
    return []
