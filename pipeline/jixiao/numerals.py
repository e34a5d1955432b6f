"""Numerals as Chinese documents write them, Arabic, Chinese and mixed, to exact numbers.

Only strings are read here; where a numeral stands in a sentence, and whether it counts anything, is for
:mod:`jixiao.quantities`. Values are ``Decimal`` throughout: 1.12 × 10⁸ is no float.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import regex

from jixiao.records import Approx

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
HAN = "零〇一二两三四五六七八九十百千万亿几数"
MAX_DIGITS = 20  # 10²⁰ yuan is beyond any budget; a longer run of digits is a code or an attack

ARABIC = r"(?:\d{1,3}(?:,\d{3})++|\d++)(?:\.\d++)?"
MULTIPLIER = r"(?:[十百千]?万亿|[十百千]?[万亿]|千(?![瓦伏克米卡帕安赫分])|百(?![分帕]))"  # not the 千 of 千瓦
CHINESE = r"[零〇一二两三四五六七八九十百千万亿几数]{1,16}"
# A numeral without modifiers, range marks or unit. 余/多/几 stand before or after the multiplier.
NUMERAL = (
    rf"(?:(?:{ARABIC})(?:[余多几]?{MULTIPLIER}(?:(?:{ARABIC}){MULTIPLIER})*)?+[余多几]?"
    rf"|{CHINESE}(?:[余多][万亿]{{1,2}}|[余多]|(?<=[十百千万])来(?!\\p{{Han}}*年))?)"
)

_MIXED = regex.compile(rf"({ARABIC})([余多几]?)({MULTIPLIER}?)")


class Number(NamedTuple):
    """A numeral's value; ``value_max`` only where it names a range (数十, 三五); ``approx`` as printed inside it (三十几: more)."""

    value: Decimal
    value_max: Decimal | None = None
    approx: Approx = "exact"


def parse(text: str) -> Number | None:
    """The number that ``text`` (a match of :data:`NUMERAL`) names, or None where it names none (百百, 万几千, 千万 alone is 10⁷)."""
    if not text or len(text) > 2 * MAX_DIGITS:
        return None
    if text[0] != "." != text[-1] and text.replace(".", "", 1).isdecimal():
        return Number(Decimal(text)) if len(text) <= MAX_DIGITS else None
    if text[0].isdecimal():
        return _parse_arabic(text)
    return _parse_chinese(text)


def _parse_arabic(text: str) -> Number | None:
    total = Decimal(0)
    approx: Approx = "exact"
    at = 0
    multiplied = False
    previous = None
    digits = text
    if digits[-1] in "余多几":
        approx, digits = "more", digits[:-1]
    while at < len(digits):
        match = _MIXED.match(digits, at)
        if not match:
            return None
        printed, more, multiplier = match.groups()
        plain = printed.replace(",", "")
        if len(plain) > MAX_DIGITS:
            return None
        factor = multiplier_value(multiplier)
        if previous is not None and factor >= previous:
            return None
        previous = factor
        if more:
            approx = "more"
        multiplied = multiplied or bool(multiplier)
        total += Decimal(plain) * factor
        at = match.end()
    return Number(trim(total) if multiplied else total, None, approx)


def _parse_chinese(text: str) -> Number | None:
    approx: Approx = "exact"
    body = text
    if body[-1] == "来":  # 六千来人
        body, approx = body[:-1], "about"
    tail = 1
    for mark in "余多":
        if mark in body:
            body, _, large = body.partition(mark)
            for character in large:
                if character not in LARGE:
                    return None
                tail *= LARGE[character]
            approx = "more"
    if not body:
        return None
    if body[0] in "数几":  # 数十万: some tens of thousands, 1 to 9 of them
        factor = chinese_value(body[1:]) if len(body) > 1 else 1
        if factor is None or (len(body) > 1 and body[1] not in "十百千万亿"):
            return None
        low = 1 if len(body) > 1 else 2
        return Number(Decimal(low * factor * tail), Decimal(9 * factor * tail), "range")
    if "几" in body or "数" in body[1:]:
        mark = "几" if "几" in body else "数"
        head, _, rest = body.partition(mark)
        low_head = chinese_value(head)
        if not head or head[-1] not in SMALL:
            return None
        step = SMALL[head[-1]] // 10
        told = rest[:1] in SMALL and SMALL[rest[0]] <= step
        if told:  # 一百几十: 110 to 190
            step, rest = SMALL[rest[0]], rest[1:]
        factor = chinese_value("一" + rest if rest and rest[0] in "十百千万亿" else rest or "一")
        if low_head is None or factor is None:
            return None
        if mark == "几" and not told:  # 三十几万: more than 300,000, as 20几 and 三十余万 are
            return Number(Decimal(low_head * factor * tail), None, "more")
        return Number(
            Decimal((low_head + step) * factor * tail), Decimal((low_head + 9 * step) * factor * tail), "range"
        )
    span = _adjacent(body)
    if span is not None:
        return Number(Decimal(span[0] * tail), Decimal(span[1] * tail), "range")
    value = chinese_value(body)
    return None if value is None else Number(Decimal(value * tail), None, approx)


def _adjacent(text: str) -> tuple[int, int] | None:
    """两三, 三五, 七八十, 一百二三十, 十七八: two digits side by side, the second the larger, name a range."""
    for i in range(len(text) - 1):
        low, high = DIGITS.get(text[i]), DIGITS.get(text[i + 1])
        if low and high:
            head, rest = text[:i], text[i + 2 :]
            if (
                not low < high <= low + 2
                or rest[:1] in DIGITS
                or (head and (head[-1] in DIGITS or not (rest or head[-1] == "十")))
            ):
                return None
            first, second = chinese_value(head + text[i] + rest), chinese_value(head + text[i + 1] + rest)
            return None if first is None or second is None else (first, second)
    return None


def chinese_value(text: str) -> int | None:
    """A whole Chinese numeral (一千二百零三万, 二〇二〇, 百 for 100) as an integer; None where it is none."""
    if not text:
        return None
    if len(text) > 1 and all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text)) if "〇" in text or "零" in text else None
    total = section = 0
    digit: int | None = None
    last_small = last_large = 10**18
    for i, c in enumerate(text):
        if c in DIGITS:
            if digit:
                return None
            digit = DIGITS[c]
        elif c in SMALL:
            if SMALL[c] >= last_small or (digit is None and i and text[i - 1] not in "零〇万亿"):
                return None
            section += (1 if digit is None else digit) * SMALL[c]
            last_small, digit = SMALL[c], None
        elif c in LARGE:
            section += digit or 0
            if c == "亿" and total and not section:  # 一万亿
                total *= LARGE[c]
            elif not section and i:
                return None
            elif LARGE[c] >= last_large:
                if c != "亿":
                    return None
                total = (total + section) * LARGE[c]
            else:
                total += (section or 1) * LARGE[c]
            last_large, last_small, section, digit = LARGE[c], 10**18, 0, None
        else:
            return None
    # 二百五 is 250 in speech; documents mean it so too rarely to guess
    if digit and text[-2:-1] and text[-2] in "百千万亿":
        return None
    return total + section + (digit or 0)


def multiplier_value(text: str) -> int:
    """万 → 10⁴, 千万 → 10⁷, 万亿 → 10¹²; 1 for the empty string."""
    value = 1
    for c in text:
        value *= SMALL.get(c) or LARGE[c]
    return value


def yuan(unit: str) -> int | None:
    """How many yuan one of a unit of money is: 万元 → 10⁴; None for what is no such unit (美元, 人)."""
    if not unit.endswith("元") or any(c not in SMALL and c not in LARGE for c in unit[:-1]):
        return None
    return multiplier_value(unit[:-1])


def trim(value: Decimal) -> Decimal:
    """Drop the zeros after the point that a multiplication left: 112000000.00 → 112000000."""
    if value == value.to_integral_value():
        return Decimal(int(value))
    return Decimal(format(value, "f").rstrip("0"))
