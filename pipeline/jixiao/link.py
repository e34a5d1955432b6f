"""Which claims answer which targets, and whether these are met; what was spent, and whether it was budgeted.

Claims and targets of one organisation and fiscal year are linked, be they of one document or of several. A claim in the
column 实际完成值 answers the target of its row. Of every other pair that could be meant (:mod:`jixiao.pairs`) a small linear model
says how likely the claim answers the target.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import regex

from jixiao.lexicon import Lexicon
from jixiao.linear import Linear
from jixiao.measures import COUNTED, PERSONS, measure
from jixiao.pairs import (
    CLAUSE_END,
    GROWTH,
    HALF,
    RATE,
    RATES,
    WHOLE_YEAR,
    Aim,
    Said,
    Scored,
    answers,
    candidates,
    comparable,
    counts,
    held,
    pairs_of,
    prepare,
    words_of,
)
from jixiao.records import Budget, Claim, Link, Target, Verdict
from jixiao.verdicts import VERDICTS, Computed, Judgement, judge, judge_budget, judge_computed

SURE = 1.0
MAX_OPERANDS = 12  # figures of a sentence from which an answer is computed
MAX_SENTENCES = 30  # sentences from which an answer to a target is computed, those that share most with it
COMPUTED = 0.6  # how sure such an answer is
AND = regex.compile(r"[和及与、]")
NEARLY_ALL = 0.8
BETWEEN = 2  # characters between the name of a listed thing and its figure: 青石路（1.2公里）, 青石路共1.2公里
KEEP = 0.95  # an answer that is so much less likely than a better one of the same claim is dropped
AHEAD = 0.5  # an answer is unrivalled where the next is less than half as likely,
UNRIVALLED = 0.5  # and is then taken from half of the threshold on
RESTATED = 0.5  # share of the threshold from which a claim answers that says again what another one answers with
TIED = 0.05  # likelihoods that are no farther apart are the same


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


def in_own_row(claim: Claim, target: Target) -> bool:
    """Whether ``claim`` stands in the row of ``target``, under 实际完成值."""
    if claim.doc_id != target.doc_id or target.actual_start is None or target.actual_end is None:
        return False
    return target.actual_start <= claim.start and claim.end <= target.actual_end


def own_rows(claims: Iterable[Claim], targets: Iterable[Target], lexicon: Lexicon) -> Iterator[Link]:
    """Links of the claims that stand in a target's own row, under 实际完成值."""
    by_document: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_document[claim.doc_id].append(claim)
    for target in targets:
        if target.value is None:
            continue
        inside = [claim for claim in by_document[target.doc_id] if in_own_row(claim, target)]
        for claim in inside:
            unit = comparable(claim, target, lexicon)
            if unit is not None and (len(inside) == 1 or claim.value == target.actual_value):
                yield _link(claim, target, judge(target, claim, unit), SURE)


def _link(
    claim: Claim, answered: Target | Budget, judged: Judgement, score: float, operands: tuple[str, ...] = ()
) -> Link:
    """The link of ``claim`` to what it answers; ``operands`` are the other claims' ids that a derived answer is computed from."""
    target_id, budget_id = (answered.target_id, None) if isinstance(answered, Target) else (None, answered.budget_id)
    return Link(
        link_id=f"{'+'.join((claim.claim_id, *operands))}>{target_id or budget_id}",
        claim_id=claim.claim_id,
        target_id=target_id,
        budget_id=budget_id,
        score=round(score, 3),
        method="derived" if operands else "direct",
        operands=operands,
        verdict=judged.verdict,
        ratio=judged.ratio,
        reason=judged.reason,
    )


# ---- spending and what was budgeted for it


def link_budgets(claims: Iterable[Claim], spent: Iterable[Budget], budgets: Iterable[Budget]) -> tuple[Link, ...]:
    """Claims of what was spent on an item, and the budget of that item: ``met`` where it was kept.

    ``spent`` are the amounts of the claims' own documents, ``budgets`` those of all documents of the office and year. Items go by
    their names; where an item has several amounts of one basis, it is not known which is meant, and none is taken. An adjusted
    budget goes before the first one; where only others were adjusted, more than the first is ``undetermined``.
    """
    by_place = {(claim.doc_id, claim.start, claim.end): claim for claim in claims}
    set_for: dict[tuple[str, str | None], dict[str, dict[Decimal, Budget]]] = defaultdict(lambda: defaultdict(dict))
    for one in budgets:
        if one.basis in ("adjusted", "budget"):
            set_for[item_name(one.item), one.fiscal_year][one.basis].setdefault(one.amount, one)
    adjusted = {year for (_, year), known in set_for.items() if "adjusted" in known}
    links = []
    for one in spent:
        claim = by_place.get((one.doc_id, one.start, one.end))
        if one.basis != "actual" or claim is None:
            continue
        item = item_name(one.item)
        if item == WHOLE and _of_a_part(claim, one.fiscal_year):
            continue
        known = set_for.get((item, one.fiscal_year), {})
        amounts = known.get("adjusted") or known.get("budget") or {}
        if len(amounts) != 1:
            continue
        (budget,) = amounts.values()
        links.append(_link(claim, budget, judge_budget(budget, one, adjusted=one.fiscal_year in adjusted), SURE))
    return tuple(links)


def _of_a_part(claim: Claim, year: str | None) -> bool:
    """Whether a sum is that of some months, or of what 其中 takes out of the whole."""
    printed = "".join(claim.text.split())
    return claim.period not in (None, year) or "其中" in claim.sentence.partition(printed)[0]


def item_name(item: str) -> str:
    """An item's name as it is compared: the whole department's budget and its spending are one item."""
    bare = ITEM_EDGE.sub("", "".join(item.split()))
    return WHOLE if bare in WHOLES else bare


ITEM_EDGE = regex.compile(r"^其中[:：]?|[“”\"]|(?:预算|经费)?(?:总额|合计)$")
WHOLE = "部门"
WHOLES = frozenset(("部门预算", "部门支出", "部门", "年度预算", "本年支出", "支出"))


# ---- what the model says


def _by_model(
    claims: Sequence[Claim], targets: Sequence[Target], titles: Mapping[str, str], lexicon: Lexicon, model: Linear
) -> Iterator[Link]:
    aims, said = prepare(claims, targets, titles, lexicon)
    scored = [(pair, model.probability(pair.features)) for pair in candidates(aims, said, lexicon)]
    taken = decide(scored, model.threshold)
    # In a sentence that answers by one figure nothing is computed, unless from that very figure: a part is no whole.
    single: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for pair, _ in taken:
        target, claim = pair.aim.target, pair.said.claim
        if claim.origin == "prose":
            single[target.target_id, claim.doc_id, claim.sentence].add(claim.claim_id)
    where = {one.claim.claim_id: (one.claim.doc_id, one.claim.sentence) for one in said}
    computed = [
        one
        for one in derived([aim for aim in aims if aim.target.value is not None], said, lexicon)
        if single.get((one.target_id or "", *where[one.claim_id]), set()) <= {one.claim_id, *one.operands}
    ]
    parts = {(claim_id, one.target_id) for one in computed for claim_id in (one.claim_id, *one.operands)}
    for pair, sure in taken:
        target, claim = pair.aim.target, pair.said.claim
        if (claim.claim_id, target.target_id) not in parts:
            yield _link(claim, target, judge(target, claim, pair.unit), sure)
    yield from computed
    yield from effects(aims, said, lexicon)
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
    return kept + _restated(scored, kept, threshold)


def _restated(
    scored: Sequence[tuple[Scored, float]], kept: Sequence[tuple[Scored, float]], threshold: float
) -> list[tuple[Scored, float]]:
    """The pairs of claims that state the same fact as one that answers the target, where they are half as likely as is asked
    or stand under the indicator's very name."""
    facts = {fact for pair, _ in kept for fact in _facts(pair)}
    known = {(pair.aim.target.target_id, pair.said.claim.claim_id) for pair, _ in kept}
    return [
        (pair, sure)
        for pair, sure in scored
        if (sure >= threshold * RESTATED or pair.said.claim.column in (pair.aim.target.indicator, pair.aim.core))
        and (pair.aim.target.target_id, pair.said.claim.claim_id) not in known
        and any(fact in facts for fact in _facts(pair))
    ]


def _facts(pair: Scored) -> Iterator[tuple[str, ...]]:
    """What a claim says of a target, as it is compared: the fact, and the value that it gives the indicator by its name, in a
    sentence or under the head of a column."""
    target, claim = pair.aim.target, pair.said.claim
    yield target.target_id, claim.same_as or claim.claim_id
    named = claim.column or claim.entity
    if named and target.indicator.endswith(named):
        yield target.target_id, str(claim.value), claim.unit


# ---- effects


def effects(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Link]:
    """Answers to targets for an effect in per cent (有效化解纠纷, 90%): the only rate of a sentence that tells all of the effect,
    whatever the rate itself is called (调解成功率); a share of something (占) is none."""
    rates: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for one in said:
        if one.claim.origin == "prose" and one.claim.unit in RATES:
            rates[one.claim.doc_id, one.claim.sentence].append(one)
    alone = [group[0] for group in rates.values() if len(group) == 1 and group[0].claim.action != "占"]
    for aim in aims:
        if aim.is_rate or aim.target.value is None or aim.target.unit not in RATES or GROWTH.search(aim.core):
            continue
        subject = {word: worth for word, worth in aim.words.items() if len(word) > 1 and word not in SAYING_LITTLE}
        if len(subject) < 2:
            continue
        found = [
            one
            for one in alone
            if answers(one, aim.target) and one.claim.change is None and held(subject, one.sentence) == 1.0
        ]
        if len({one.claim.value for one in found}) == 1:  # else it is open which is meant
            for one in found:
                if (unit := comparable(one.claim, aim.target, lexicon)) is not None:
                    yield _link(one.claim, aim.target, judge(aim.target, one.claim, unit), COMPUTED)


SAYING_LITTLE = frozenset("有效 显著 明显 不断 持续 进一步 切实 逐步 充分 得到 有所 较好 良好".split())


# ---- deadlines


def deadlines(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Link]:
    """Answers to targets that are a date (10月底前): so many days late or early, in a sentence that has the indicator's words."""
    told = [one for one in said if measure(one.claim.unit, lexicon).dimension in ("time", "calendar", "day")]
    late_or_early = [(one, match) for one in told if (match := MOVED.search(one.clause)) is not None]
    for aim in aims:
        subject = {w: worth for w, worth in aim.words.items() if len(w) > 1 and w not in TIMING} or aim.words
        shares = [(held(subject, one.wide), one, match) for one, match in late_or_early]
        best = max((share for share, _, _ in shares), default=0.0)
        if best < HALF:
            continue
        for share, one, match in shares:
            if share == best:
                late = match["late"] is not None
                shown = (
                    f"报告称比时限{match[0]}{''.join(one.claim.text.split())}，目标为{''.join(aim.target.text.split())}"
                )
                verdict: Verdict = "unmet" if late else "met"
                judged = Judgement(verdict, None, f"{shown}，{VERDICTS[verdict]}。")
                yield _link(one.claim, aim.target, judged, COMPUTED)


MOVED = regex.compile(r"(?P<late>晚|推迟|延迟|延后|滞后|逾期|超期)(?:了)?|(?:提前|提早|早)(?:了)?(?!晚)")
TIMING = frozenset("时间 完成 完工 时限 日期 期限 按期 按时".split())


# ---- answers that are computed from several figures


def derived(aims: Sequence[Aim], said: Sequence[Said], lexicon: Lexicon) -> Iterator[Link]:
    """Answers that one sentence gives by several figures: a rate by its two counts, a total by the things that the indicator
    names, a count by the things that it lists. Only where there is just one way to compute it."""
    sentences: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for one in said:
        if one.claim.origin == "prose":
            sentences[one.claim.doc_id, one.claim.sentence].append(one)
    wanted = frozenset().union(*(aim.pairs for aim in aims))
    groups = sorted(
        (group for group in sentences.values() if 1 < len(group) <= MAX_OPERANDS),
        key=lambda group: (group[0].claim.doc_id, group[0].claim.start),
    )
    holders: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for pair in wanted & pairs_of(group[0].wide):
            holders[pair].append(number)
    found: list[tuple[Aim, Way]] = []
    for aim in aims:
        shared = Counter(number for pair in aim.pairs for number in holders.get(pair, ()))
        nearest = sorted(shared, key=lambda number: (-shared[number], number))[:MAX_SENTENCES]
        in_order = [groups[number] for number in sorted(nearest)]
        ways = [way for group in in_order for way in _ways(aim, group, lexicon)]
        top = max((way.worth for way in ways), default=0.0)
        ways = [way for way in ways if way.worth > top - CLEARLY]
        if len({way.computed.value for way in ways}) == 1:
            found += ((aim, way) for way in {way.sentence: way for way in reversed(ways)}.values())
    best: dict[tuple[str, ...], float] = {}
    for _, way in found:
        best[way.ids] = max(best.get(way.ids, way.worth), way.worth)
    for aim, way in found:
        if way.worth == best[way.ids]:
            first, *others = way.operands
            judged = judge_computed(aim.target, way.computed)
            yield _link(first, aim.target, judged, COMPUTED, tuple(operand.claim_id for operand in others))


CLEARLY = 0.2


class Way(NamedTuple):
    """An answer that can be computed, and the claims whose figures it is computed from."""

    computed: Computed
    operands: tuple[Claim, ...]
    worth: float

    @property
    def sentence(self) -> tuple[str, str]:
        return self.operands[0].doc_id, self.operands[0].sentence

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.claim_id for one in self.operands)


def _subject(aim: Aim) -> Mapping[str, float]:
    """The indicator's words without the last one, which says how it is counted; all of them where nothing else is left."""
    return {w: worth for w, worth in aim.words.items() if len(w) > 1 and not aim.core.endswith(w)} or aim.words


def _clauses(sentence: str, at: int, behind: int) -> tuple[int, int]:
    """Where the clause of ``sentence[at]`` begins, and where that of ``sentence[behind]`` ends."""
    begin = max((mark.end() for mark in CLAUSE_END.finditer(sentence, 0, at)), default=0)
    ending = CLAUSE_END.search(sentence, behind)
    return begin, ending.start() if ending else len(sentence)


def _ways(aim: Aim, group: Sequence[Said], lexicon: Lexicon) -> Iterator[Way]:
    """How the figures of one sentence give what the target counts: the value in the target's unit, the figures, and in words."""
    rises = GROWTH.search(aim.core) is not None  # 油耗下降0.3升 says nothing of 碳排放下降率
    topic = held(_subject(aim), group[0].wide)
    if rises and topic < NEARLY_ALL:
        return
    known = [one for one in group if counts(one, aim.target) and one.claim.value > 0 and one.claim.approx == "exact"]
    told = [one for one in known if not one.budgeted]
    if aim.target.unit in ("%", "％"):
        yield from _rates(aim, known, lexicon)
        return
    if topic >= HALF:
        yield from _totals(aim, told, topic, lexicon)
        yield from _listed(aim, told, topic, lexicon)
    yield from _sums(aim, group, told, topic, lexicon)


def _rates(aim: Aim, told: Sequence[Said], lexicon: Lexicon) -> Iterator[Way]:
    """调解案件895件，调解成功51件: the whole, and behind it the part of which it tells what the rate is named by."""
    pairs = [
        (worth, whole, part)
        for number, part in enumerate(told)
        if not part.budgeted and part.claim.unit not in RATES and PRINTED.match(part.sentence, part.behind) is None
        for whole in told[:number]
        if (worth := _worth(aim, whole, part, told, lexicon)) >= LIKELY
    ]
    top = max((worth for worth, _, _ in pairs), default=0.0)
    for worth, whole, part in pairs:
        if worth == top:
            value = _rate(whole, part).quantize(Decimal("0.01"))
            shown = f"按报告的{_text(part)}、{_text(whole)}计算，{aim.target.indicator}为{value}%"
            yield Way(Computed(value, shown), (part.claim, whole.claim), worth)


# Behind a part, the rate itself: 合格95批次，合格率98.96%; 满意的456份，占95%.
PRINTED = regex.compile(r"[^。；]{0,30}?(?:占|率|比例|度|面)[^，。；]{0,14}?\d[\d.]*[%％]")
REST = regex.compile(r"其余|其他|剩下|剩余|余下|另|还有|未|没|不")
RETURNED = regex.compile(
    r"收回|回收|接通|有效(?:问卷|答卷|样本)"
)  # of 500 asked 480 answered, and of these 456 are a part
# What speaks for two counts giving a rate, as weighed once by a logistic regression on the annotated reports and rounded; training
# does not make these. That the rate comes near the target is no evidence: what is missed would be found less than what is met.
TO_BEGIN_WITH = -3.5
NEVER = float("-inf")
ALL_WORDS, SUBJECT = 1.9, 1.2  # the indicator's words about both figures, and those of its subject
LETTERS, NEW_LETTERS = 1.0, 0.9  # its characters behind the whole, and those that do not stand before it
RESULT, LAST_LETTER = 1.0, 0.8  # a word for what the rate is named by, its last character
REMAINDER = 0.7  # what is told of the rest
BETWEEN_THEM, OTHER_RATE, MONEY, NOT_ASKED, RIVAL = -1.6, -1.0, -0.8, -1.6, -0.6
LIKELY = -0.8


def _rate(whole: Said, part: Said) -> Decimal:
    return part.claim.value / whole.claim.value * 100


def _same_measure(one: Claim, other: Claim, lexicon: Lexicon) -> bool:
    """Whether both count the same: 人 and 名, but not 人 and 人次."""
    a, b = measure(one.unit, lexicon), measure(other.unit, lexicon)
    return one.unit == other.unit or (a.dimension in COUNTED and a.dimension == b.dimension)


def _worth(aim: Aim, whole: Said, part: Said, told: Sequence[Said], lexicon: Lexicon) -> float:
    """How much speaks for ``part`` of ``whole`` being the rate that the target asks for."""
    wanted = aim.target.value
    if not wanted or not _same_measure(part.claim, whole.claim, lexicon):
        return NEVER
    if part.claim.value > whole.claim.value or _rate(whole, part) < wanted * OF_SOMETHING_ELSE:
        return NEVER
    sentence = part.sentence
    begin, stop = _clauses(sentence, whole.at, part.behind)
    around, behind, before = sentence[begin:stop], sentence[whole.behind : stop], sentence[: whole.behind]
    named = RATE.sub("", aim.core)
    words = next((term.told.split() for term in lexicon.targets.result if term.name in named), [named[-2:]])
    new = [letter for letter in named if letter not in before]
    rest = whole.claim.value - part.claim.value
    others = [one for one in told if one.at > whole.at and one is not part]
    if any(one.at < part.at and RETURNED.search(one.clause) for one in others):
        return NEVER
    worth = TO_BEGIN_WITH + ALL_WORDS * held(aim.words, around) + SUBJECT * held(_subject(aim), around)
    worth += LETTERS * sum(letter in behind for letter in named) / len(named or "-")
    worth += NEW_LETTERS * (sum(letter in behind for letter in new) / len(new) if new else HALF)
    worth += RESULT * any(word in behind for word in words) + LAST_LETTER * (named[-1:] in behind)
    worth += REMAINDER * (
        REST.match(sentence, stop + 1) is not None or any(one.claim.value == rest > 0 for one in others)
    )
    worth += BETWEEN_THEM * min(2, sum(one.at < part.at for one in others))
    worth += OTHER_RATE * any(one.claim.unit in RATES for one in others)
    worth += MONEY * (part.claim.unit == "元")
    worth += NOT_ASKED * (("满意" in named) != ("满意" in behind or "好评" in behind))
    return worth + RIVAL * min(3, sum(word in around for word in aim.rivals))


OF_SOMETHING_ELSE = Decimal("0.3")  # of the target: a rate below is that of another part


def _totals(aim: Aim, told: Sequence[Said], topic: float, lexicon: Lexicon) -> Iterator[Way]:
    """孤儿9人，事实无人抚养儿童38人, for a target of 孤儿和事实无人抚养儿童: every thing it names is counted once."""
    names = [name for name in AND.split(aim.core) if len(name) > 1]
    if len(names) < 2:
        return
    parts = []
    for name in names:
        heads = words_of(name)
        found = [
            one for one in told if heads and all(word in one.clause for word in heads[:1]) and heads[0] in one.name
        ]
        units = [(one, unit) for one in found if (unit := comparable(one.claim, aim.target, lexicon)) is not None]
        if len(units) != 1:
            return
        parts.append(units[0])
    if len({one.claim.claim_id for one, _ in parts}) == len(names):
        value = sum((one.claim.value * unit.factor for one, unit in parts), Decimal(0))
        if any(one.claim.value == sum(part.claim.value for part, _ in parts) for one in told):
            return  # the total is printed
        shown = f"报告的{'、'.join(_text(one) for one, _ in parts)}合计{value.normalize():f}{aim.target.unit}"
        yield Way(Computed(value, shown), tuple(one.claim for one, _ in parts), topic)


def _sums(aim: Aim, group: Sequence[Said], told: Sequence[Said], topic: float, lexicon: Lexicon) -> Iterator[Way]:
    """普通图书3,100册、少儿绘本1,240册, for a target of 4,000册: figures of one measure side by side, none of which is enough.

    They are all of that measure in the sentence, so that none is the whole of which others are parts.
    """
    wanted = aim.target.value
    same = [
        one for one in group if (unit := comparable(one.claim, aim.target, lexicon)) is not None and unit.factor == 1
    ]
    if not wanted or not 1 < len(same) <= MOST_PARTS or any(one not in told for one in same):
        return
    if any(one.claim.unit != aim.target.unit for one in same) or aim.target.unit == "元":
        return
    first, last = same[0], same[-1]
    around = first.sentence[slice(*_clauses(first.sentence, first.at, last.behind))]
    between = first.sentence[first.behind : last.at]
    total = sum((one.claim.value for one in same), Decimal(0))
    most = max(one.claim.value for one in same)
    if NO_SUM.search(around) or len(between) > FAR_APART * (len(same) - 1):
        return
    if not LEAST_SUM <= total / wanted <= MOST_SUM or most / wanted >= ENOUGH:
        return
    letters = sum(letter in first.wide for letter in aim.core) / len(aim.core or "-")
    if letters < LETTERS_OF_SUM:
        return
    shown = f"报告的{'、'.join(map(_text, same))}合计{total.normalize():f}{aim.target.unit}"
    yield Way(Computed(total, shown), tuple(one.claim for one in same), topic + letters)


MOST_PARTS = 4
LEAST_SUM, MOST_SUM = Decimal("0.5"), Decimal(3)  # of the target: what is less or more sums up something else
ENOUGH = Decimal("0.85")  # of the target: such a figure answers by itself
FAR_APART = 24
LETTERS_OF_SUM = 0.5
NO_SUM = regex.compile(r"其中|比|少|差|剩|未|占|共|合计|总|每|里有|中[，,有]|满意|通过|收到|采纳|结案|另")


def _listed(aim: Aim, told: Sequence[Said], topic: float, lexicon: Lexicon) -> Iterator[Way]:
    """青石路1.2公里、柳荫路0.8公里, for a target of so many 改造道路: things named one by one, each with a figure of one measure.

    What is listed need not be all there is, so that the count is the least it can be.
    """
    if measure(aim.target.unit, lexicon).dimension not in COUNTED - PERSONS:
        return
    by_unit: dict[str, dict[str, Said]] = defaultdict(dict)
    for one in told:
        name = one.claim.entity
        if not aim.core.endswith(name[-1:] or "?") or comparable(one.claim, aim.target, lexicon) is not None:
            continue
        at = one.claim.sentence.find("".join(one.claim.text.split()))
        if name in one.claim.sentence[max(0, at - len(name) - BETWEEN) : max(0, at)]:
            by_unit[one.claim.unit].setdefault(name, one)
    for items in by_unit.values():
        head = _ending(items)
        if len(items) > 1 and head and aim.core.endswith(head) and head not in items:
            operands = tuple(one.claim for one in items.values())
            shown = f"报告列出{'、'.join(map(_text, items.values()))}，至少{len(items)}{aim.target.unit}"
            yield Way(Computed(Decimal(len(items)), shown, at_least=True), operands, topic)


def _ending(names: Iterable[str]) -> str:
    """What all the names end with."""
    name, *others = names
    return next((name[i:] for i in range(len(name)) if all(other.endswith(name[i:]) for other in others)), "")


def _text(one: Said) -> str:
    return f"“{one.claim.entity}{''.join(one.claim.text.split())}”"
