"""Tables written as lines of labels: 1.维修泵站  指标值：≥12座  实际完成值：13座  分值：5  得分：5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import regex

from jixiao.tables import Cell

LONGEST_LINE = 600  # characters; what is longer is running text
SEPARATORS = " \t　，,；;、|｜"
OPENERS = "（([【"
CLOSERS = {"）": "（", ")": "(", "]": "[", "】": "【"}
SENTENCE_END = regex.compile(r"[。！？]")
PART = regex.compile(r"[^：:，,；;|｜\t　]+")


class Field(NamedTuple):
    """A label and what stands behind it; ``label`` is "" for what stands before the first label of a line, one field a part."""

    label: str
    cell: Cell


def fields(text: str, start: int, end: int, label: regex.Pattern[str]) -> Iterator[Field]:
    """The fields of the line ``text[start:end]``, offsets into ``text``; none where no label (``label``, and a colon) stands."""
    if end - start > LONGEST_LINE or (text.find("：", start, end) < 0 and text.find(":", start, end) < 0):
        return
    found = list(label.finditer(text, start, end))
    if not found:
        return
    first = start
    for mark in SENTENCE_END.finditer(text, start, found[0].start()):
        first = mark.end()
    for part in PART.finditer(text, first, found[0].start()):
        cell = _cell(text, part.start(), part.end())
        if cell.text:
            yield Field("", cell)
    for number, match in enumerate(found):
        stop = found[number + 1].start() if number + 1 < len(found) else end
        yield Field(match["label"], _cell(text, match.end(), stop))


def _cell(text: str, start: int, end: int) -> Cell:
    """What stands between two labels, without what parts it from them: （目标值：≥12座，实际值：13座）."""
    while start < end and (text[start].isspace() or text[start] in SEPARATORS):
        start += 1
    while start < end:
        last = text[end - 1]
        if (
            last.isspace()
            or last in SEPARATORS
            or last in OPENERS
            or last == "。"
            or (last in CLOSERS and CLOSERS[last] not in text[start:end])
        ):
            end -= 1
        else:
            break
    return Cell(start, end, text[start:end])
