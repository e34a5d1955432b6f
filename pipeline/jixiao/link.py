"""Which claims answer which targets, and whether these are met.

Claims and targets of one organisation and fiscal year are linked, be they of one document or of several. A claim in the
column 实际完成值 answers the target of its row. Every other pair that could be meant (units that can be compared, a word in
common) is described by features, of which a small linear model says how likely the claim answers the target. That the
values are equal is none of the features: it is no evidence.
"""

from __future__ import annotations

import functools
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import log
from typing import NamedTuple

import regex
import rjieba

from jixiao.lexicon import Lexicon
from jixiao.linear import Linear
from jixiao.measures import Fit, fit
from jixiao.records import Claim, Link, SectionLabel, Target
from jixiao.verdicts import judge

MAX_CANDIDATES = 60  # claims that are weighed for a target, those that share most with it first
SURE = 1.0
PLANNED: frozenset[SectionLabel] = frozenset(
    ("goals", "work_plan", "target_table", "next_plan", "improvement", "glossary")
)
KINDS = regex.compile(
    r"(?:总)?(?:数量|人数|人次数?|次数|场次数?|户数|件数|家数|个数|期数|份数|面积|里程|长度|规模|金额|总额|情况|标准|控制数|额度|数)$"
)
RATE = regex.compile(r"(?:率|比例|占比|比重|覆盖面|程度|度)$")
GROWTH = regex.compile(r"增长|增幅|增速|增加|下降|降低|降幅|减少|压减|提高|提升|增收")
CHANGED = regex.compile(r"增长|增加|下降|降低|减少|提高|提升|多|少|上升|压减")
CLAUSE_END = regex.compile(r"[，。；！？]")
PLAN_WORDS = regex.compile(r"计划|目标|拟|力争|预计|明年|下一?年|下步|将(?:要|再|继续)|要求")
PAST = regex.compile(r"(?:上年|去年|同期|前年|往年|年初)(?:同期)?的?$")
AIMED = regex.compile(r"(?:目标|计划|任务|指标|要求|拟)(?:数|值)?(?:是|为)?$")
AIM_AFTER = regex.compile(
    r"(?:左右|以上|以内|以下)?的?(?:年度|全年|年初|国家|规定|考核|省|市|县)*(?:目标|任务|要求|标准|限额|上限|计划|指标|控制)"
)
WORTHLESS = frozenset("的 和 与 及 及其 等 对 在 为 了 或 以 中 上 下 内 年 各 类".split())
SIZES = (0.001, 0.1, 0.3, 0.6, 0.85, 1.5, 2.5, 6.0)  # shares of a target between which an answer may be as likely
KEEP = 0.95  # an answer that is so much less likely than a better one of the same claim is dropped
TIED = 0.05  # likelihoods that are no farther apart are the same
COMMON = frozenset(
    "率 数 量 数量 人数 次数 场次 人次 户数 面积 情况 工作 服务 管理 开展 完成 组织 全年 年度 全 县 市 区 新增 新建 建设 项目 "
    "资金 标准 比例 占比".split()
)


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

    ``clause`` is what stands around the figure between two commas, ``around`` has the clause before too, ``wide`` the whole
    sentence and the one that was told from before it. ``past``: the figure is introduced as that of an earlier year, ``aimed``:
    as what was to be reached.
    """

    claim: Claim
    name: str
    clause: str
    around: str
    wide: str
    title: str
    pairs: frozenset[str]
    past: bool
    aimed: bool


class Scored(NamedTuple):
    aim: Aim
    said: Said
    unit: Fit
    features: list[str]


def link(
    claims: Sequence[Claim],
    targets: Sequence[Target],
    titles: Mapping[str, str],
    lexicon: Lexicon,
    model: Linear | None,
) -> tuple[Link, ...]:
    """The links between ``claims`` and ``targets``, all of one organisation and fiscal year, in the order of the targets.

    ``titles`` are the sections' titles by id. Without a ``model`` a target is answered by its own row only. Targets of several
    years and those in words are not linked.
    """
    found: dict[tuple[str, str], Link] = {}
    for one in own_rows(claims, targets, lexicon):
        found[one.claim_id, one.target_id or ""] = one
    if model is not None:
        for one in _by_model(claims, targets, titles, lexicon, model):
            found.setdefault((one.claim_id, one.target_id or ""), one)
    order = {target.target_id: place for place, target in enumerate(targets)}
    return tuple(sorted(found.values(), key=lambda one: (order[one.target_id or ""], -one.score, one.link_id)))


def own_rows(claims: Iterable[Claim], targets: Iterable[Target], lexicon: Lexicon) -> Iterator[Link]:
    """Links of the claims that stand in a target's own row, under 实际完成值."""
    by_document: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_document[claim.doc_id].append(claim)
    for target in targets:
        if target.actual_start is None or target.actual_end is None or target.value is None:
            continue
        inside = [
            claim
            for claim in by_document[target.doc_id]
            if target.actual_start <= claim.start and claim.end <= target.actual_end
        ]
        for claim in inside:
            unit = comparable(claim, target, lexicon)
            if unit is not None and (len(inside) == 1 or claim.value == target.actual_value):
                yield _link(target, claim, unit, SURE)


def _link(target: Target, claim: Claim, unit: Fit, score: float) -> Link:
    judged = judge(target, claim, unit)
    return Link(
        link_id=f"{claim.claim_id}>{target.target_id}",
        claim_id=claim.claim_id,
        target_id=target.target_id,
        budget_id=None,
        score=round(score, 3),
        method="direct",
        operands=(),
        verdict=judged.verdict,
        ratio=judged.ratio,
        reason=judged.reason,
    )


def comparable(claim: Claim, target: Target, lexicon: Lexicon) -> Fit | None:
    """How the claim's unit goes with the target's; None where the figures cannot be compared."""
    if not claim.unit and target.unit in ("%", "％") and claim.value <= 1 and FRACTION.search(claim.text):
        return Fit("converted", Decimal(100))
    return fit(claim.unit, target.unit, lexicon)


FRACTION = regex.compile(r"分之|半")


# ---- what is compared


def prepare(
    claims: Sequence[Claim], targets: Sequence[Target], titles: Mapping[str, str]
) -> tuple[list[Aim], list[Said]]:
    """Targets and claims made ready for comparison; of targets, those that a figure of the year can answer."""
    wanted = [t for t in targets if t.value is not None and t.fiscal_year is not None]
    split = [_split(t.indicator) for t in wanted]
    words = [set(_words(core + part)) for core, part in split]
    common = Counter(word for some in words for word in some)
    aims = []
    for target, (core, part), some in zip(wanted, split, words, strict=True):
        worth = {
            word: (0.3 if word in COMMON else 1.0) * min(len(word), 3) * log(1 + (1 + len(wanted)) / common[word])
            for word in some
        }
        rivals = frozenset(w for w in common if len(w) > 1 and w not in COMMON and w not in target.indicator)
        aims.append(Aim(target, worth, core, part, _pairs(core), RATE.search(target.indicator) is not None, rivals))
    said = []
    before, last = "", None
    for claim, at in _placed(claims):
        if last is not None and (claim.sentence, claim.doc_id) != (last.sentence, last.doc_id):
            before = last.sentence if (claim.section_id, claim.doc_id) == (last.section_id, last.doc_id) else ""
        said.append(_said(claim, at, titles, before))
        last = claim
    return aims, said


def _split(indicator: str) -> tuple[str, str]:
    """An indicator's name without the word for how it is counted, and the part of a composite cell."""
    core, _, part = indicator.partition("-")
    return KINDS.sub("", core) or core, part


@functools.lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in rjieba.cut(text, False) if word not in WORTHLESS and not regex.match(r"\W+$", word))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _placed(claims: Sequence[Claim]) -> Iterator[tuple[Claim, int]]:
    """Every claim with the place of its figure in its sentence; 0 where it is not found there."""
    reached: dict[tuple[str, str], int] = {}
    for claim in sorted(claims, key=lambda one: (one.doc_id, one.start)):
        shown = "".join(claim.text.split())
        key = claim.doc_id, claim.sentence
        at = claim.sentence.find(shown, reached.get(key, 0))
        if at >= 0:
            reached[key] = at + len(shown)
        yield claim, max(0, at)


def _said(claim: Claim, at: int, titles: Mapping[str, str], before: str) -> Said:
    sentence = claim.sentence
    length = len("".join(claim.text.split()))
    begins = [match.end() for match in CLAUSE_END.finditer(sentence, 0, at)]
    ending = CLAUSE_END.search(sentence, at)
    end = ending.start() if ending else len(sentence)
    start = begins[-1] if begins else 0
    wide = begins[-2] if len(begins) > 1 else 0
    return Said(
        claim,
        claim.entity + claim.action,
        sentence[start:end],
        sentence[wide:end],
        before + sentence,
        titles.get(claim.section_id or "", ""),
        _pairs(claim.entity),
        PAST.search(sentence, max(start, at - 12), at) is not None,
        AIMED.search(sentence, max(start, at - 8), at) is not None
        or AIM_AFTER.match(sentence, at + length) is not None,
    )


def candidates(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Scored]:
    """The pairs that could be meant, with their features: figures that can be compared, told as done, with a word in common."""
    holders: dict[str, set[int]] = defaultdict(set)
    for number, one in enumerate(said):
        for pair in _pairs(one.name) | _pairs(one.around) | _pairs(one.title):
            holders[pair].add(number)
    for aim in aims:
        shared = Counter(number for pair in aim.pairs | _pairs(aim.part) for number in holders.get(pair, ()))
        pool = []
        for number, _ in shared.most_common():
            one = said[number]
            unit = comparable(one.claim, aim.target, lexicon) if answers(one, aim.target) else None
            if unit is not None:
                pool.append((one, unit))
                if len(pool) == MAX_CANDIDATES:
                    break
        yield from _describe(aim, pool)


def answers(said: Said, target: Target) -> bool:
    """Whether the claim tells of what was done, not of what was aimed at, nor of where a rise or fall began."""
    claim = said.claim
    if claim.section_label in PLANNED and claim.origin == "prose":
        return False
    if claim.change == "from" or said.past or said.aimed:
        return False
    return not (claim.doc_id == target.doc_id and target.start <= claim.start < target.end)


def _describe(aim: Aim, pool: Sequence[tuple[Said, Fit]]) -> Iterator[Scored]:
    whole = sum(aim.words.values()) or 1.0
    rest = {word: worth for word, worth in aim.words.items() if not aim.core.endswith(word)}
    whole_rest = sum(rest.values())
    rows = []
    for said, unit in pool:
        in_name = sum(worth for word, worth in aim.words.items() if word in said.name) / whole
        in_clause = sum(worth for word, worth in aim.words.items() if word in said.clause) / whole
        in_around = sum(worth for word, worth in aim.words.items() if word in said.around or word in said.title) / whole
        in_wide = sum(worth for word, worth in aim.words.items() if word in said.wide or word in said.title) / whole
        rows.append((said, unit, in_name, in_clause, in_around, in_wide))
    best_name = max((row[2] for row in rows), default=0.0)
    best_around = max((row[4] for row in rows), default=0.0)
    for said, unit, in_name, in_clause, in_around, in_wide in rows:
        rival = [word for word in aim.rivals if word in said.clause]
        features = list(_features(aim, said, unit, in_name, in_clause, in_around))
        features.append(f"behind_name={_bin(best_name - in_name)}")
        features.append(f"behind_around={_bin(best_around - in_around)}")
        features.append(f"wide={_bin(in_wide)}")
        features.append(f"rivals={min(3, len(rival))}")
        features.append(f"rivals_named={min(2, sum(word in said.name for word in rival))}")
        if whole_rest:
            held = sum(worth for word, worth in rest.items() if word in said.around or word in said.title) / whole_rest
            far = sum(worth for word, worth in rest.items() if word in said.wide) / whole_rest
            features.append(f"rest={_bin(held)}")
            features.append(f"rest_and_name={_bin(held)}{_bin(in_name)}")
            features.append(f"rest_and_rivals={_bin(held)}{bool(rival)}")
            features.append(f"rest_far={_bin(max(far, held))}")
        yield Scored(aim, said, unit, features)


def _bin(share: float) -> int:
    return min(5, int(share * 5 + 0.5))


def _features(aim: Aim, said: Said, unit: Fit, in_name: float, in_clause: float, in_around: float) -> Iterator[str]:
    claim, target = said.claim, aim.target
    dice = 2 * len(aim.pairs & said.pairs) / (len(aim.pairs) + len(said.pairs) or 1)
    entity_words = _words(claim.entity)
    named = sum(word in target.indicator for word in entity_words) / (len(entity_words) or 1)
    yield f"name={_bin(in_name)}"
    yield f"clause={_bin(in_clause)}"
    yield f"around={_bin(in_around)}"
    yield f"dice={_bin(dice)}"
    yield f"entity_in_indicator={_bin(named)}"
    extra = [word for word in entity_words if word not in target.indicator and len(word) > 1]
    yield f"extra={min(2, len(extra))}"
    yield f"entity_and_name={_bin(named)}{_bin(in_name)}"
    last = _words(aim.core)[-1:] or ("",)
    yield f"head_in_entity={last[0] in claim.entity}"
    yield f"head_in_clause={last[0] in said.clause}"
    head = entity_words[-1:] or ("",)
    yield f"entity_head_in_indicator={head[0] in target.indicator}"
    if claim.entity == target.indicator or claim.entity == aim.core:
        yield "entity_is_indicator"
    if claim.action:
        yield f"action_in_indicator={claim.action in target.indicator}"
    yield f"unit={unit.kind}"
    yield f"rate={aim.is_rate},{claim.unit in ('%', '‰', '成')}"
    if aim.part:
        part = _words(aim.part)
        held = sum(word in said.clause or word in said.name for word in part) / (len(part) or 1)
        yield f"part={_bin(held)}"
    family = target.level2.removesuffix("指标")
    yield f"family={family == claim.category}"
    if "满意" in target.indicator:
        yield f"satisfaction={'满意' in said.clause}"
    growth = GROWTH.search(target.indicator) is not None
    changed = claim.change is not None or CHANGED.search(claim.action) is not None
    yield f"growth={growth},{changed},{claim.unit in ('%', '个百分点')}"
    if target.value:
        ratio = float(abs(claim.value) * unit.factor / target.value)
        size = bisect(SIZES, ratio)
        yield f"size={size}"
    else:
        yield f"size_of_zero={claim.value == 0}"
    yield f"period={_period(claim, target)}"
    yield f"qualified={bool(claim.qualifiers)}"
    yield f"origin={claim.origin}"
    yield f"planned={PLAN_WORDS.search(said.clause) is not None}"
    yield f"share={claim.action == '占'}"
    yield f"same_document={claim.doc_id == target.doc_id}"
    if "其中" in said.around:
        yield "of_which"


def _period(claim: Claim, target: Target) -> str:
    if claim.period is None or target.fiscal_year is None:
        return "unknown"
    if not claim.period.startswith(target.fiscal_year):
        return "other"
    return "whole" if claim.period == target.fiscal_year else "part"


def _by_model(
    claims: Sequence[Claim], targets: Sequence[Target], titles: Mapping[str, str], lexicon: Lexicon, model: Linear
) -> Iterator[Link]:
    aims, said = prepare(claims, targets, titles)
    scored = [(pair, model.probability(pair.features)) for pair in candidates(aims, said, lexicon)]
    for pair, sure in decide(scored, model.threshold):
        yield _link(pair.aim.target, pair.said.claim, pair.unit, sure)


def decide(scored: Sequence[tuple[Scored, float]], threshold: float) -> list[tuple[Scored, float]]:
    """The pairs that are likely enough, so that every claim answers the target it answers best.

    Figures of one sentence that are about as likely but differ leave it open which is meant, and none is taken.
    """
    best: dict[str, float] = defaultdict(float)
    for pair, sure in scored:
        claim = pair.said.claim.claim_id
        best[claim] = max(best[claim], sure)
    taken = [
        (pair, sure) for pair, sure in scored if sure >= threshold and sure >= KEEP * best[pair.said.claim.claim_id]
    ]
    by_sentence: dict[tuple[str, str, str], list[tuple[Scored, float]]] = defaultdict(list)
    for pair, sure in taken:
        by_sentence[pair.aim.target.target_id, pair.said.claim.doc_id, pair.said.claim.sentence].append((pair, sure))
    kept = []
    for group in by_sentence.values():
        top = max(sure for _, sure in group)
        first = [(pair, sure) for pair, sure in group if sure >= top - TIED]
        if len({pair.said.claim.value for pair, _ in first}) == 1:
            kept += first
    return kept
