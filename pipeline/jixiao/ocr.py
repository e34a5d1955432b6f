"""What scanning and recognition did to a text, mended where the words prove it.

Recognition swaps characters that look alike, the same way throughout a document. The swaps it is known for stand
in ``patterns/ocr.toml``; any other is learned from the document itself, where one and the same exchange of characters
turns several broken words into words. No digit's value is changed on a guess, and a clean document stays as it is.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

import msgspec
import regex
import rjieba

from jixiao.lexicon import Lexicon, Swap
from jixiao.textmap import Edit, View

# A swap nobody has told us of must explain so many places, by so many different words, and this share of the places
# where the printed character stands alone.
LEAST_PLACES = 4
LEAST_WORDS = 3
LEAST_SHARE = 0.5
_EVIDENCE = 5  # words named with a repair


class Repair(msgspec.Struct, frozen=True):
    """A place that was mended. ``start`` and ``end`` are source offsets; ``printed`` is what the view had there.

    ``evidence`` are the words (at most five) that come of the same exchange in this document, which is why it was made.
    """

    start: int
    end: int
    printed: str
    repaired: str
    evidence: tuple[str, ...]


class _Fix(NamedTuple):
    start: int
    end: int
    repaired: str
    evidence: str


def repair(view: View, lexicon: Lexicon) -> tuple[View, tuple[Repair, ...]]:
    """``view`` with misread characters mended, and what was changed, in order; ``view`` itself if nothing was.

    A character is exchanged for one character, so that the text keeps its length, but for a foreign word that stands
    for a Chinese one ("and" for 和). Line breaks and tabs are never touched. Never raises.
    """
    rules = _rules(lexicon)
    text = view.text
    fixes = {fix.start: fix for fix in (*_misread_numbers(text, rules), *_foreign_words(text, rules))}
    words = _Words(text)
    for swap_fixes in (*_known_swaps(words, rules), *_learned_swaps(words, rules)):
        for fix in swap_fixes:
            fixes.setdefault(fix.start, fix)
    if not fixes:
        return view, ()
    # By the exchange they share, the words that speak for it.
    evidence: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    ordered, at = [], 0
    for fix in sorted(fixes.values()):
        if fix.start >= at:
            ordered.append(fix)
            at = fix.end
            known = evidence[text[fix.start : fix.end], fix.repaired]
            if len(known) < _EVIDENCE and fix.evidence not in known:
                known.append(fix.evidence)
    repairs = []
    for fix in ordered:
        printed = text[fix.start : fix.end]
        start, end = view.source_span(fix.start, fix.end)
        repairs.append(Repair(start, end, printed, fix.repaired, tuple(evidence[printed, fix.repaired])))
    return view.edit(Edit(fix.start, fix.end, fix.repaired) for fix in ordered), tuple(repairs)


class _SwapRule(NamedTuple):
    swap: Swap
    near: dict[str, str]
    where: regex.Pattern[str] | None
    certain: regex.Pattern[str] | None
    keep: regex.Pattern[str] | None


class _Rules(NamedTuple):
    swaps: dict[str, tuple[_SwapRule, ...]]  # by the printed character
    near_words: frozenset[str]
    words: frozenset[str]
    alone: frozenset[str]
    numbers: tuple[tuple[regex.Pattern[str], dict[int, str]], ...]
    foreign: tuple[tuple[regex.Pattern[str], str], ...]


@functools.cache
def _rules(lexicon: Lexicon) -> _Rules:
    swaps: defaultdict[str, list[_SwapRule]] = defaultdict(list)
    near_words: set[str] = set()
    for swap in lexicon.ocr.swap:
        near = dict(pair.split(":") for pair in swap.near.split())
        near_words.update(near)
        patterns = (regex.compile(pattern) if pattern else None for pattern in (swap.where, swap.certain, swap.keep))
        swaps[swap.wrong].append(_SwapRule(swap, near, *patterns))
    return _Rules(
        swaps={wrong: tuple(rules) for wrong, rules in swaps.items()},
        near_words=frozenset(near_words),
        words=frozenset(lexicon.ocr.words.split()),
        alone=frozenset(lexicon.ocr.alone),
        numbers=tuple((regex.compile(rule.regex), str.maketrans(rule.map)) for rule in lexicon.ocr.number),
        foreign=tuple((regex.compile(rule.regex), rule.right) for rule in lexicon.ocr.foreign),
    )


class _Words:
    """The text cut into words once, with the characters that were left standing alone."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = rjieba.cut(text, False)
        self.starts = [0, *accumulate(map(len, self.tokens))]
        self.singles: dict[str, list[int]] = {}
        for index, token in enumerate(self.tokens):
            if len(token) == 1 and "\u4e00" <= token <= "\u9fff":
                self.singles.setdefault(token, []).append(index)

    def around(self, index: int) -> tuple[str, str]:
        """The words before and behind a token, "" where there is none or it is not Han; of compounds the near word."""
        before = self.tokens[index - 1] if index else ""
        after = self.tokens[index + 1] if index + 1 < len(self.tokens) else ""
        if len(before) > 2 and rjieba.has_word(before[-2:]):
            before = before[-2:]
        if len(after) > 2 and rjieba.has_word(after[:2]):
            after = after[:2]
        return (before if before and _is_han(before[-1]) else "", after if after and _is_han(after[0]) else "")


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _known_swaps(words: _Words, rules: _Rules) -> Iterator[list[_Fix]]:
    text = words.text
    near_places: defaultdict[str, list[int]] = defaultdict(list)
    present = rules.near_words.intersection(words.tokens)
    if present:
        for index, token in enumerate(words.tokens):
            if token in present:
                near_places[token].append(index)
    for wrong, swaps in rules.swaps.items():
        if wrong not in text:
            continue
        for rule in swaps:
            fixes = list(_fixes(words, rule, near_places, rules))
            if len(fixes) >= rule.swap.places:
                yield fixes


def _fixes(words: _Words, rule: _SwapRule, near_places: dict[str, list[int]], rules: _Rules) -> Iterator[_Fix]:
    text, wrong, right = words.text, rule.swap.wrong, rule.swap.right
    for printed, mended in rule.near.items():
        for index in near_places.get(printed, ()):
            place = words.starts[index] + printed.index(wrong)
            if not (rule.keep and rule.keep.match(text, place)):
                yield _Fix(place, place + 1, right, mended)
    for index in words.singles.get(wrong, ()):
        place = words.starts[index]
        word = _mended_word(words, index, rule, rules)
        if word is None and rule.where and rule.where.match(text, place):
            word = right + words.around(index)[1]
        if word and not (rule.keep and rule.keep.match(text, place)):
            yield _Fix(place, place + 1, right, word)
    if rule.certain:
        place = text.find(wrong)
        while place >= 0:
            if rule.certain.match(text, place) and not (rule.keep and rule.keep.match(text, place)):
                context = text[max(0, place - 1) : place] + right + text[place + 1 : place + 2]
                yield _Fix(place, place + 1, right, "".join(filter(str.isalnum, context)))
            place = text.find(wrong, place + 1)


def _mended_word(words: _Words, index: int, rule: _SwapRule, rules: _Rules) -> str | None:
    """The word that the lone character and its neighbours make once it is exchanged, or None."""
    before, after = words.around(index)
    wrong, right = rule.swap.wrong, rule.swap.right
    for head, tail in ((before, after), (before, ""), ("", after)):
        if len(head) + len(tail) == 0 or len(head) + len(tail) > 4:
            continue
        printed = head + wrong + tail
        if printed in rule.near:
            return rule.near[printed]
        mended = head + right + tail
        if (
            rule.swap.joins
            and (mended in rules.words or rjieba.has_word(mended))
            and not (printed in rules.words or rjieba.has_word(printed))
        ):
            return mended
    return None


def _learned_swaps(words: _Words, rules: _Rules) -> Iterator[list[_Fix]]:
    """Swaps found by what they explain: 些 for 本, when 基些, 些级, 些年, 些单位 all become words by it."""
    suspects: dict[str, list[tuple[int, str, str]]] = {}
    for char, indices in words.singles.items():
        if len(indices) < LEAST_PLACES or char in rules.alone or char in rules.swaps:
            continue
        contexts = [(index, *words.around(index)) for index in indices]
        if len({(before, after) for _, before, after in contexts if before or after}) >= LEAST_WORDS:
            suspects[char] = contexts
    if not suspects:
        return
    known = _known_words(words, rules)
    before_hole, after_hole = _holes(known, suspects.values())
    for char, contexts in suspects.items():
        votes: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for index, before, after in contexts:
            for right in before_hole.get(before, set()) | after_hole.get(after, set()):
                if right != char and (word := _word_by(right, char, before, after, known)):
                    votes[right].append((index, word))
        best = max(
            votes, key=lambda right: (len({word for _, word in votes[right]}), len(votes[right]), right), default=None
        )
        if best is None:
            continue
        found = votes[best]
        if (
            len(found) >= max(LEAST_PLACES, LEAST_SHARE * len(contexts))
            and len({word for _, word in found}) >= LEAST_WORDS
        ):
            yield [_Fix(words.starts[index], words.starts[index] + 1, best, word) for index, word in found]


def _known_words(words: _Words, rules: _Rules) -> set[str]:
    return {token for token in words.tokens if 2 <= len(token) <= 4 and _is_han(token[0])} | rules.words


def _holes(
    known: Iterable[str], contexts: Iterable[list[tuple[int, str, str]]]
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """For the words before (and behind) a suspect, the characters that make a known word with them."""
    befores: dict[str, set[str]] = {}
    afters: dict[str, set[str]] = {}
    for rows in contexts:
        for _, before, after in rows:
            if before:
                befores.setdefault(before, set())
            if after:
                afters.setdefault(after, set())
    for word in known:
        if (head := befores.get(word[:-1])) is not None:
            head.add(word[-1])
        if (tail := afters.get(word[1:])) is not None:
            tail.add(word[0])
    return befores, afters


def _word_by(right: str, wrong: str, before: str, after: str, known: set[str]) -> str | None:
    """The known word that ``right`` makes with its neighbours where ``wrong`` makes none, or None."""
    mended = None
    for head, tail in ((before, ""), ("", after)):
        if not head + tail:
            continue
        printed = head + wrong + tail
        if printed in known or rjieba.has_word(printed):
            return None
        if mended is None and head + right + tail in known:
            mended = head + right + tail
    return mended


def _misread_numbers(text: str, rules: _Rules) -> Iterator[_Fix]:
    for pattern, table in rules.numbers:
        for match in pattern.finditer(text):
            mended = match[0].translate(table)
            for offset, (old, new) in enumerate(zip(match[0], mended, strict=True)):
                if old != new:
                    yield _Fix(match.start() + offset, match.start() + offset + 1, new, mended)


def _foreign_words(text: str, rules: _Rules) -> Iterator[_Fix]:
    for pattern, right in rules.foreign:
        for match in pattern.finditer(text):
            yield _Fix(match.start(), match.end(), right, right)
