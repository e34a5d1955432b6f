"""Texts cut into passages that a model can take in at once, without cutting an annotation and without losing a character.

Exports for training cut a document where its own layout and punctuation cut it: between paragraphs, table rows and
sentences of the cleaned view, so that a line broken by the page is no boundary. Offsets are of the source text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import regex

from jixiao.clean import clean
from jixiao.lexicon import load

Span = tuple[int, int]

# What a sentence ends with, the quotes and brackets that close after it included.
_STOP = regex.compile(r"[。！？；]++[”’」』）)》\"]*+")
_LINE = regex.compile(r"\n")


def sentences(text: str, whole: Iterable[Span] = ()) -> list[Span]:
    """Sentences and table rows of ``text``, one after the other from its first character to its last.

    What stands between two of them (line breaks, a page number) goes with the one before. None ends inside a span of
    ``whole``. Empty for an empty text.
    """
    outer, inner = _cuts(text)
    return _between(text, _kept({*outer, *inner}, whole))


def passages(text: str, limit: int, whole: Iterable[Span] = ()) -> list[Span]:
    """Paragraphs and tables of ``text`` from its first character to its last, long ones cut between sentences.

    None has more than ``limit`` characters, but for a single sentence (or a span of ``whole``) that is longer itself.
    """
    outer, inner = _cuts(text)
    whole = list(whole)
    stops = _kept(inner, whole)
    found: list[Span] = []
    for start, end in _between(text, _kept(outer, whole)):
        at = start
        for first, last in pairwise([start, *(cut for cut in stops if start < cut < end), end]):
            if last - at > limit and first > at:
                found.append((at, first))
                at = first
        found.append((at, end))
    return found


def _cuts(text: str) -> tuple[set[int], set[int]]:
    """Where paragraphs and tables begin, and where sentences and rows inside of them do."""
    cleaned = clean(text, load())
    view = cleaned.view

    def begins(at: int, end: int) -> Iterator[int]:
        if at < end:
            yield view.source_span(at, at + 1)[0]

    outer = {cut for block in cleaned.blocks for cut in begins(block.start, block.end)}
    inner: set[int] = set()
    for block in cleaned.blocks:
        mark = _LINE if block.kind == "table" else _STOP
        for match in mark.finditer(view.text, block.start, block.end):
            inner.update(begins(match.end(), block.end))
    return outer, inner


def _kept(cuts: Iterable[int], whole: Iterable[Span]) -> list[int]:
    """``cuts`` in order, without those inside a span."""
    inside = {place for start, end in whole for place in range(start + 1, end)}
    return sorted(set(cuts) - inside)


def _between(text: str, cuts: Iterable[int]) -> list[Span]:
    places = [0, *(cut for cut in cuts if 0 < cut < len(text)), len(text)]
    return [(start, end) for start, end in pairwise(places) if start < end]


def trimmed(text: str, start: int, end: int) -> Span:
    """``start`` and ``end`` without the blanks at both ends; an empty span at ``start`` where there is nothing else."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end
