"""Sentences around quantities as rows of tokens: words with parts of speech, quantities and quoted names kept whole.

The segmenter never sees a quantity: text is cut at quantities first and only the pieces between are segmented, so that no
word crosses one.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import regex
import rjieba

from jixiao.lexicon import Lexicon
from jixiao.quantities import Quantity

# Kinds of token, as far as phrases are concerned.
NOUN, VERB, DUAL, LEVEL, MARK, OTHER, QUANTITY, QUOTE = "noun", "verb", "dual", "level", "mark", "other", "quantity", "quote"


class Token(NamedTuple):
    """A word, mark, quoted name or quantity; ``start`` and ``end`` are offsets into the view's text.

    ``kind`` is what the token is in a phrase: a noun (with what may stand inside a noun phrase), a governing verb, a word
    that is verb or noun by its place (培训, 服务), a verb of level (增长, 达到), a mark, anything else (adverb,
    preposition, pronoun …), a quantity (``index`` is its place in the list given), or a quoted name.
    """

    start: int
    end: int
    text: str
    tag: str
    kind: str
    index: int = -1


class Vocabulary(NamedTuple):
    action: frozenset[str]
    noun_like: frozenset[str]
    level: frozenset[str]
    filler: frozenset[str]
    determiner: frozenset[str]
    measure_noun: frozenset[str]
    purpose: frozenset[str]
    increase: frozenset[str]
    decrease: frozenset[str]


@functools.cache
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    phrases = lexicon.phrases
    return Vocabulary(*(frozenset(getattr(phrases, name).split()) for name in Vocabulary._fields))


@functools.cache
def segmenter() -> rjieba.Jieba:
    """jieba's dictionary and words, loaded once a process."""
    return rjieba.Jieba()


_PIECE = regex.compile(r"“[^“”。；]{1,40}+”|《[^《》]{1,80}+》|[，。；：！？、,;:!?（）()\[\]【】“”\"'‘’\s…—/]|[^，。；：！？、,;:!?（）()\[\]【】“”\"'‘’\s…—/《]++|《")
_NOUN_TAGS = frozenset("n nr ns nt nz ng nrt nrfg vn an a ag b j l x eng z i s h k q zg m tg".split())


def tokens(text: str, start: int, end: int, quantities: Sequence[Quantity], first: int, lexicon: Lexicon) -> list[Token]:
    """The tokens of ``text[start:end]``; ``quantities[first:]`` are those that begin at or after ``start``, in order."""
    words = vocabulary(lexicon)
    row: list[Token] = []
    at, index = start, first
    while at < end:
        quantity = quantities[index] if index < len(quantities) and quantities[index].start < end else None
        stop = quantity.start if quantity else end
        for piece in _PIECE.finditer(text, at, stop):
            found = piece[0]
            if found[0] in "“《" and len(found) > 1:
                row.append(Token(piece.start(), piece.end(), found, "quote", QUOTE))
            elif len(found) == 1 and not "\u4e00" <= found <= "\u9fff" and not found.isalnum():
                if not found.isspace():
                    row.append(Token(piece.start(), piece.end(), found, "w", MARK))
            else:
                place = piece.start()
                for word, tag in segmenter().tag(found):
                    row.append(Token(place, place + len(word), word, tag, _kind(word, tag, words)))
                    place += len(word)
        if quantity is None:
            break
        row.append(Token(quantity.start, quantity.end, text[quantity.start : quantity.end], "q", QUANTITY, index))
        at = quantity.end
        index += 1
    return row


def _kind(word: str, tag: str, words: Vocabulary) -> str:
    if word in words.level:
        return LEVEL
    if word in words.action:
        return DUAL if word in words.noun_like or tag == "vn" else VERB
    if word in words.noun_like:
        return NOUN
    if tag == "vn":
        return NOUN
    if tag[0] == "v":
        return VERB
    if tag in _NOUN_TAGS:
        return NOUN
    return OTHER
