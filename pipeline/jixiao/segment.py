"""The tree of headings: which section a place of the text belongs to."""

from __future__ import annotations

from jixiao.clean import Cleaned
from jixiao.lexicon import Lexicon
from jixiao.records import Section


def segment(cleaned: Cleaned, doc_id: str, lexicon: Lexicon) -> tuple[Section, ...]:
    return ()
