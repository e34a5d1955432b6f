"""Sentences around quantities as rows of tokens: words with parts of speech, quantities and quoted names kept whole.

The segmenter never sees a quantity: text is cut at quantities first and only the pieces between are segmented, so that no
word crosses one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import rjieba

from jixiao.lexicon import Lexicon
from jixiao.quantities import Quantity

# Frequency in the segmenter's dictionary that keeps words of level and measure whole (占比|达, not 占|比达).
FIRM = 20_000

# Suffixes that the segmenter may leave alone: 友好|型, 配售|型.
# Prefixes that turn what they stand before: 非化石能源 is no 化石能源.
PREFIXES = frozenset("非无总准双亚")
SUFFIX_TAGS = frozenset(("q", "t", "zg", "ng"))
SUFFIXES = frozenset(
    "型性化式类制版站点店厂馆所室库园院校楼路桥塔池井坝闸泵渠网线箱柜机器牌灯阀卡证券款费金税险奖岗课赛员者"
)

# Kinds of token, as far as phrases are concerned.
NOUN, VERB, DUAL, LEVEL, MARK, OTHER, QUANTITY, QUOTE = (
    "noun",
    "verb",
    "dual",
    "level",
    "mark",
    "other",
    "quantity",
    "quote",
)


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word, mark, quoted name or quantity; ``start`` and ``end`` are offsets into the view's text.

    ``kind`` is what the token is in a phrase: a noun (with what may stand inside a noun phrase), a governing verb, a word
    that is verb or noun by its place (培训, 服务), a verb of level (增长, 达到), a mark, anything else (adverb,
    preposition, pronoun …), a quantity (``quantity`` is its place in the list given), or a quoted name.
    """

    start: int
    end: int
    text: str
    tag: str
    kind: str
    quantity: int = -1


class Vocabulary(NamedTuple):
    action: frozenset[str]
    noun_like: frozenset[str]
    level: frozenset[str]
    filler: frozenset[str]
    determiner: frozenset[str]
    measure_noun: frozenset[str]
    head_noun: frozenset[str]
    adverb: frozenset[str]
    grade: frozenset[str]
    generic: frozenset[str]
    light: frozenset[str]
    base: frozenset[str]
    persons: frozenset[str]
    result: frozenset[str]
    partaking: frozenset[str]
    own_noun: frozenset[str]
    gain: frozenset[str]
    state: frozenset[str]
    pointing: frozenset[str]
    purpose: frozenset[str]
    increase: frozenset[str]
    decrease: frozenset[str]


@functools.cache
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    phrases = lexicon.phrases
    return Vocabulary(*(frozenset(getattr(phrases, name).split()) for name in Vocabulary._fields))


@functools.cache
def segmenter(lexicon: Lexicon) -> rjieba.Jieba:
    """jieba's dictionary and words, with the words of ``patterns/phrases.toml`` added; loaded once a process."""
    jieba = rjieba.Jieba()
    words = vocabulary(lexicon)
    for word in sorted(words.level | words.measure_noun | words.action | words.noun_like):
        firm = word in words.level or word in words.measure_noun
        if len(word) > 1 and (firm or not jieba.has_word(word)):
            jieba.add_word(
                word, max(jieba.suggest_freq(word), FIRM if firm else 1), "n" if word in words.measure_noun else "v"
            )
        elif word in words.noun_like and jieba.cut("其中" + word, False)[-1] != word:
            jieba.add_word(word, FIRM, "n")  # 其中|县道, not 其中县|道
    return jieba


OF_WHICH = "其中"
DONE = frozenset("了 过 到 至 出 完 掉 满".split())  # what follows a verb of one character that governs
_NOT_NOUN_F = frozenset(
    "以上 以下 之间 以来 以内 左右 期间 之后 之前 其中 当中 中间 内外 以后 以前 之中 之外 以外 之内 之上 之下 方面 前后 上下 里面 同时".split()
)
# The standard library's engine is the faster one for these plain patterns; none of them can backtrack far.
_TIME = re.compile(
    r"(?:连续|近|过去|截至|截止)?(?<![A-Za-z0-9.])[0-9]{1,4}(?:年度?(?:底|末|初|来|内|以来|期间)?(?:[0-9]{1,2}月)?|月份?)(?:底|末|初|[0-9]{1,2}日)?"
    r"|“?十[一二三四五]五”?(?:时期|期间|以来|末)?"
)
_IN_TIME = re.compile("[0-9五]")  # without one of these there is no time expression
# 每人每年 and 平均每万人 before a figure say per what, not of what.
_EACH = re.compile(
    r"(?:平均|人均|月均)?每[百千万亿0-9]{0,5}(?:人口|[平立]方米|平方公里|千瓦时|[\u4e00-\u9fff]{1,2})(?:每[\u4e00-\u9fff]{1,2})?$"
)
_PIECE = re.compile(
    r"[（(](?![一二三四五六七八九十]+[）)])[\u4e00-\u9fff]{1,3}[）)](?=[\u4e00-\u9fff])"
    r"|“[^“”。；]{1,40}”|《[^《》]{1,80}》"
    r"|[，。；：！？、,.;:!?（）()\[\]【】“”\"'‘’\s…—/]|[^，。；：！？、,.;:!?（）()\[\]【】“”\"'‘’\s…—/《]+"
    r"(?:(?<=[A-Za-z][0-9])\.(?=[0-9])[^，。；：！？、,.;:!?（）()\[\]【】“”\"'‘’\s…—/《]+)?|《"
)
_NOUN_TAGS = frozenset("n nr ns nt nz ng nrt nrfg vn an a ag b j l x eng z i s h k q zg m tg".split())


def tokens(
    text: str, start: int, end: int, quantities: Sequence[Quantity], first: int, lexicon: Lexicon
) -> list[Token]:
    """The tokens of ``text[start:end]``; ``quantities[first:]`` are those that begin at or after ``start``, in order."""
    split = splitter(lexicon)
    jieba = segmenter(lexicon)
    row: list[Token] = []
    at, index = start, first
    while at < end:
        quantity = quantities[index] if index < len(quantities) and quantities[index].start < end else None
        stop = quantity.start if quantity else end
        tail = max(at, stop - 8)
        each = _EACH.search(text, tail, stop) if quantity and text.find("每", tail, stop) >= 0 else None
        for piece in _PIECE.finditer(text, at, each.start() if each else stop):
            found = piece[0]
            place, last = piece.span()
            if len(found) == 1 and not "\u4e00" <= found <= "\u9fff" and not found.isalnum():
                if not found.isspace():
                    row.append(Token(place, last, found, "w", MARK))
            elif found[0] in "“《" and len(found) > 1:
                row.append(Token(place, last, found, "quote", QUOTE))
            elif found[0] in "（(" and len(found) > 1:  # 因公出国（境）费用
                row.append(Token(place, last, found, "n", NOUN))
            else:
                _words(found, place, row, split, jieba)
        if quantity is None:
            break
        if each:
            row.append(Token(each.start(), stop, each[0], "t", OTHER))
        row.append(Token(quantity.start, quantity.end, text[quantity.start : quantity.end], "q", QUANTITY, index))
        at = quantity.end
        index += 1
    return row


def _words(text: str, place: int, row: list[Token], split: Splitter, jieba: rjieba.Jieba) -> None:
    """Append the words of ``text`` (which begins at ``place``); a time expression (2023年底, 连续3年) is one token."""
    if not _IN_TIME.search(text):
        _append(text, place, row, split, jieba)
        return
    at = 0
    for time in _TIME.finditer(text):
        _append(text[at : time.start()], place + at, row, split, jieba)
        row.append(Token(place + time.start(), place + time.end(), time[0], "t", OTHER))
        at = time.end()
    _append(text[at:], place + at, row, split, jieba)


def _append(text: str, place: int, row: list[Token], split: Splitter, jieba: rjieba.Jieba) -> None:
    if (at := text.find(OF_WHICH)) > 0 or (at == 0 and len(text) > len(OF_WHICH)):  # 其中|国保4处, not 其|中国|保
        for part in (text[:at], OF_WHICH, text[at + len(OF_WHICH) :]):
            if part:
                _append(part, place, row, split, jieba)
                place += len(part)
        return
    for word, tag in jieba.tag(text):
        for part, part_tag, kind, suffix in split(word, tag):
            end = place + len(part)
            if end - place == 1 and row and row[-1].end == place:
                if suffix and _takes_suffix(row[-1], part):
                    kind = NOUN  # 业务咨询「件」, “三八”「节」, 友好「型」
                if part in DONE and _is_plain_verb(row[-1]):
                    row[-1] = msgspec.structs.replace(row[-1], kind=VERB)  # 「花」了36万元, 「压」到5天
            if part == "率" and row and row[-1].end == place and row[-1].kind == LEVEL and len(row[-1].text) > 1:
                row[-1] = msgspec.structs.replace(row[-1], kind=NOUN)  # 机构「压减」率
            if (
                part[:2] == "预算"
                and len(row) > 1
                and row[-1].text == "后"
                and row[-1].end == place
                and row[-2].kind == DUAL
            ):
                done, after = row[-2:]
                row[-2:] = [Token(done.start, after.end, done.text + after.text, "n", NOUN)]  # 「调整后」预算
            row.append(Token(place, end, part, part_tag, kind))
            place = end


def _is_plain_verb(word: Token) -> bool:
    return word.kind == OTHER and len(word.text) == 1 and (word.tag[0] == "v" or word.text == "用")


def _takes_suffix(word: Token, suffix: str) -> bool:
    """物流「站」, 采样「台」: a head of one character belongs to the noun or the longer verb before it."""
    return word.kind in (NOUN, DUAL, QUOTE) or (word.kind == VERB and len(word.text) > 1 and suffix in SUFFIXES)


Part = tuple[str, str, str, bool]
Splitter = Callable[[str, str], tuple[Part, ...]]


@functools.cache
def splitter(lexicon: Lexicon) -> Splitter:
    """A function that gives a word's kind, and takes apart what the dictionary holds as one.

    Of each part its text, tag and kind, and whether it may be a suffix of the word before.
    """
    words = vocabulary(lexicon)

    @functools.lru_cache(maxsize=1 << 16)
    def split(word: str, tag: str) -> tuple[Part, ...]:
        return tuple(
            (part, part_tag, kind, len(part) == 1 and (part in SUFFIXES or part_tag in SUFFIX_TAGS))
            for part, part_tag, kind in parts(word, tag)
        )

    def parts(word: str, tag: str) -> tuple[tuple[str, str, str], ...]:
        if len(word) == 4 and word[:2] in words.action and word[:2] not in words.noun_like and tag[0] != "v":
            return (word[:2], "v", VERB), (word[2:], "n", NOUN)  # a verb with its object: 挽回损失
        if len(word) == 2 and word[1] == "了" and tag == "ul":  # 发了
            return (word[0], "v", VERB), (word[1], "ul", OTHER)
        if len(word) == 3 and word[0] == "新" and word[1:] in words.action:  # 新创建
            return ("新", "d", OTHER), (word[1:], "v", VERB)
        if len(word) == 2 and word[0] in "率量额度比数值" and word[1] in "达为超由从至均占":  # 管理率|达
            return (word[0], "n", NOUN), (word[1], "v", LEVEL)
        if word == "比上":  # 比上年末
            return ("比", "p", LEVEL), ("上", "f", OTHER)
        if len(word) == 2 and word[1] == "均" and tag == "d" and word[0] in "区县市镇村户校":  # 16个区均被评为
            return (word[0], "n", NOUN), ("均", "d", OTHER)
        return ((word, tag, _kind(word, tag, words)),)

    return split


def _kind(word: str, tag: str, words: Vocabulary) -> str:
    if word in words.level:
        return LEVEL
    if word in PREFIXES:
        return NOUN
    if word in words.adverb:
        return OTHER
    if word in words.measure_noun and word not in words.action:
        return NOUN
    if word in words.action:
        return DUAL if word in words.noun_like or tag == "vn" else VERB
    if word in words.noun_like:
        return NOUN
    if tag == "f":
        return NOUN if len(word) > 1 and word not in _NOT_NOUN_F else OTHER
    if tag == "vn":
        return NOUN
    if tag[0] == "v":
        return VERB if len(word) > 1 else OTHER
    if tag == "m" and len(word) > 2:  # 一次性
        return NOUN
    if tag in _NOUN_TAGS:
        return NOUN if len(word) > 1 or tag[0] not in "sfmqtkhz" else OTHER
    return OTHER
