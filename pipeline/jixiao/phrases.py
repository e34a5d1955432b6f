"""The phrases around a quantity that could name what it counts, and the verb that governs it.

Around every quantity the clause offers a few: the noun phrase before it (调处「劳资纠纷」1513宗), the one after it (举办6场
「慰问活动」), the subject of a verb of level (「地区生产总值」增长5.5%), the purpose of money (投入200万元支持「社会组织」), or, where
the clause leaves it out, the entity of the claim before (…，高于全国1.7个百分点). :func:`candidates` lists them with what
speaks for each; the best one wins. A trained ranker can take the place of the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jixiao.windows import DUAL, LEVEL, MARK, NOUN, OTHER, QUANTITY, QUOTE, VERB, Token, Vocabulary

JOINERS = frozenset("、和与及或") | {"以及", "暨"}
COMPARISONS = frozenset(("比", "较", "相比", "高于", "低于", "快于", "优于", "好于", "多于", "少于", "高出", "低"))
NEVER_ENTITY = frozenset(("其中", "同比", "环比", "平均", "年底", "年末", "年初", "上年", "去年", "今年", "同期", "上年同期", "全年", "元", "人民币"))
PLACES = frozenset(("全国", "全省", "全市", "全区", "全县", "世界", "全球", "同期", "上年", "去年", "上年同期", "全国平均"))
RATIOS = frozenset(("ratio", "percentage-point", "multiple", "score", "density", "temperature"))
MAX_PHRASE = 40  # characters of an entity; what is longer is a sentence that was not cut


class Candidate(NamedTuple):
    """A phrase that may name what is counted (``entity``), where it stands, the verb there, and what speaks for it, 0–1."""

    entity: str
    action: str
    source: str
    score: float


class Phrase(NamedTuple):
    """A run of tokens ``row[first:last]``; ``verb`` is the index of the verb that ends it on the left, or -1.

    ``level`` is the verb of level between the phrase and the quantity ("" if none), ``compared`` says that a base of
    comparison (比上年, 高于全国) stands there.
    """

    first: int
    last: int
    verb: int
    level: str
    compared: bool


def clause_bounds(row: Sequence[Token], k: int) -> tuple[int, int]:
    """First and one-past-last index of the clause that token ``k`` stands in: cut at marks other than 、 and joining dashes."""
    low = k
    while low and not (row[low - 1].kind == MARK and row[low - 1].text not in "、—-/"):
        low -= 1
    high = k + 1
    while high < len(row) and not (row[high].kind == MARK and row[high].text not in "、—-/"):
        high += 1
    return low, high


def phrase_before(row: Sequence[Token], k: int, low: int, words: Vocabulary) -> Phrase:
    """The noun phrase that ends before quantity ``k``, fillers and verbs of level between them skipped."""
    last, level, compared = k, "", False
    if k > low and row[k - 1].text == "的":  # 重点指导的2家企业: what precedes only describes what follows
        return Phrase(k, k, -1, "", False)
    for i in range(k - 1, max(low, k - 9) - 1, -1):
        if row[i].kind in (QUANTITY, MARK):
            break
        if row[i].text in COMPARISONS and i + 1 < k:
            compared, last = True, i
            if row[i].kind == LEVEL or row[i].text in ("高于", "低于", "快于", "优于", "高出"):
                level = row[i].text
            break
    if compared and not level:
        level = next((token.text for token in reversed(row[last:k]) if token.kind == LEVEL), "")
    while last > low:
        token = row[last - 1]
        if token.kind == LEVEL:
            if not level or level in words.filler:
                level = token.text
        elif token.text not in words.filler and not (token.kind == OTHER and token.tag in ("d", "ad", "y", "ul", "t")):
            break
        last -= 1
    first = last
    verb = -1
    pending = -1  # a word that governs if no other verb does: 平台采购扶贫产品
    while first > low:
        token = row[first - 1]
        following = row[first] if first < last else None
        if token.kind == QUANTITY:
            break
        if token.kind == MARK or (token.kind == OTHER and token.text in JOINERS):
            if following is None or token.text not in JOINERS | {"—", "-", "/", "·"} or first - 2 < low:
                break
            if row[first - 2].kind not in (NOUN, QUOTE, DUAL):
                break
            if row[first - 2].kind == DUAL and following.kind in (DUAL, VERB):
                break
        elif token.kind == VERB or token.kind == LEVEL:
            if token.text == "占" and following is not None and row[last - 1].text in ("比重", "比例", "占比"):
                first -= 1
                continue
            inside = following is not None and following.text in words.measure_noun and token.kind == VERB
            if not inside or (len(row[first].text) > 1 and row[first - 2].kind not in (NOUN, QUOTE, DUAL, VERB)):
                verb = first - 1
                break
        elif token.kind == DUAL:
            if following is not None:
                before = row[first - 2] if first - 2 >= low else None
                if before is not None and before.tag in ("a", "ad", "d") and (first - 3 < low or row[first - 3].text == "、"):
                    before = None
                governs = before is None or before.kind in (OTHER, QUANTITY, LEVEL) or before.text == "、"
                if following.text in words.head_noun or following.text in words.measure_noun:
                    governs = False
                if governs and not (before is not None and before.text in ("各类", "各项", "各种", "各级", "全")):
                    verb = first - 1
                    break
                if pending < 0 and before is not None and before.kind == NOUN and following.text not in words.head_noun:
                    pending = first - 1
        elif token.kind == OTHER:
            break
        first -= 1
    if pending >= 0 and verb < 0 and last - pending > 1 and row[last - 1].text not in words.measure_noun:
        if sum(len(token.text) for token in row[pending + 1 : last]) > 1:
            first, verb = pending + 1, pending
    # a lone word that can be a verb, with nothing before it, is one: 累计培训500人次
    if last - first == 1 and row[first].kind == DUAL and (first == low or row[first - 1].kind in (OTHER, LEVEL)):
        return Phrase(last, last, first, level, compared)
    while first < last and (row[first].text in words.determiner or row[first].kind in (MARK, OTHER)):
        first += 1
    return Phrase(first, last, verb, level, compared)


def phrase_after(row: Sequence[Token], k: int, high: int, words: Vocabulary) -> Phrase:
    """The noun phrase that follows quantity ``k`` directly (or after 的)."""
    first = k + 1
    if first < high and row[first].text == "的":
        first += 1
    last = first
    if first < high and row[first].kind in (VERB, OTHER, DUAL, LEVEL):  # 54家待完善的企业工会: the noun stands behind 的
        for i in range(first + 1, min(high - 1, first + 9)):
            if row[i].kind in (QUANTITY, MARK):
                break
            if row[i].text == "的":
                first = last = i + 1
                break
    while last < high:
        token = row[last]
        following = row[last + 1] if last + 1 < high else None
        if token.kind in (QUANTITY, MARK, LEVEL):
            break
        if token.kind == VERB:
            if following is None or following.text not in words.measure_noun:
                break
        elif token.kind == DUAL:
            if following is not None and following.kind not in (NOUN, QUOTE, DUAL):
                if last > first or following.kind != OTHER or following.text not in ("和", "及", "与"):
                    break
            elif following is None and last == first and k and row[k - 1].kind == NOUN:
                break
        elif token.kind == OTHER:
            if token.text == "的" and last > first and following is not None and following.kind in (NOUN, QUOTE, DUAL):
                first = last + 1
            elif (
                token.text in ("和", "及", "与")
                and last > first
                and following is not None
                and following.kind == NOUN
                and (last + 2 >= high or row[last + 2].kind in (MARK, VERB, OTHER))
                and not (last + 2 < high and row[last + 2].text == "的")
            ):
                last += 1
            else:
                break
        last += 1
    while first < last and row[first].text in words.determiner:
        first += 1
    while first < last and row[last - 1].kind in (OTHER, MARK):
        last -= 1
    return Phrase(first, last, -1, "", False)


def render(row: Sequence[Token], phrase: Phrase) -> str:
    """The phrase as printed; a long quoted name before its noun is left out, marks around a quoted name alone too."""
    run = list(row[phrase.first : phrase.last])
    if len(run) > 1 and run[0].kind == QUOTE and run[0].text[0] == "“":
        rest = sum(len(token.text) for token in run[1:])
        if len(run[0].text) >= 10 and rest >= 4:
            run = run[1:]
    text = "".join(token.text for token in run)
    if len(run) == 1 and run[0].kind == QUOTE:
        text = text[1:-1]
    return "" if text in NEVER_ENTITY or len(text) > MAX_PHRASE else text


def governing_verb(row: Sequence[Token], k: int, low: int, high: int) -> str:
    """The verb of the clause for quantity ``k``: the nearest before it, else the first after it; "" if there is none."""
    for i in range(k - 1, low - 1, -1):
        if row[i].kind == VERB or (row[i].kind == DUAL and (i == low or row[i - 1].kind in (OTHER, QUANTITY, LEVEL))):
            return verb_group(row, i, low)
        if row[i].kind == LEVEL and row[i].text not in ("由", "从", "到", "至", "共", "有", "累计", "比", "较", "共计", "是"):
            return row[i].text
    for i in range(k + 1, high):
        if row[i].kind in (VERB, LEVEL) or (row[i].kind == DUAL and i > k + 1 and row[i - 1].kind != NOUN):
            return verb_group(row, i, low, forward=high)
    return ""


def verb_group(row: Sequence[Token], i: int, low: int, forward: int = 0) -> str:
    """Verb ``i`` with the verbs it is joined to: 收集并采纳, 推举产生, 建成通车."""
    first, last = i, i + 1
    while not forward and first - 1 >= low and row[first - 1].kind == VERB and len(row[first - 1].text) <= 2:
        first -= 1
    if not forward and first - 2 >= low and row[first - 1].text == "并" and row[first - 2].kind in (VERB, DUAL):
        first -= 2
    while last < forward and row[last].kind == VERB and len(row[last].text) <= 2:
        last += 1
    return "".join(token.text for token in row[first:last])


def candidates(
    row: Sequence[Token], k: int, dimension: str, modifier: str, context_entity: str, words: Vocabulary
) -> list[Candidate]:
    """What quantity ``k`` of ``row`` may count, best first; empty where the text offers nothing.

    ``dimension`` is the quantity's, ``modifier`` its printed modifier (超过 is also its verb), ``context_entity`` the
    entity of the claim before, for clauses that leave it out.
    """
    low, high = clause_bounds(row, k)
    before, after = phrase_before(row, k, low, words), phrase_after(row, k, high, words)
    entity_before, entity_after = render(row, before), render(row, after)
    verb = verb_group(row, before.verb, low) if before.verb >= 0 else ""
    ratio = dimension in RATIOS
    found: list[Candidate] = []
    level = before.level if before.level not in words.filler or before.level in ("达到", "达", "为", "超过", "突破") else ""
    if entity_before:
        # 达, 共计 … between the phrase and the figure tie them; so does the end of the clause behind the figure
        tied = before.last < k or k + 1 >= high or row[k + 1].kind in (MARK, VERB, OTHER, LEVEL, QUANTITY)
        score = 0.9 if ratio else 0.85 if tied else 0.55
        if before.compared and entity_before in PLACES:
            score = 0.2
        action = (level or verb or modifier) if ratio or (level and not verb) else (verb or level or modifier)
        found.append(Candidate(entity_before, action or governing_verb(row, k, low, high), "before", score))
    if entity_after:
        direct = k + 1 < high and row[k + 1].kind in (NOUN, QUOTE, DUAL)
        score = (0.5 if ratio else 0.8) if direct else 0.65
        if direct and row[k + 1].kind == DUAL and entity_before:
            score -= 0.3
        if ratio and row[after.first].tag == "d":
            score = 0.1
        found.append(Candidate(entity_after, governing_verb(row, k, low, high) or modifier, "after", score))
    if dimension == "money" and not entity_before and not entity_after:
        purpose = _purpose(row, k, high, words)
        if purpose:
            found.append(Candidate(purpose, verb or governing_verb(row, k, low, high), "purpose", 0.45))
    if context_entity:
        score = 0.6 if before.compared and not entity_before else 0.4
        action = level or verb or modifier or governing_verb(row, k, low, high)
        found.append(Candidate(context_entity, action, "context", score))
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _purpose(row: Sequence[Token], k: int, high: int, words: Vocabulary) -> str:
    for i in range(k + 1, min(high, k + 4)):
        if row[i].text in words.purpose:
            return render(row, phrase_after(row, i, high, words))
    return ""
