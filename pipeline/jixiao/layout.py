"""From lines to paragraphs and table rows: broken lines rejoined, blanks inside running text gone."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import regex
import rjieba

from jixiao.flattened import cell_edits, find_tables
from jixiao.lexicon import Lexicon
from jixiao.lines import FINAL, Line, Patterns, classify, drop_furniture, patterns_of, split_lines
from jixiao.markdown import Mark
from jixiao.textmap import Edit, View

SHORTEST_BROKEN = 20  # characters of a line that is wrapped running text
LONG_LINE = 0.85  # of the full width: a number at the end of such a line goes on below
FEWEST_BROKEN = 8  # such lines tell how a text was wrapped
_CLOSERS = frozenset("，。；：、！？）》”’」』】〕％%,;:!?)]·~～")
_PAIRS = {"《": "》", "（": "）", "“": "”", "(": ")", "〔": "〕", "【": "】", "「": "」", "‘": "’"}
_SENTENCE_MARK = regex.compile(r"[。；！？]")
_INNER_MARK = regex.compile(r"[，。；：、！？]")
_PARTED = frozenset(("part", "chapter", "section", "decimal", "bare"))  # a blank parts such a number from its title
_BLANKS = regex.compile(r"[ \t\f]++")
_KEEP_BEFORE = frozenset(".,;:!?)%'\"")


class Laid(msgspec.Struct, frozen=True):
    """A line of the laid-out view: its kind, and the marks of the line it began with."""

    kind: str
    mark: Mark


def lay_out(view: View, marks: list[Mark], lexicon: Lexicon) -> tuple[View, list[Laid]]:
    """The view with one paragraph or table row a line, no blank lines, and what each line is."""
    lines = split_lines(view.text, marks)
    patterns = patterns_of(lexicon)
    classify(lines, lexicon)
    drop_furniture(lines, patterns)
    lines = [line for line in lines if line.kind != "dropped"]
    for line, following in itertools.pairwise(lines):
        line.following_gap = following.gap
        following.below_heading = line.mark.level > 0 or (line.prefix is not None and line.text[-1] not in FINAL)
    if _broken_by_count(lines):
        for line in lines:
            line.width = 2 * len(line.text)
    widths = _widths(lines)
    for line in lines:
        if line.kind == "label" and widths.full and line.width >= widths.full - 8:
            line.kind = "prose"  # a full line that happens to hold a colon
    find_tables(lines, widths.full, patterns)
    edits: list[Edit] = []
    laid: list[Laid] = []
    at, last = 0, None
    for line in lines:
        if last is None:
            edits.append(Edit(at, line.start, ""))
            laid.append(Laid(line.kind, line.mark))
            line.tail = line.text[-120:]
        else:
            glue = _glue(last, line, widths)
            if glue is not None:
                edits.append(Edit(at, line.start, glue))
            else:
                laid.append(Laid(line.kind, line.mark))
                if line.start - at > 1:  # else the line break is all that stands there
                    edits.append(Edit(at, line.start, "\n"))
        edits.extend(_blank_edits(line, patterns))
        at, last = line.end, line
    edits.append(Edit(at, len(view.text), ""))
    return view.edit(edit for edit in edits if edit.start < edit.end or edit.replacement), laid


class Widths(NamedTuple):
    """Where lines break, in half-width characters.

    ``full`` is 0 unless the whole document is wrapped at that width. ``page`` is the width that some lines were left at
    where the rest was rejoined already (at page ends mostly), 0 if there is none.
    """

    full: int
    page: int


def _broken_by_count(lines: list[Line]) -> bool:
    """Whether lines were broken after so many characters, be they wide or narrow, as programs do and pages do not."""
    broken = [
        line
        for line in lines
        if line.kind == "prose" and len(line.text) >= SHORTEST_BROKEN and line.text[-1] not in FINAL
    ]
    if len(broken) < FEWEST_BROKEN:
        return False
    by_count = Counter(len(line.text) for line in broken).most_common(1)[0][1]
    by_width = max(Counter(line.width // 2 for line in broken).values())
    return 2 * by_count > len(broken) and by_count > 1.5 * by_width


def _widths(lines: list[Line]) -> Widths:
    """Lines that stop in mid-sentence tell the width, if they are many and hardly any line is longer."""
    prose = [line for line in lines if line.kind == "prose" and line.width >= 30 and not line.mark.level]
    broken = [line for line in prose if line.text[-1] not in FINAL]
    if len(broken) < 4:
        return Widths(0, 0)
    widths = sorted(line.width for line in broken)
    every = sorted(line.width for line in prose)
    running = sorted(line.width for line in broken if line.prefix is None)
    page, most = 0, 2
    for width in sorted(set(widths), reverse=True):
        if width > 400:  # no page is so wide
            continue
        low = bisect_left(widths, width - 9)
        band = bisect_right(widths, width) - low
        peers = len(widths) - bisect_left(widths, int(0.72 * width))
        longer = len(every) - bisect_right(every, width + 2)
        if band >= 4 and 2 * band >= peers and 7 * longer <= band:
            near = Counter(widths[low : low + band])
            peak = max(near, key=lambda other: (near[other], other))
            return Widths(peak, peak)
        if 36 <= width <= 90:
            alike = bisect_right(running, width) - bisect_left(running, width - 9)
            if alike > most:
                page, most = width, alike
    return Widths(0, page)


def _glue(above: Line, below: Line, widths: Widths) -> str | None:
    """What stands between two lines: None for a new paragraph or row, else what joins them, "" or a blank."""
    below.tail = below.text[-120:]
    if above.kind != "prose" or below.kind not in ("prose", "label", "note"):
        return None
    if below.kind != "prose" and not (_is_open(above.tail) or (widths.full and _fills(above, below, widths.full))):
        return None
    if below.mark.level or below.mark.item or above.mark.level or above.mark.bold:
        return None
    if not _continues(above, below, widths):
        return None
    below.tail = (above.tail + below.text)[-120:]
    below.joined = True
    below.prefix = below.prefix if below.kind == "caption" else None
    first, last = below.text[0], above.text[-1]
    if first.isascii() and last.isascii() and first.isalnum() and last.isalnum():
        if first.isdigit() and last.isdigit():
            return "" if widths.full and above.width >= LONG_LINE * widths.full else " "
        return " " if first.isalpha() or last.isalpha() else ""
    return ""


def _continues(above: Line, below: Line, widths: Widths) -> bool:
    """Whether the sentence of ``above`` runs on in ``below``."""
    first, last = below.text[0], above.text[-1]
    full = bool(widths.full) and _fills(above, below, widths.full)
    opened = _is_open(above.tail)
    if last.isdigit() and _UNIT_FIRST.match(below.text) and _CUT_BEFORE_UNIT.search(above.text[-24:]):
        return True
    if last == "." and first.isdigit() and _CUT_AT_POINT.search(above.text[-24:]) and _DECIMALS.match(below.text):
        return True
    if below.prefix is not None and not (opened and last not in FINAL and (full or above.prefix is None)):
        return False
    if first in _CLOSERS and last not in "。！？":
        return True
    if last in "。！？":
        return full and below.width >= widths.full - 1
    if last in "；：;:…":
        return full
    if (
        full
        or opened
        or (len(below.text) < 3 and above.width >= 60 and _INNER_MARK.search(above.text) is not None)
        or (last in "，、,—" and above.width > 16)
    ):
        return True
    if widths.full:
        if above.width > widths.full + 12:  # a page set broadside
            return _INNER_MARK.search(above.text) is not None
        return _heading_wraps(above, below, widths.full)
    at_page_width = bool(widths.page) and -11 <= above.width - widths.page <= 2
    if above.prefix is not None and not above.joined:
        # A numbered line without an end is a heading, unless a word goes on below.
        long = above.width >= 90 and _SENTENCE_MARK.search(above.text) is not None
        return long or ((at_page_width or above.width >= 60) and _word_straddles(above.text, below.text))
    if above.width >= 60 and _INNER_MARK.search(above.text) is not None:
        return True
    if at_page_width:
        return above.joined or above.below_heading or _INNER_MARK.search(above.text) is not None
    return above.width >= 40 and _word_straddles(above.text, below.text)


# A figure cut before its unit (支出4120 / 万元) or behind its point (支出20. / 00万元) goes on below, however short its line.
_UNIT_FIRST = regex.compile(r"(?:[百千]?[万亿]?元|[万亿][吨人亩户件次]|个百分点)(?=[，。；、,;（(\p{Han}])")
_CUT_BEFORE_UNIT = regex.compile(r"\p{Han} {0,2}\d[\d,]*(?:\.\d+)?$")
_CUT_AT_POINT = regex.compile(r"\p{Han} {0,2}\d[\d,]*\.$")
_DECIMALS = regex.compile(r"\d{1,2}(?:[%％‰]|[百千]?[万亿]|元|个百分点)")


def _fills(above: Line, below: Line, full: int) -> bool:
    """Whether a line ends where the page ends: nothing more of what follows would have fitted in."""
    slack = 4 if above.joined else 8  # the indent of a paragraph's first line is no part of the text
    number = _UNBREAKABLE.match(below.text)
    return full - slack <= above.width + (number.end() - 1 if number else 0) and above.width <= full + 12


_UNBREAKABLE = regex.compile(r"[0-9A-Za-z.,%]{1,12}+")


def _heading_wraps(above: Line, below: Line, full: int) -> bool:
    """A numbered heading set in larger type that runs on for a few characters: «第五部分 …经费预算 / 情况»."""
    return (
        above.prefix is not None
        and not _INNER_MARK.search(above.text)
        and 2 * above.width > full
        and below.width <= 12
        and below.gap <= above.gap
        and below.following_gap > below.gap
    )


def _is_open(text: str) -> bool:
    """Whether a bracket, quotation or book title is left open at the end of a line."""
    tail = text[-120:]
    for opener, closer in _PAIRS.items():
        at = tail.rfind(opener)
        if at >= 0 and tail.find(closer, at) < 0:
            return True
    return False


def _word_straddles(above: str, below: str) -> bool:
    """Whether the dictionary sees one word across the line break."""
    head, tail = above[-8:], below[:8]
    at = 0
    for word in rjieba.cut(head + tail, False):
        at += len(word)
        if at >= len(head):
            return at > len(head)
    return False


def _blank_edits(line: Line, patterns: Patterns) -> Iterator[Edit]:
    text = line.text
    if " " not in text and "\t" not in text:
        return
    if line.kind in ("row", "fragment"):
        yield from cell_edits(line, patterns)
        return
    fields = line.kind in ("label", "caption", "note")
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        before, after = text[start - 1], text[end]
        keep = (
            before.isascii()
            and after.isascii()
            and (before.isalnum() or before in _KEEP_BEFORE)
            and (after.isalnum() or after in "('\"")
        )
        if not keep and fields:
            keep = _NEXT_LABEL.match(text, end) is not None
        if not keep and line.prefix is not None and end == line.prefix.length and line.prefix.style in _PARTED:
            keep = True
        if not keep or text[start:end] != " ":
            yield Edit(line.start + start, line.start + end, " " if keep else "")


_NEXT_LABEL = regex.compile(r"(?:(?:\p{Han} ){1,4}\p{Han}|\p{Han}{2,12}(?:[(（][^()（）]{1,10}[)）])?) ?[:：]")
