"""Which claims answer which targets, and whether these are met.

Claims and targets of one organisation and fiscal year are linked, be they of one document or of several. A claim in the
column 实际完成值 answers the target of its row. Every other pair that could be meant (units that can be compared, a word in
common) is described by features, of which a small linear model says how likely the claim answers the target. That the
values are equal is none of the features: it is no evidence.
"""

from __future__ import annotations

import functools
import unicodedata
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
from jixiao.measures import Fit, fit, measure
from jixiao.records import Budget, Claim, Link, SectionLabel, Target
from jixiao.verdicts import judge, judge_budget

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
AIM_AFTER = regex.compile(
    r"[≤≥<>＜＞]|(?:左右|以上|以内|以下)?的?(?:年度|全年|年初|国家|规定|考核|法定|承诺|省|市|县)*"
    r"(?:目标|任务|要求|标准|限额|上限|计划|指标|控制|时限|预算)"
)
SAME = {"满意率": "满意度", "占比": "比例", "比重": "比例", "用时": "时间"}  # words for one thing
WORTHLESS = frozenset("的 和 与 及 及其 等 对 在 为 了 或 以 中 上 下 内 年 各 类".split())
SIZES = (0.001, 0.1, 0.3, 0.6, 0.85, 1.5, 2.5, 6.0)  # shares of a target between which an answer may be as likely
STEPS = (0.1, 0.3, 0.5, 0.7, 0.9)
HALF = 0.5
MAX_OPERANDS = 12  # figures of a sentence from which an answer is computed
COMPUTED = 0.6  # how sure such an answer is
AND = regex.compile(r"[和及与、]")
RATES = frozenset(("%", "‰", "成"))
WHOLE_YEAR = "whole"
KEEP = 0.95  # an answer that is so much less likely than a better one of the same claim is dropped
AHEAD = 0.5  # an answer is unrivalled where the next is less than half as likely,
UNRIVALLED = 0.5  # and is then taken from half of the threshold on
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

    ``clause`` is what stands around the figure between two commas, ``near`` has the clause before and the section's title too,
    ``wide`` the whole sentence and the one that was told from before it. ``telling`` are the words of targets in ``wide``.
    ``past``: the figure is introduced as that of an earlier year, ``aimed``: as what was to be reached.
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
    years and those in words are not linked, but for dates that the report says it missed or was ahead of.
    """
    if not targets:
        return ()
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


# ---- spending and what was budgeted for it


def link_budgets(claims: Iterable[Claim], spent: Iterable[Budget], budgets: Iterable[Budget]) -> tuple[Link, ...]:
    """Claims of what was spent on an item, and the budget of that item: ``met`` where it was kept.

    ``spent`` are the amounts of the claims' own documents, ``budgets`` those of all documents of the office and year. Items go by
    their names; where an item has several amounts of one basis, it is not known which is meant, and none is taken. An adjusted
    budget goes before the first one.
    """
    by_place = {(claim.doc_id, claim.start, claim.end): claim for claim in claims}
    set_for: dict[tuple[str, str | None], dict[str, dict[Decimal, Budget]]] = defaultdict(lambda: defaultdict(dict))
    for one in budgets:
        if one.basis in ("adjusted", "budget"):
            set_for[item_name(one.item), one.fiscal_year][one.basis].setdefault(one.amount, one)
    links = []
    for one in spent:
        claim = by_place.get((one.doc_id, one.start, one.end))
        if one.basis != "actual" or claim is None:
            continue
        known = set_for.get((item_name(one.item), one.fiscal_year), {})
        amounts = known.get("adjusted") or known.get("budget") or {}
        if len(amounts) != 1:
            continue
        (budget,) = amounts.values()
        judged = judge_budget(budget, one)
        links.append(
            Link(
                link_id=f"{claim.claim_id}>{budget.budget_id}",
                claim_id=claim.claim_id,
                target_id=None,
                budget_id=budget.budget_id,
                score=SURE,
                method="direct",
                operands=(),
                verdict=judged.verdict,
                reason=judged.reason,
                ratio=judged.ratio,
            )
        )
    return tuple(links)


def item_name(item: str) -> str:
    """An item's name as it is compared: the whole department's budget and its spending are one item."""
    bare = ITEM_EDGE.sub("", "".join(item.split()))
    return WHOLE if bare in WHOLES else bare


ITEM_EDGE = regex.compile(r"^其中[:：]?|[“”\"]|(?:预算|经费)?(?:总额|合计)$")
WHOLE = "部门"
WHOLES = frozenset(("部门预算", "部门支出", "部门", "年度预算", "本年支出", "支出"))


# ---- what is compared


def prepare(
    claims: Sequence[Claim], targets: Sequence[Target], titles: Mapping[str, str], lexicon: Lexicon
) -> tuple[list[Aim], list[Said]]:
    """Targets and claims made ready for comparison; of targets, those that a figure of the year can answer."""
    wanted = [t for t in targets if t.fiscal_year is not None and (t.value is not None or DEADLINE.search(t.text))]
    split = [_split(t.indicator) for t in wanted]
    words = [set(_words(core + part)) for core, part in split]
    common = Counter(word for some in words for word in some)
    verbs = frozenset(lexicon.phrases.action.split())
    telling = [word for word in common if len(word) > 1 and word not in COMMON and word not in verbs]
    aims = []
    for target, (core, part), some in zip(wanted, split, words, strict=True):
        worth = {
            word: (0.3 if word in COMMON else 1.0) * min(len(word), 3) * log(1 + (1 + len(wanted)) / common[word])
            for word in some
        }
        rivals = frozenset(word for word in telling if word not in target.indicator)
        aims.append(Aim(target, worth, core, part, _pairs(core), RATE.search(target.indicator) is not None, rivals))
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
def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in rjieba.cut(text, False) if word not in WORTHLESS and not regex.match(r"\W+$", word))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


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
    return Said(
        claim,
        _alike(claim.entity + claim.action + (claim.column or "")),
        clause,
        near,
        wide,
        _pairs(_alike(claim.entity)),
        _pairs(clause),
        _pairs(near),
        frozenset(word for word in telling if word in wide),
        begun or last_year is not None,
        aimed is not None or (claim.column is not None and AIMED_COLUMN.search(claim.column) is not None),
    )


def candidates(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Scored]:
    """The pairs that could be meant, with their features: figures that can be compared, told as done, with a word in common."""
    holders: dict[str, set[int]] = defaultdict(set)
    for number, one in enumerate(said):
        for pair in _pairs(one.name) | one.near_pairs:
            holders[pair].add(number)
    for aim in aims:
        if aim.target.value is None:
            continue
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
    if claim.period is not None and target.fiscal_year is not None and claim.period[:4] > target.fiscal_year:
        return False  # a plan
    return not (claim.doc_id == target.doc_id and target.start <= claim.start < target.end)


def _describe(aim: Aim, pool: Sequence[tuple[Said, Fit]]) -> Iterator[Scored]:
    """The pairs of a target with their features, some of which set a claim beside the others."""
    rest = {word: worth for word, worth in aim.words.items() if not aim.core.endswith(word)}
    rows = []
    for said, unit in pool:
        shares = {
            "name": _held(aim.words, said.name),
            "clause": _held(aim.words, said.clause),
            "around": _held(aim.words, said.near),
            "wide": _held(aim.words, said.wide),
            "rest": _held(rest, said.near),
            "rest_wide": _held(rest, said.wide),
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
        features.append(f"rivals={min(3, sum(word in said.clause for word in rivals))}")
        features.append(f"rivals_named={min(2, sum(word in said.name for word in rivals))}")
        if rest and shares["rest_wide"] < HALF:
            features.append(f"rivals_instead={min(2, len(rivals))}")
        yield Scored(aim, said, unit, features)


def _held(words: Mapping[str, float], text: str) -> float:
    """The share of ``words`` that ``text`` has, by worth; 1 if there are none."""
    whole = sum(words.values())
    return sum(worth for word, worth in words.items() if word in text) / whole if whole else 1.0


def _steps(name: str, share: float) -> list[str]:
    """A share as the steps that it has taken, so that a weight stands for a step."""
    return [f"{name}>{limit}" for limit in STEPS if share > limit]


def _features(aim: Aim, said: Said, unit: Fit) -> Iterator[str]:
    claim, target = said.claim, aim.target
    words = _words(claim.entity)
    yield from _steps("dice", 2 * len(aim.pairs & said.pairs) / (len(aim.pairs) + len(said.pairs) or 1))
    yield from _steps("entity_in_indicator", sum(word in target.indicator for word in words) / (len(words) or 1))
    extra = sum(len(word) > 1 and word not in target.indicator for word in words)
    yield f"extra={min(2, extra)},{aim.is_rate}"
    last = _words(aim.core)[-1:] or ("",)
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
    if aim.part:
        part = _words(aim.part)
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


def _period(claim: Claim, target: Target) -> str:
    if claim.period is None or target.fiscal_year is None:
        return "unknown"
    if not claim.period.startswith(target.fiscal_year):
        return "other"
    return WHOLE_YEAR if claim.period == target.fiscal_year else "part"


def _by_model(
    claims: Sequence[Claim], targets: Sequence[Target], titles: Mapping[str, str], lexicon: Lexicon, model: Linear
) -> Iterator[Link]:
    aims, said = prepare(claims, targets, titles, lexicon)
    scored = [(pair, model.probability(pair.features)) for pair in candidates(aims, said, lexicon)]
    answered = set()
    for pair, sure in decide(scored, model.threshold):
        if sure >= COMPUTED:
            answered.add(pair.aim.target.target_id)
        yield _link(pair.aim.target, pair.said.claim, pair.unit, sure)
    open_still = [aim for aim in aims if aim.target.target_id not in answered]
    yield from derived([aim for aim in open_still if aim.target.value is not None], said, lexicon)
    yield from deadlines([aim for aim in aims if aim.target.value is None], said, lexicon)


def decide(scored: Sequence[tuple[Scored, float]], threshold: float) -> list[tuple[Scored, float]]:
    """The pairs that are likely enough, so that every claim answers the target it answers best.

    Figures of one sentence that are about as likely but differ leave it open which is meant, and none is taken.
    """
    best: dict[str, float] = defaultdict(float)
    rivals: dict[str, list[float]] = defaultdict(list)
    for pair, sure in scored:
        claim = pair.said.claim.claim_id
        best[claim] = max(best[claim], sure)
        rivals[pair.aim.target.target_id].append(sure)
    for of_target in rivals.values():
        of_target.sort(reverse=True)

    def enough(pair: Scored, sure: float) -> bool:
        others = rivals[pair.aim.target.target_id]
        alone = sure == others[0] and (len(others) == 1 or others[1] < sure * AHEAD)
        named = f"rest_wide>{HALF}" in pair.features
        return sure >= threshold * (UNRIVALLED if alone and named else 1.0)

    taken = [
        (pair, sure) for pair, sure in scored if enough(pair, sure) and sure >= KEEP * best[pair.said.claim.claim_id]
    ]
    by_sentence: dict[tuple[str, str, str], list[tuple[Scored, float]]] = defaultdict(list)
    for pair, sure in taken:
        by_sentence[pair.aim.target.target_id, pair.said.claim.doc_id, pair.said.claim.sentence].append((pair, sure))
    kept = []
    for group in by_sentence.values():
        if any(f"period={WHOLE_YEAR}" in pair.features for pair, _ in group):  # 2022: 702, 2023: 936
            group = [(pair, sure) for pair, sure in group if "period=other" not in pair.features]
        top = max(sure for _, sure in group)
        first = [(pair, sure) for pair, sure in group if sure >= top - TIED]
        if len({pair.said.claim.value for pair, _ in first}) == 1:
            kept += first
    return kept


# ---- deadlines


def deadlines(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Link]:
    """Answers to targets that are a date (10月底前): so many days late or early, in a sentence that has the indicator's words."""
    told = [one for one in said if measure(one.claim.unit, lexicon).dimension in ("time", "calendar", "day")]
    late_or_early = [(one, match) for one in told if (match := MOVED.search(one.clause)) is not None]
    for aim in aims:
        subject = {w: worth for w, worth in aim.words.items() if len(w) > 1 and w not in TIMING} or aim.words
        shares = [(_held(subject, one.wide), one, match) for one, match in late_or_early]
        best = max((share for share, _, _ in shares), default=0.0)
        if best < HALF:
            continue
        for share, one, match in shares:
            if share == best:
                late = match["late"] is not None
                shown = (
                    f"报告称比时限{match[0]}{''.join(one.claim.text.split())}，目标为{''.join(aim.target.text.split())}"
                )
                yield Link(
                    link_id=f"{one.claim.claim_id}>{aim.target.target_id}",
                    claim_id=one.claim.claim_id,
                    target_id=aim.target.target_id,
                    budget_id=None,
                    score=COMPUTED,
                    method="direct",
                    operands=(),
                    verdict="unmet" if late else "met",
                    reason=f"{shown}，{'未达到目标' if late else '已达到目标'}。",
                )


DEADLINE = regex.compile(r"\d{1,2}月|\d{1,2}日|季度|年底|月底|汛期|开学")
MOVED = regex.compile(r"(?P<late>晚|推迟|延迟|延后|滞后|逾期|超期)(?:了)?|(?:提前|提早|早)(?:了)?(?!晚)")
TIMING = frozenset("时间 完成 完工 时限 日期 期限 按期 按时".split())


# ---- answers that are computed from several figures


def derived(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Link]:
    """Answers that one sentence gives by several figures: a rate by its two counts, a total by the things that the indicator
    names. Only where there is just one way to compute it."""
    sentences: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for one in said:
        if one.claim.origin == "prose":
            sentences[one.claim.doc_id, one.claim.sentence].append(one)
    holders: dict[str, list[list[Said]]] = defaultdict(list)
    for group in sentences.values():
        if 1 < len(group) <= MAX_OPERANDS:
            for pair in _pairs(group[0].wide):
                holders[pair].append(group)
    for aim in aims:
        seen: dict[int, list[Said]] = {}
        for pair in aim.pairs:
            seen.update((id(group), group) for group in holders.get(pair, ()))
        ways = [way for group in seen.values() for way in _ways(aim, group, lexicon)]
        values = {way[0] for way in ways}
        if len(values) == 1:
            value, operands, computed = ways[0]
            judged = judge(aim.target, operands[0], Fit("same", Decimal(1)), value, computed)
            first, *others = (operand.claim_id for operand in operands)
            yield Link(
                link_id=f"{'+'.join((first, *others))}>{aim.target.target_id}",
                claim_id=first,
                target_id=aim.target.target_id,
                budget_id=None,
                score=COMPUTED,
                method="derived",
                operands=tuple(others),
                verdict=judged.verdict,
                reason=judged.reason,
                ratio=judged.ratio,
            )


Way = tuple[Decimal, tuple[Claim, ...], str]


def _ways(aim: Aim, group: Sequence[Said], lexicon: Lexicon) -> Iterator[Way]:
    """How the figures of one sentence give what the target counts: the value in the target's unit, the figures, and in words."""
    subject = {w: worth for w, worth in aim.words.items() if len(w) > 1 and not aim.core.endswith(w)} or aim.words
    if _held(subject, group[0].wide) < HALF:
        return
    told = [one for one in group if answers(one, aim.target) and one.claim.value > 0 and one.claim.approx == "exact"]
    if aim.is_rate and aim.target.unit in ("%", "％"):
        yield from _rates(aim, told)
    else:
        yield from _totals(aim, told, lexicon)


def _rates(aim: Aim, told: Sequence[Said]) -> Iterator[Way]:
    """调解案件895件，调解成功51件: the part bears the word that the rate is named by, the whole stands before it."""
    result = RATE.sub("", aim.core)[-2:]
    if any(one.claim.unit in RATES and result in one.clause for one in told):
        return  # the rate is printed
    for part in told:
        if result not in part.clause:
            continue
        wholes = [
            one
            for one in told
            if one.claim.unit == part.claim.unit
            and one.claim.start < part.claim.start
            and one.claim.value >= part.claim.value
        ]
        if wholes:
            whole = wholes[-1]
            value = (part.claim.value / whole.claim.value * 100).quantize(Decimal("0.01"))
            shown = f"按报告的{_text(part)}、{_text(whole)}计算，{aim.target.indicator}为{value}%"
            yield value, (part.claim, whole.claim), shown


def _totals(aim: Aim, told: Sequence[Said], lexicon: Lexicon) -> Iterator[Way]:
    """孤儿9人，事实无人抚养儿童38人, for a target of 孤儿和事实无人抚养儿童: every thing it names is counted once."""
    names = [name for name in AND.split(aim.core) if len(name) > 1]
    if len(names) < 2:
        return
    parts = []
    for name in names:
        heads = _words(name)
        found = [
            one for one in told if heads and all(word in one.clause for word in heads[:1]) and heads[0] in one.name
        ]
        units = [(one, unit) for one in found if (unit := comparable(one.claim, aim.target, lexicon)) is not None]
        if len(units) != 1:
            return
        parts.append(units[0])
    if len({one.claim.claim_id for one, _ in parts}) == len(names):
        value = sum((one.claim.value * unit.factor for one, unit in parts), Decimal(0))
        shown = f"报告的{'、'.join(_text(one) for one, _ in parts)}合计{value.normalize():f}{aim.target.unit}"
        yield value, tuple(one.claim for one, _ in parts), shown


def _text(one: Said) -> str:
    return f"“{one.claim.entity}{''.join(one.claim.text.split())}”"
