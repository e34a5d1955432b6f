"""Texts cut into passages that a model can take in at once, without cutting an annotation and without losing a character.

Exports for training cut a document where its own layout and punctuation cut it: between paragraphs, table rows and
sentences of the cleaned view, so that a line broken by the page is no boundary. Offsets are of the source text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TextIO

import regex

from jixiao.clean import clean
from jixiao.corpus.spans import Marked, Span
from jixiao.lexicon import load

Place = tuple[int, int]
UNSPLIT = "all"  # what the file of an archive without a split is called

# The spans that models learn, by the label that a tag set or a span group gives them.
LABELS = {"claim": "QUANTITY", "qualifier": "QUALIFIER", "entity": "ENTITY", "action": "ACTION"}

# What a sentence ends with, the quotes and brackets that close after it included.
_STOP = regex.compile(r"[。！？；]++[”’」』）)》\"]*+")
_LINE = regex.compile(r"\n")


def searched(documents: Iterable[Marked]) -> Iterator[Marked]:
    """``documents`` without those of which it is not known what claims they have: they would teach that there are none."""
    return (marked for marked in documents if "claims" in marked.blocks)


def learnable(marked: Marked) -> list[Span]:
    """The spans of :data:`LABELS`, in the order of the text."""
    return sorted((span for span in marked.spans if span.label in LABELS), key=lambda span: (span.start, span.end))


def sentences(text: str, whole: Iterable[Place] = ()) -> list[Place]:
    """Sentences and table rows of ``text``, one after the other from its first character to its last.

    What stands between two of them (line breaks, a page number) goes with the one before. None ends inside a span of
    ``whole``. Empty for an empty text.
    """
    outer, inner = _cuts(text)
    return _between(text, _kept({*outer, *inner}, whole))


def passages(text: str, limit: int, whole: Iterable[Place] = ()) -> list[Place]:
    """Paragraphs and tables of ``text`` from its first character to its last, long ones cut between sentences.

    None has more than ``limit`` characters, but for a single sentence (or a span of ``whole``) that is longer itself.
    """
    outer, inner = _cuts(text)
    whole = list(whole)
    stops = _kept(inner, whole)
    found: list[Place] = []
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
    outer: set[int] = set()
    inner: set[int] = set()
    behind = 0  # the block before
    for block in cleaned.blocks:
        if block.start == block.end:
            continue
        start, _ = view.source_span(block.start, block.start + 1)
        # Marks at the beginning of the line (##, *, blanks) are not in the view.
        outer.add(min(start, max(behind, text.rfind("\n", 0, start) + 1)))
        _, behind = view.source_span(block.end - 1, block.end)
        mark = _LINE if block.kind == "table" else _STOP
        for match in mark.finditer(view.text, block.start, block.end):
            if match.end() < block.end:
                inner.add(view.source_span(match.end(), match.end() + 1)[0])
    return outer, inner


def _kept(cuts: Iterable[int], whole: Iterable[Place]) -> list[int]:
    """``cuts`` in order, without those inside a span."""
    inside = {place for start, end in whole for place in range(start + 1, end)}
    return sorted(set(cuts) - inside)


def _between(text: str, cuts: Iterable[int]) -> list[Place]:
    places = [0, *(cut for cut in cuts if 0 < cut < len(text)), len(text)]
    return [(start, end) for start, end in pairwise(places) if start < end]


def trimmed(text: str, start: int, end: int) -> Place:
    """``start`` and ``end`` without the blanks at both ends; an empty span at ``start`` where there is nothing else."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def write_by_split(parts: Iterable[tuple[str | None, str]], folder: Path, ending: str) -> None:
    """Text files in ``folder``, one a split (``all`` where there is none), of pairs of a split and what is appended to its file."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, TextIO] = {}
    with ExitStack() as stack:
        for split, text in parts:
            name = split or UNSPLIT
            if name not in files:
                path = folder / f"{name}{ending}"
                files[name] = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
            files[name].write(text)
