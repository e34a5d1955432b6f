"""Cells that grew together when a table became text: heads without a border, «里程≥60公里61.2公里», «100%100%55»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from jixiao.lexicon import Lexicon
from jixiao.quantities import find_quantities

LONGEST = 120  # characters of a cell that may be several
DATE = regex.compile(
    r"每[年月季]度?\d{1,2}日(?:之前|以前|前|内)?|(?:每年|20\d{2}年)?\d{1,2}月(?:\d{1,2}日|[上中下]旬|[底末初])?(?:之前|以前|前|内)?|20\d{2}年[底末]?(?:之前|以前|前|内)?"
)
BRACKETED = regex.compile(r"[（(][^（()）]*[）)]")
SIGN = regex.compile(r"[≥≤⩾⩽≧≦><＞＜=＝]")
HAN = regex.compile(r"\p{Han}{2}")
NO_NAME = regex.compile(r"的$|^[当次本上每]年$")  # 不高于造价的|10%, 当年|8月底前
SEVERAL = regex.compile(r"[；;，。]")  # a cell of several parts, each with its value
MARKS = regex.compile(r"\d{1,3}(?:\.\d{1,2})?|\d{2,5}(?:\.\d{1,2})?")
MARK = regex.compile(r"(?:0|[1-9]\d?|100)(?:\.\d{1,2})?")
ADVERB = regex.compile(
    r"^(?:基本|部分|已经?|较为?|比较|明显|显著|逐步|持续|不断|进一步|全部|全面|有所|得到|未|尚未|不)"
)


class _Value(NamedTuple):
    start: int
    end: int
    unit: str  # "date" for a date
    compared: bool


def cuts(text: str, values: int, marks: int, following: str | None, lexicon: Lexicon) -> list[tuple[int, int]]:
    """The spans of the cells that ``text`` is made of, in order; [] where it is one, or where that is in doubt.

    At most ``values`` values to reach or reached and ``marks`` points are looked for, behind a name or without one.
    ``following`` is the next cell of the line, "" where nothing is known of it: a value of the same unit there says that this
    cell ends with one too. None says that the line has no other cell for a value.
    """
    if len(text) > LONGEST or not values:
        return []
    if not any(character.isdigit() for character in text):
        cut = _told_twice(text) if values > 1 else None
        return [(0, cut), (cut, len(text))] if cut else []
    found = list(_values(text, lexicon))
    if not found:
        return []
    tail = text[found[-1].end :]
    points = list(_points(tail, marks)) if tail else []
    if tail and not points and not (MARKS.fullmatch(tail) and marks):
        return []
    chain = [found[-1]]
    for value in reversed(found[:-1]):
        if value.end != chain[0].start:
            break
        chain.insert(0, value)
    begin = chain[0].start
    name = text[:begin]
    if len(chain) > values or len(name) == 1:
        return []
    if name and (HAN.search(name) is None or SEVERAL.search(name) or NO_NAME.search(name)):
        return []
    alike = len({value.unit for value in chain}) == 1
    if len(chain) > 1:
        if not alike and not chain[0].compared:
            return []
    elif name:
        dated = chain[0].unit == "date" and text[chain[0].end - 1] in "前内底"  # no name ends so
        needed = following is None and bool(chain[0].unit)  # else the row would have no value
        if not (chain[0].compared or dated or needed):
            following_values = list(_values(following or "", lexicon))
            beside = len(following_values) == 1 and following_values[0].start == 0
            if tail or not beside or not chain[0].unit or following_values[0].unit != chain[0].unit:
                return []
    elif not tail:
        return []  # nothing but a value
    if tail and not points and len(chain) == 1 and not name:
        return []  # points that cannot be told apart stay where they are
    spans = [(0, begin)] if name else []
    spans += [(value.start, value.end) for value in chain]
    at = found[-1].end
    for point in points:
        spans.append((at, at + len(point)))
        at += len(point)
    return spans


def _values(text: str, lexicon: Lexicon) -> Iterator[_Value]:
    """The quantities and dates of a cell, none of them in brackets."""
    inside = [match.span() for match in BRACKETED.finditer(text)]
    dates = [match.span() for match in DATE.finditer(text)]
    found = [_Value(start, end, "date", False) for start, end in dates]
    for quantity in find_quantities(text, lexicon):
        if not any(start < quantity.end and quantity.start < end for start, end in dates):
            start = quantity.start
            while start and SIGN.match(text, start - 1):  # = is no part of a quantity
                start -= 1
            found.append(_Value(start, quantity.end, quantity.unit, SIGN.match(text, start) is not None))
    for value in sorted(found):
        if not any(start < value.start and value.end < end for start, end in inside):
            yield value


def _points(tail: str, marks: int) -> Iterator[str]:
    """The points at the end of a cell; none where they can be told apart in two ways: 55 → 5, 5, 109.5 → 10, 9.5."""
    if marks == 1:
        if MARK.fullmatch(tail):
            yield tail
    elif marks == 2 and MARKS.fullmatch(tail):
        ways = [
            (tail[:cut], tail[cut:])
            for cut in range(1, len(tail))
            if MARK.fullmatch(tail[:cut]) and "." not in tail[:cut] and MARK.fullmatch(tail[cut:])
        ]
        ways = [(weight, score) for weight, score in ways if float(score) <= float(weight)]
        if len(ways) == 1:
            yield from ways[0]


def _told_twice(text: str) -> int | None:
    """Where a cell in words that was told twice is cut: 健全|基本健全, 逐步完善|逐步完善; None where it was not."""
    for cut in range(2, len(text) - 1):
        first, second = ADVERB.sub("", text[:cut]), ADVERB.sub("", text[cut:])
        if len(first) > 1 and first == second:
            return cut
    return None


def heads(text: str, pattern: regex.Pattern[str]) -> Sequence[str]:
    """The heads of columns that a cell holds, one behind the other: 预期值(A)实际值(B); the cell itself where it is one.

    ``pattern`` matches one head.
    """
    found: list[str] = []
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None or match.end() == at:
            return [text]
        found.append(match[0])
        at = match.end()
    return found if len(found) > 1 else [text]
