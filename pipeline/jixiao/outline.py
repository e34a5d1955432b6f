"""Numbering at the head of a line: 一、 （一） 1. （1） 1） ① 第一部分 and their kin."""

from __future__ import annotations

import functools
import unicodedata
from typing import Any, NamedTuple

import regex

from jixiao.lexicon import Lexicon

_FORMAL = {char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖拾", 1)}
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}


class Prefix(NamedTuple):
    """``style`` is the id of a numbering rule of ``patterns/headings.toml``; ``length`` counts the blanks after it."""

    style: str
    ordinal: int
    length: int


@functools.cache
def _numbering(lexicon: Lexicon) -> Any:
    return regex.compile("|".join(f"(?P<{rule.id}>{rule.regex})" for rule in lexicon.headings.numbering))


@functools.cache
def ranks(lexicon: Lexicon) -> dict[str, int]:
    """The rank of every style, 0 for the one that stands outermost where a document gives no better hint."""
    return {rule.id: rank for rank, rule in enumerate(lexicon.headings.numbering)}


_HEAD_CHARACTER = regex.compile(r"[第【壹贰叁肆伍陆柒捌玖拾一二三四五六七八九十(（〔\d⑴-⒛①-⑳㉑-㉟❶-❿➀-➓㊀-㊉Ⅰ-ⅿA-Za-z]")


def prefix(line: str, lexicon: Lexicon) -> Prefix | None:
    """The numbering that ``line`` begins with, or None. Full-width digits and letters must have been folded."""
    if not _HEAD_CHARACTER.match(line):
        return None
    match = _numbering(lexicon).match(line)
    if match is None or match.lastgroup is None:
        return None
    return Prefix(match.lastgroup, ordinal(match[0]), match.end())


_NUMERAL = regex.compile(
    r"\d+|[壹贰叁肆伍陆柒捌玖拾]|[零一二三四五六七八九十百]+|[IVX]+|[A-Za-z]|[⑴-⒛①-⑳㉑-㉟❶-❿➀-➓㊀-㊉Ⅰ-ⅿ]"
)


def ordinal(numbering: str) -> int:
    """The number in a prefix; of 1.2.3 the last part. 0 if there is none."""
    found = _NUMERAL.findall(numbering)
    if not found:
        return 0
    numeral: str = found[-1]
    if numeral.isdecimal():
        return int(numeral)
    if numeral in _FORMAL:
        return _FORMAL[numeral]
    if numeral[0] in "零一二三四五六七八九十百":
        return _han(numeral)
    if numeral[0] in "IVX" and (len(numeral) > 1 or numeral in "IVX"):
        return _roman(numeral)
    if numeral.isascii():
        return ord(numeral.upper()) - ord("A") + 1
    return int(unicodedata.numeric(numeral[0], 0))


def whole(line: str) -> int:
    """The number of the chapter in the numbering of its parts: of 3.2 the 3, of C4 the third letter's; 0 if there is none."""
    if line[:1].isascii() and line[:1].isalpha():
        return ord(line[0].upper()) - ord("A") + 1
    chapter = line.partition(".")[0]
    return int(chapter) if chapter.isdecimal() else 0


def _han(numeral: str) -> int:
    total, digit = 0, 0
    for char in numeral:
        if char == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _HAN_DIGITS[char]
    return total + digit


def _roman(numeral: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[char] for char in numeral]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
