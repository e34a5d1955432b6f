"""Text that can be edited without losing its place in the source.

A :class:`View` is a text of which every character knows the source characters it came from. Cleaning deletes page
numbers, joins lines, folds full-width forms and mends OCR on a view, through as many passes as it likes; whatever is then
found at ``view.text[a:b]`` stands in the source at ``view.source_span(a, b)``.
"""

from __future__ import annotations

import functools
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace ``text[start:end]`` of a view by ``replacement`` (empty to delete; ``start == end`` to insert)."""

    start: int
    end: int
    replacement: str


@functools.lru_cache(maxsize=2)
def _counted(bits: int) -> tuple[array[int], array[int]]:
    """2 ** ``bits`` numbers from 0 and from 1 on; kept, for to count anew takes longer than all edits of a text."""
    return array("I", range(1 << bits)), array("I", range(1, (1 << bits) + 1))


class View:
    """An edited text over ``source``; immutable, :meth:`edit` returns a new one."""

    __slots__ = ("_ends", "_starts", "source", "text")

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = source
        starts, ends = _counted(len(source).bit_length())
        self._starts: Sequence[int] = starts[: len(source)]
        self._ends: Sequence[int] = ends[: len(source)]

    def edit(self, edits: Iterable[Edit]) -> View:
        """Apply ``edits``, given in order and without overlap, in offsets of this view's text.

        A replacement as long as what it replaces maps character by character; any other stands, each of its characters,
        for the whole of what it replaces; an inserted one for the empty place before the next character.
        Raises ValueError on edits out of order, overlapping or out of range.
        """
        starts, ends = array("I"), array("I")
        parts: list[str] = []
        at = kept = 0  # up to where text, and places, have been taken over
        for start, end, replacement in edits:
            if not at <= start <= end <= len(self.text):
                raise ValueError(f"edit {start}:{end} overlaps the one before it or lies outside the text")
            parts += self.text[at:start], replacement
            at = end
            if len(replacement) == end - start:
                continue
            starts.extend(self._starts[kept:start])
            ends.extend(self._ends[kept:start])
            kept = end
            if replacement:
                first, last = self.source_span(start, end)
                if start == end > 0:
                    # Between two characters of one replacement there is no place that is empty.
                    last = max(last, self._ends[start - 1])
                starts.extend([first] * len(replacement))
                ends.extend([last] * len(replacement))
        if not parts:
            return self
        parts.append(self.text[at:])
        starts.extend(self._starts[kept:])
        ends.extend(self._ends[kept:])
        view = object.__new__(View)
        view.source, view.text, view._starts, view._ends = self.source, "".join(parts), starts, ends
        return view

    def exchange(self, text: str) -> View:
        """The view with ``text`` in the place of its own, character for character; raises ValueError on another length."""
        if len(text) != len(self.text):
            raise ValueError("characters are exchanged one for one")
        view = object.__new__(View)
        view.source, view.text, view._starts, view._ends = self.source, text, self._starts, self._ends
        return view

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the source, half-open; for an empty span, an empty span before it."""
        if start < end:
            return self._starts[start], self._ends[end - 1]
        place = self._starts[start] if start < len(self._starts) else len(self.source)
        return place, place

    def position(self, offset: int) -> int:
        """The first position of this view's text at or after ``offset`` in the source."""
        return bisect_left(self._starts, offset)
