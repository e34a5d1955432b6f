"""Pairs of a claim and a target that could be meant, and what speaks for each of them.

A target's words are looked for in the claim's entity, in its clause, its sentence and its section's title; units must go together;
what was planned, or true a year before, answers nothing. That the values are equal is none of the features: it is no
evidence.
"""

from __future__ import annotations

import functools
import unicodedata
from bisect import bisect, bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import log
from operator import add
from typing import NamedTuple

import regex
import rjieba

from jixiao.lexicon import Lexicon
from jixiao.measures import Fit, fit
from jixiao.records import Claim, SectionLabel, Target

MAX_CANDIDATES = 60  # claims that are weighed for a target, those that share most with it first
PLANNED: frozenset[SectionLabel] = frozenset(("goals", "work_plan", "next_plan", "improvement", "glossary"))
EXPECTED = regex.compile(r"^(?:年度|年初)?(?:总体|绩效|预期)*目标")  # beside a table: 预期目标, and then 实际完成情况
KINDS = regex.compile(
    r"(?:总)?(?:数量|人数|人次数?|次数|场次数?|户数|件数|家数|个数|期数|份数|面积|里程|长度|规模|金额|总额|情况|标准|控制数|额度|数)$"
)
RATE = regex.compile(r"(?:率|比例|占比|比重|覆盖面|程度|度|(?<=及时|合规|准确|规范|完整|有效)性)$")
REMARK = regex.compile(r"[（(][^（）()]*[）)]$")  # 处置及时率（48小时内）
GROWTH = regex.compile(r"增长|增幅|增速|增加|下降|降低|降幅|减少|压减|提高|提升|增收")
CHANGED = regex.compile(r"增长|增加|下降|降低|减少|提高|提升|多|少|上升|压减")
LIST_ITEM = regex.compile(
    r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)）.．、]|第?[一二三四五六七八九十]是|[①-⑳]|第[一二三四五六]"
)
CLAUSE_END = regex.compile(r"[，。；！？]")
PLAN_WORDS = regex.compile(r"计划|目标|拟|力争|预计|明年|下一?年|下步|将(?:要|再|继续)|要求")
PAST = regex.compile(r"(?:上年|去年|同期|前年|往年|年初)(?:同期)?的?$")
EARLIER = regex.compile(r"(?<![比较同于])(?:上年(?!结转|度?的)|去年|前年|往年|上一年)[^到至比较]*$")
BEGUN = regex.compile(r"(?:由|从|自)[^，。；]{0,14}$")  # and then where it went: 由4.6个工作日缩短到3.2个工作日
WENT = regex.compile(r"[^，。；]{0,10}?(?:到|至|为)")
AIMED_COLUMN = regex.compile(r"^(?!.*(?:实际|完成|实现)).*(?:目标|计划|任务|预期|指标值)")
AIMED = regex.compile(r"(?:目标|计划|任务|指标|要求|拟)(?:数|值)?(?:是|为|的)?$|[≤≥<>＜＞]\p{Han}{1,8}$")
# Money that was set, not spent: 年初批复预算1,200万元, 经费预算为8万元, under 全年预算数.
SET_ASIDE = regex.compile(r"(?:预算(?!执行|支出|完成)(?:\p{Han}{0,4})|批复|下达|预算\p{Han}{0,6}调整为)$")
BUDGETED = regex.compile(r"预算(?:数|额|总额|安排|收入|合计|总数)?$")
AIM_AFTER = regex.compile(
    r"[≤≥<>＜＞]|(?:左右|以上|以内|以下)?的?(?:年度|全年|年初|国家|规定|考核|法定|承诺|省|市|县)*"
    r"(?:目标|任务|要求|标准|限额|上限|计划|指标|控制|时限|预算)"
)
BY_RULE = regex.compile(r"(?<!未|没有?)按照?[^，。；]*$")  # 按每头80元的标准补助 tells what was paid
SAME = {"满意率": "满意度", "占比": "比例", "比重": "比例", "用时": "时间"}  # words for one thing
WORTHLESS = frozenset("的 和 与 及 及其 等 对 在 为 了 或 以 中 上 下 内 年 各 类".split())
SIZES = (0.001, 0.1, 0.3, 0.6, 0.85, 1.5, 2.5, 6.0)  # shares of a target between which an answer may be as likely
STEPS = (0.1, 0.3, 0.5, 0.7, 0.9)
HALF = 0.5
RATES = frozenset(("%", "‰", "成"))
WHOLE_YEAR = "whole"
COMMON = frozenset(
    "率 数 量 数量 人数 次数 场次 人次 户数 面积 情况 工作 服务 管理 开展 完成 组织 全年 年度 全 县 市 区 新增 新建 建设 项目 "
    "资金 标准 比例 占比".split()
)
DEADLINE = regex.compile(r"\d{1,2}月|\d{1,2}日|季度|年底|月底|汛期|开学")


class Aim(NamedTuple):
    """A target with what is compared of it: its words and what each is worth, and its characters in pairs.

    ``rivals`` are the telling words of the other targets, which it does not have itself.
    """

    target: Target
    words: Mapping[str, float]
    core: str
    part: str
    pairs: frozenset[str]
    is_rate: bool
    rivals: frozenset[str]


class Said(NamedTuple):
    """A claim with what is compared of it.

    ``clause`` is what stands around the figure between two commas, ``near`` has the clause before and the section's title too,
    ``wide`` the whole sentence and the one that was told from before it. ``telling`` are the words of targets in ``wide``.
    ``past``: the figure is introduced as that of an earlier year, ``aimed``: as what was to be reached,
    ``budgeted``: as money that was set. The figure stands from ``at`` to ``behind`` in ``sentence``.
    """

    claim: Claim
    name: str
    clause: str
    near: str
    wide: str
    pairs: frozenset[str]
    clause_pairs: frozenset[str]
    near_pairs: frozenset[str]
    telling: frozenset[str]
    past: bool
    aimed: bool
    budgeted: bool
    sentence: str
    at: int
    behind: int


class Scored(NamedTuple):
    aim: Aim
    said: Said
    unit: Fit
    features: list[str]


def comparable(claim: Claim, target: Target, lexicon: Lexicon) -> Fit | None:
    """How the claim's unit goes with the target's; None where the figures cannot be compared."""
    if not claim.unit and target.unit in ("%", "％") and claim.value <= 1 and FRACTION.search(claim.text):
        return Fit("converted", Decimal(100))
    return fit(claim.unit, target.unit, lexicon)


FRACTION = regex.compile(r"分之|半")


def prepare(
    claims: Sequence[Claim], targets: Sequence[Target], titles: Mapping[str, str], lexicon: Lexicon
) -> tuple[list[Aim], list[Said]]:
    """Targets and claims made ready for comparison; of targets, those that a figure of the year can answer."""
    wanted = [t for t in targets if t.fiscal_year is not None and (t.value is not None or DEADLINE.search(t.text))]
    split = [_split(t.indicator) for t in wanted]
    words = [set(words_of(core + part)) for core, part in split]
    common = Counter(word for some in words for word in some)
    verbs = frozenset(lexicon.phrases.action.split())
    telling = [word for word in common if len(word) > 1 and word not in COMMON and word not in verbs]
    aims = []
    for target, (core, part), some in zip(wanted, split, words, strict=True):
        worth = {
            word: (0.3 if word in COMMON else 1.0) * min(len(word), 3) * log(1 + (1 + len(wanted)) / common[word])
            for word in sorted(some)  # sums of floats depend on their order
        }
        rivals = frozenset(word for word in telling if word not in target.indicator)
        aims.append(
            Aim(
                target,
                worth,
                core,
                part,
                pairs_of(core),
                RATE.search(REMARK.sub("", target.indicator)) is not None,
                rivals,
            )
        )
    said: list[Said] = []
    before, last = "", None
    for claim, at, behind in _placed(claims) if aims else ():
        if last is not None and (claim.sentence, claim.doc_id) != (last.sentence, last.doc_id):
            goes_on = (claim.section_id, claim.doc_id) == (last.section_id, last.doc_id)
            before = last.sentence if goes_on and not LIST_ITEM.match(claim.sentence) else ""
        said.append(_said(claim, at, behind, titles, before, telling))
        last = claim
    return aims, said


def _split(indicator: str) -> tuple[str, str]:
    """An indicator's name without the word for how it is counted, and the part of a composite cell."""
    core, _, part = _alike(indicator).partition("-")
    return KINDS.sub("", core) or core, part


def _alike(text: str) -> str:
    for word, other in SAME.items():
        text = text.replace(word, other)
    return text


@functools.lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    return tuple(word for word in rjieba.cut(text, False) if word not in WORTHLESS and not regex.match(r"\W+$", word))


def pairs_of(text: str) -> frozenset[str]:
    return frozenset(map(add, text, text[1:]))


def _placed(claims: Sequence[Claim]) -> Iterator[tuple[Claim, int, int]]:
    """Every claim with the span of its figure in its sentence.

    A sentence is shown without the marks and misread characters of the source, so that of some only the number is found; what is
    not found at all stands at the beginning.
    """
    reached: dict[tuple[str, str], int] = {}
    for claim in sorted(claims, key=lambda one: (one.doc_id, one.start)):
        key = claim.doc_id, claim.sentence
        shown = MARKS.sub("", unicodedata.normalize("NFKC", claim.text))
        number = NUMBER.search(shown)
        for text in (shown, number[0] if number else shown):
            at = claim.sentence.find(text, reached.get(key, 0))
            if at >= 0:
                reached[key] = at + len(text)
                break
        yield claim, max(0, at), max(0, at) + len(shown)


MARKS = regex.compile(r"[\s*_`~\\]+")
NUMBER = regex.compile(r"\d[\d,.]*")


def _said(claim: Claim, at: int, behind: int, titles: Mapping[str, str], before: str, telling: Iterable[str]) -> Said:
    sentence = _alike(claim.sentence)
    begins = [match.end() for match in CLAUSE_END.finditer(sentence, 0, at)]
    ending = CLAUSE_END.search(sentence, at)
    end = ending.start() if ending else len(sentence)
    start = begins[-1] if begins else 0
    title = titles.get(claim.section_id or "", "")
    clause = sentence[start:end]
    near = sentence[begins[-2] if len(begins) > 1 else 0 : end] + "\n" + title
    wide = f"{before}\n{sentence}\n{title}"
    begun = BEGUN.search(sentence, max(start, at - 20), at) is not None and WENT.match(sentence, behind) is not None
    last_year = PAST.search(sentence, max(start, at - 12), at) or EARLIER.search(sentence, start, at)
    aimed = AIMED.search(sentence, max(start, at - 8), at) or AIM_AFTER.match(sentence, behind)
    if aimed is not None and aimed[0].endswith("标准") and BY_RULE.search(sentence, max(start, at - 16), at):
        aimed = None
    budgeted = claim.unit == "元" and (
        BUDGETED.search(claim.entity) is not None
        or (claim.column is not None and BUDGETED.search(claim.column) is not None)
        or SET_ASIDE.search(sentence, max(start, at - 10), at) is not None
    )
    return Said(
        claim,
        _alike(claim.entity + claim.action + (claim.column or "")),
        clause,
        near,
        wide,
        pairs_of(_alike(claim.entity)),
        pairs_of(clause),
        pairs_of(near),
        frozenset([word for word in telling if word in wide]),
        begun or last_year is not None,
        aimed is not None or (claim.column is not None and AIMED_COLUMN.search(claim.column) is not None),
        budgeted,
        sentence,
        at,
        behind,
    )


def candidates(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Scored]:
    """The pairs that could be meant, with their features: figures that can be compared, told as done, with a word in common."""
    valued = [(aim, aim.pairs | pairs_of(aim.part)) for aim in aims if aim.target.value is not None]
    wanted = frozenset().union(*(pairs for _, pairs in valued))
    holders: dict[str, set[int]] = defaultdict(set)
    for number, one in enumerate(said):
        for pair in wanted & (pairs_of(one.name) | one.near_pairs):
            holders[pair].add(number)
    for aim, pairs in valued:
        shared = Counter(number for pair in pairs for number in holders.get(pair, ()))
        pool = []
        # Ties in the order of the text, as the order of a set of words changes from run to run.
        for number in sorted(shared, key=lambda number: (-shared[number], number)):
            one = said[number]
            open_to = answers(one, aim.target) and not _of_another_rate(one.claim, aim)
            unit = comparable(one.claim, aim.target, lexicon) if open_to else None
            if unit is not None:
                pool.append((one, unit))
                if len(pool) == MAX_CANDIDATES:
                    break
        yield from _describe(aim, pool)


def answers(said: Said, target: Target) -> bool:
    """Whether the claim tells of what was done, not of what was aimed at or set, nor of where a rise or fall began."""
    return not said.budgeted and counts(said, target)


def counts(said: Said, target: Target) -> bool:
    """Whether the claim may be the whole of which an answer is a share: as :func:`answers`, but what was set for it too."""
    claim = said.claim
    if claim.section_label in PLANNED and claim.origin == "prose":
        return False
    if claim.section_label == "target_table" and EXPECTED.match(claim.sentence):
        return False
    if claim.change == "from" or said.past or said.aimed:
        return False
    if claim.period is not None and target.fiscal_year is not None and claim.period[:4] > target.fiscal_year:
        return False  # a plan
    return not (claim.doc_id == target.doc_id and target.start <= claim.start < target.end)


def _describe(aim: Aim, pool: Sequence[tuple[Said, Fit]]) -> Iterator[Scored]:
    """The pairs of a target with their features, some of which set a claim beside the others."""
    rest = {word: worth for word, worth in aim.words.items() if not aim.core.endswith(word)}
    rows = []
    for said, unit in pool:
        shares = {
            "name": held(aim.words, said.name),
            "clause": held(aim.words, said.clause),
            "around": held(aim.words, said.near),
            "wide": held(aim.words, said.wide),
            "rest": held(rest, said.near),
            "rest_wide": held(rest, said.wide),
            "pairs": len(aim.pairs & said.clause_pairs) / (len(aim.pairs) or 1),
            "pairs_around": len(aim.pairs & said.near_pairs) / (len(aim.pairs) or 1),
        }
        rows.append((said, unit, shares))
    best = {
        name: max((shares[name] for _, _, shares in rows), default=0.0) for name in ("name", "around", "pairs_around")
    }
    for said, unit, shares in rows:
        features = list(_features(aim, said, unit))
        for name, share in shares.items():
            features += _steps(name, share)
        for name, most in best.items():
            features += _steps(f"behind_{name}", most - shares[name])
        features += _steps("rest_and_name", min(shares["rest"], shares["name"]))
        rivals = aim.rivals & said.telling
        features.append(f"rivals={min(3, sum([word in said.clause for word in rivals]))}")
        features.append(f"rivals_named={min(2, sum([word in said.name for word in rivals]))}")
        if rest and shares["rest_wide"] < HALF:
            features.append(f"rivals_instead={min(2, len(rivals))}")
        yield Scored(aim, said, unit, features)


def held(words: Mapping[str, float], text: str) -> float:
    """The share of ``words`` that ``text`` has, by worth; 1 if there are none."""
    whole = sum(words.values())
    return sum([worth for word, worth in words.items() if word in text]) / whole if whole else 1.0


def _steps(name: str, share: float) -> Sequence[str]:
    """A share as the steps that it has taken, so that a weight stands for a step."""
    return _all_steps(name)[: bisect_left(STEPS, share)]


@functools.cache
def _all_steps(name: str) -> tuple[str, ...]:
    return tuple(f"{name}>{limit}" for limit in STEPS)


def _features(aim: Aim, said: Said, unit: Fit) -> Iterator[str]:
    claim, target = said.claim, aim.target
    words = words_of(claim.entity)
    yield from _steps("dice", 2 * len(aim.pairs & said.pairs) / (len(aim.pairs) + len(said.pairs) or 1))
    yield from _steps("entity_in_indicator", sum(word in target.indicator for word in words) / (len(words) or 1))
    extra = sum(len(word) > 1 and word not in target.indicator for word in words)
    yield f"extra={min(2, extra)},{aim.is_rate}"
    last = words_of(aim.core)[-1:] or ("",)
    yield f"head_in_entity={last[0] in claim.entity}"
    yield f"head_in_clause={last[0] in said.clause}"
    head = words[-1:] or ("",)
    yield f"entity_head_in_indicator={head[0] in target.indicator}"
    if claim.entity in (target.indicator, aim.core):
        yield "entity_is_indicator"
    if claim.action:
        yield f"action_in_indicator={claim.action in target.indicator}"
    yield f"unit={unit.kind}"
    yield f"rate={aim.is_rate},{claim.unit in RATES}"
    told, asked = _rate_name(claim.column or claim.entity), _rate_name(aim.core)
    if told:
        yield f"rate_named={told == asked if asked else None},{claim.origin}"
    if aim.part:
        part = words_of(aim.part)
        yield from _steps("part", sum(word in said.clause or word in said.name for word in part) / (len(part) or 1))
        yield "of_part"
    yield f"family={target.level2.removesuffix('指标') == claim.category}"
    if "满意" in target.indicator:
        yield f"satisfaction={'满意' in said.clause}"
    growth = GROWTH.search(target.indicator) is not None
    changed = claim.change is not None or CHANGED.search(claim.action) is not None
    yield f"growth={growth},{changed},{claim.unit in ('%', '个百分点')}"
    if target.value:
        yield f"size={bisect(SIZES, float(abs(claim.value) * unit.factor / target.value))}"
    else:
        yield f"size_of_zero={claim.value == 0}"
    yield f"period={_period(claim, target)}"
    yield f"qualified={bool(claim.qualifiers)}"
    yield f"origin={claim.origin}"
    yield f"planned={PLAN_WORDS.search(said.clause) is not None}"
    yield f"share={claim.action == '占'}"
    if "其中" in said.near:
        yield "of_which"


def _rate_name(text: str) -> str:
    """What a rate goes by: 执行 of 预算执行率; empty where the text is the name of no rate."""
    bare = RATE.sub("", text)
    return bare[-2:] if bare != text else ""


def _of_another_rate(claim: Claim, aim: Aim) -> bool:
    """Whether a cell stands under the name of a rate that has nothing of the indicator's: under 利用率 for 验收合格率."""
    told, asked = _rate_name(claim.column or ""), _rate_name(aim.core)
    return bool(told and asked) and not set(told) & set(aim.core)


def _period(claim: Claim, target: Target) -> str:
    if claim.period is None or target.fiscal_year is None:
        return "unknown"
    if not claim.period.startswith(target.fiscal_year):
        return "other"
    return WHOLE_YEAR if claim.period == target.fiscal_year else "part"
