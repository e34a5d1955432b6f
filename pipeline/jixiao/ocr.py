"""What scanning and recognition did to a text, mended where the words prove it.

Recognition swaps characters that look alike, the same way throughout a document. The swaps it is known for stand
in ``patterns/ocr.toml``; any other is learned from the document itself, where one and the same exchange of characters
turns several broken words into words. No digit's value is changed on a guess, and a clean document stays as it is.
"""

from __future__ import annotations

import functools
import heapq
import math
import operator
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

import msgspec
import regex
import rjieba

from jixiao.lexicon import Lexicon, Swap
from jixiao.textmap import Edit, View


class Proof(NamedTuple):
    """What speaks for a swap nobody has told us of."""

    places: int  # that it turns into words
    words: int  # different ones
    share: float  # of the places where the printed character stands alone
    margin: float  # by how many times places × words beats the next best swap


# Where at least two of the words stand in the document itself or are words of the field, and where all of the document
# is broken and only the dictionary knows them.
LEAST_SOLID = 2
PROOF_BY_DOCUMENT = Proof(4, 4, 0.5, 1.5)
PROOF_BY_DICTIONARY = Proof(8, 6, 0.7, 3.0)
LEAST_SHARE = 0.5  # of the places where it stands alone, it breaks a word in so many
LEAST_ALONE = 0.75  # of all places where a suspect character stands, it stands alone in so many
ESTABLISHED = 3  # different safe words after which a known swap is taken for one of the document
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_NUMERALS = frozenset("一二三四五六七八九十百千万亿零两半几")  # never made on a guess
_PROBES = 3
_Context = tuple[str, str]  # the words before and behind a character, "" for none
_MOST_SUSPECTS = 80  # a report has a few dozen; noise without words has thousands
_LONGEST_WORD = 4
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
    words = _Words(text, rules)
    for swap_fixes in (*_known_swaps(words, rules), *_learned_swaps(words, lexicon)):
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
    established: regex.Pattern[str] | None
    keep: regex.Pattern[str] | None


class _Rules(NamedTuple):
    swaps: dict[str, tuple[_SwapRule, ...]]  # by the printed character
    near_words: frozenset[str]
    words: frozenset[str]
    alone: frozenset[str]
    characters: tuple[str, ...]  # that an unknown swap may stand for
    numbers: tuple[tuple[regex.Pattern[str], regex.Pattern[str] | None, dict[str, str]], ...]
    foreign: tuple[tuple[regex.Pattern[str], str], ...]


@functools.cache
def _rules(lexicon: Lexicon) -> _Rules:
    swaps: defaultdict[str, list[_SwapRule]] = defaultdict(list)
    near_words: set[str] = set()
    for swap in lexicon.ocr.swap:
        near = dict(pair.split(":") for pair in swap.near.split())
        near_words.update(near)
        patterns = (
            regex.compile(pattern) if pattern else None
            for pattern in (swap.where, swap.certain, swap.established, swap.keep)
        )
        swaps[swap.wrong].append(_SwapRule(swap, near, *patterns))
    return _Rules(
        swaps={wrong: tuple(rules) for wrong, rules in swaps.items()},
        near_words=frozenset(near_words),
        words=frozenset(lexicon.ocr.words.split()),
        alone=frozenset(lexicon.ocr.alone),
        characters=tuple(
            sorted(set(filter(_is_han, lexicon.ocr.words + lexicon.ocr.alone + lexicon.ocr.common)) - _NUMERALS)
        ),
        numbers=tuple(
            (
                regex.compile(rule.regex),
                regex.compile(rule.established) if rule.established else None,
                rule.map,
            )
            for rule in lexicon.ocr.number
        ),
        foreign=tuple((regex.compile(rule.regex), rule.right) for rule in lexicon.ocr.foreign),
    )


class _Words:
    """The text cut into words once, and where the words stand that may be misread.

    ``suspects`` are the characters, with how often they do, that stand alone often and for no known reason.
    """

    def __init__(self, text: str, rules: _Rules) -> None:
        self.text = text
        # The segmenter takes no lone surrogates; any other sign that is in no word does as well.
        self.tokens: list[str] = rjieba.cut(_SURROGATE.sub("?", text) if _SURROGATE.search(text) else text, False)
        self.counts = Counter(self.tokens)
        self.suspects = [
            (count, token)
            for token, count in self.counts.items()
            if count >= PROOF_BY_DOCUMENT.places
            and len(token) == 1
            and _is_han(token)
            and token not in rules.alone
            and token not in rules.swaps
        ]
        wanted = {token for _, token in self.suspects}.union(
            filter(_is_han, rules.swaps), rules.near_words
        ).intersection(self.counts)
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        for index, token in enumerate(self.tokens):
            if token in wanted:
                self.places[token].append(index)

    @functools.cached_property
    def starts(self) -> list[int]:
        """Where each token begins; asked for only where something is to be mended."""
        return [0, *accumulate(map(len, self.tokens))]

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
    for wrong, swaps in rules.swaps.items():
        if wrong not in text:
            continue
        for rule in swaps:
            fixes = list(_fixes(words, rule, rules, rule.swap.joins))
            if len({fix.evidence for fix in fixes}) >= ESTABLISHED:
                # The document makes this swap, so that any word of the dictionary may now prove it.
                joins = rule.swap.joins or rule.swap.right not in _NUMERALS
                fixes = [*_fixes(words, rule, rules, joins), *_places(rule.established, text, rule)]
            if fixes:
                yield fixes


def _fixes(words: _Words, rule: _SwapRule, rules: _Rules, joins: bool) -> Iterator[_Fix]:
    text, wrong, right = words.text, rule.swap.wrong, rule.swap.right
    for printed, mended in rule.near.items():
        for index in words.places.get(printed, ()):
            place = words.starts[index] + printed.index(wrong)
            if not (rule.keep and rule.keep.match(text, place)):
                yield _Fix(place, place + 1, right, mended)
    for index in words.places.get(wrong, ()):
        word = _mended_word(words, index, rule, rules, joins)
        if word is None and rule.where is None:
            continue
        place = words.starts[index]
        if word is None and rule.where and rule.where.match(text, place):
            word = right + words.around(index)[1]
        if word and not (rule.keep and rule.keep.match(text, place)):
            yield _Fix(place, place + 1, right, word)
    yield from _places(rule.certain, text, rule)


def _places(pattern: regex.Pattern[str] | None, text: str, rule: _SwapRule) -> Iterator[_Fix]:
    """Where ``pattern`` proves the swap by what stands around the character."""
    place = text.find(rule.swap.wrong) if pattern else -1
    while pattern and place >= 0:
        if pattern.match(text, place):
            context = text[max(0, place - 1) : place] + rule.swap.right + text[place + 1 : place + 2]
            yield _Fix(place, place + 1, rule.swap.right, "".join(filter(str.isalnum, context)))
        place = text.find(rule.swap.wrong, place + 1)


def _mended_word(words: _Words, index: int, rule: _SwapRule, rules: _Rules, joins: bool) -> str | None:
    """The word that the lone character and its neighbours make once it is exchanged, or None."""
    before, after = words.around(index)
    wrong, right = rule.swap.wrong, rule.swap.right
    for head, tail in ((before, after), (before, ""), ("", after)):
        if not 1 <= len(head) + len(tail) <= _LONGEST_WORD - 1:
            continue
        printed = head + wrong + tail
        if printed in rule.near:
            return rule.near[printed]
        mended = head + right + tail
        if joins and _is_word(mended, rules) and not _is_word(printed, rules):
            return mended
    return None


def _is_word(text: str, rules: _Rules) -> bool:
    return text in rules.words or rjieba.has_word(text)


def _learned_swaps(words: _Words, lexicon: Lexicon) -> Iterator[list[_Fix]]:
    """Swaps found by what they explain: 些 for 本, when 基些, 些级, 些年, 些单位 all become words by it."""
    rules = _rules(lexicon)
    for alone, wrong in heapq.nlargest(_MOST_SUSPECTS, words.suspects):
        if alone < LEAST_ALONE * words.text.count(wrong):
            continue  # a character at home in words of this document
        places = _broken_places(wrong, words, rules)
        contexts = Counter(context for _, context in places)
        if len(contexts) < PROOF_BY_DOCUMENT.words or len(places) < LEAST_SHARE * alone:
            continue
        ranked = sorted(_readings(wrong, contexts, lexicon), key=lambda reading: reading[:2], reverse=True)
        if not ranked:
            continue
        score, right, explained = ranked[0]
        distinct = set(explained.values())
        count = sum(contexts[context] for context in explained)
        proof = Proof(count, len(distinct), count / alone, score / ranked[1][0] if len(ranked) > 1 else math.inf)
        solid = sum(word in rules.words or word in words.counts for word in distinct)
        least = PROOF_BY_DOCUMENT if solid >= LEAST_SOLID else PROOF_BY_DICTIONARY
        if all(map(operator.ge, proof, least)):
            yield [
                _Fix(words.starts[index], words.starts[index] + 1, right, explained[context])
                for index, context in places
                if context in explained
            ]


def _readings(
    wrong: str, contexts: Counter[_Context], lexicon: Lexicon
) -> Iterator[tuple[int, str, dict[_Context, str]]]:
    """What the character may stand for: a score, the character, and the words it makes in the contexts it explains.

    The score is the number of places times the number of different words.
    """
    rules = _rules(lexicon)
    # Most characters fail on a few contexts, those of single characters first.
    probes = sorted(contexts, key=lambda context: (len(context[0]) + len(context[1]), -contexts[context]))[:_PROBES]
    votes = Counter(char for probe in probes for char in _fillers(*probe, lexicon))
    for right, count in votes.items():
        if right != wrong and 2 * count >= len(probes):
            explained = {context: word for context in contexts if (word := _explained(right, context, rules))}
            places = sum(contexts[context] for context in explained)
            yield places * len(set(explained.values())), right, explained


@functools.lru_cache(maxsize=4096)
def _fillers(before: str, after: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The common characters that make a word with one of these neighbours."""
    rules = _rules(lexicon)
    return tuple(char for char in rules.characters if _explained(char, (before, after), rules))


def _broken_places(wrong: str, words: _Words, rules: _Rules) -> list[tuple[int, _Context]]:
    """Where the character stands alone and makes no word with either neighbour, and these neighbours."""
    places = []
    for index in words.places[wrong]:
        before, after = words.around(index)
        whole = (before and _is_word(before + wrong, rules)) or (after and _is_word(wrong + after, rules))
        if (before or after) and not whole:
            places.append((index, (before, after)))
    return places


def _explained(right: str, context: _Context, rules: _Rules) -> str | None:
    """The word that ``right`` makes with one of its neighbours, or None."""
    before, after = context
    if before and len(before) < _LONGEST_WORD and _is_word(before + right, rules):
        return before + right
    if after and len(after) < _LONGEST_WORD and _is_word(right + after, rules):
        return right + after
    return None


def _misread_numbers(text: str, rules: _Rules) -> Iterator[_Fix]:
    for pattern, established, misread in rules.numbers:
        if not any(character in text for character in misread):
            continue
        matches = list(pattern.finditer(text))
        if established and len(matches) >= ESTABLISHED:
            matches = [*matches, *established.finditer(text)]
        for match in matches:
            mended = match[0].translate(str.maketrans(misread))
            for offset, (old, new) in enumerate(zip(match[0], mended, strict=True)):
                if old != new:
                    yield _Fix(match.start() + offset, match.start() + offset + 1, new, mended)


def _foreign_words(text: str, rules: _Rules) -> Iterator[_Fix]:
    for pattern, right in rules.foreign:
        for match in pattern.finditer(text):
            yield _Fix(match.start(), match.end(), right, right)
