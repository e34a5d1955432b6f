"""Whether a claim meets a target, decided on intervals, and why, in a sentence that an auditor can read.

An exact figure is a point; 余, 多, 超 and 以上 are above it, 近 and 不足 below it, 约 is around it. A target is met where the
whole interval satisfies its comparator, unmet where none of it does, else undetermined (see RECORDS, ``link``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import regex

from jixiao.measures import Fit
from jixiao.records import Approx, Budget, Claim, Target, Verdict

INFINITY = Decimal("Infinity")
NEAR = Decimal("0.05")  # how far 约 reaches on either side
SENSIBLE = Decimal(10**9)
LONGEST_QUOTE = 24
VERDICTS: dict[Verdict, str] = {"met": "已达到目标", "unmet": "未达到目标", "undetermined": "是否达到目标无法判定"}
OVERSHOOT = Decimal("1.2")  # from this share of the target on, an explanation is due
# Where less is better: costs, and what nobody wants. 成本 covers the levels 成本指标 and its kinds.
CEILING = regex.compile(
    r"成本|单价|造价|费用|经费|控制(?:数|率|额)|限额|时限|用时|耗时|办结时间|办理时间|等候|周期$|"
    r"死亡|事故|投诉|超限|闲置|流失|失业率|再犯|发案|案发|违约|逾期|差错|返工|空置|近视|辍学|受害率|成灾率|发生(?:率|数|次数|起数)|"
    r"发病|能耗|耗电|耗水|排放量|浓度|大班额|返贫|上访|信访量|舆情|损失|负债|缺口|退回率|隐患数|违法率|纠错率"
)
FLOOR = regex.compile(
    r"下降|降低|压减|减少|降幅|整改|处置|查处|控制面积|办结率|及时率|挽回|补偿|到位|覆盖|合格|节约|增长|满意|完成率|达标|执行率|开放|"
    r"督办|排查|化解|调处|处理|(?:及时|合规|合法|准确|规范|完整|真实|有效|稳定)性"
)


class Interval(NamedTuple):
    """What a printed figure may mean; an end may be left out (``open_low``, ``open_high``)."""

    low: Decimal
    high: Decimal
    open_low: bool = False
    open_high: bool = False


class Judgement(NamedTuple):
    """``ratio`` is the share of the target that was reached, None where it cannot be given (a target of 0 or in words)."""

    verdict: Verdict
    ratio: Decimal | None
    reason: str


def interval(value: Decimal, value_max: Decimal | None, approx: Approx) -> Interval:
    """What a figure may mean, by how it is printed."""
    if value_max is not None:
        return Interval(value, value_max)
    if approx == "more":
        return Interval(value, INFINITY, open_low=True)
    if approx == "less":
        return Interval(-INFINITY, value, open_high=True)
    if approx == "about":
        return Interval(value - abs(value) * NEAR, value + abs(value) * NEAR)
    return Interval(value, value)


def lower_is_better(target: Target) -> bool:
    """Whether a bare number of this target is a ceiling: costs, and what is to be kept away."""
    if target.value == 0:
        return True
    if FLOOR.search(target.indicator):
        return False
    return "成本" in target.level1 + target.level2 or CEILING.search(target.indicator) is not None


def compare(found: Interval, target: Target) -> Verdict:
    """The verdict of interval logic; ``found`` is in the target's unit. Undetermined where the target has no number."""
    if target.value is None:
        return "undetermined"
    low, high = target.value, target.value_max
    comparator = target.comparator
    if comparator == "eq":
        comparator = "le" if lower_is_better(target) else "ge"
    elif comparator == "about":
        reach = abs(low) * NEAR * 2
        if lower_is_better(target):
            comparator, low = "le", low + reach
        else:
            comparator, low = "ge", low - reach
    elif comparator == "range":
        # More than was aimed at is no failure, but for costs.
        if lower_is_better(target):
            comparator, low = "le", high if high is not None else low
        else:
            comparator = "ge"
    if comparator in ("ge", "gt"):
        strict = comparator == "gt"
        if found.low > low or (found.low == low and (not strict or found.open_low)):
            return "met"
        if found.high < low or (found.high == low and (strict or found.open_high)):
            return "unmet"
        return "undetermined"
    strict = comparator == "lt"
    if found.high < low or (found.high == low and (not strict or found.open_high)):
        return "met"
    if found.low > low or (found.low == low and (strict or found.open_low)):
        return "unmet"
    return "undetermined"


def achieved(value: Decimal, target: Target) -> Decimal | None:
    """The share of the target that was reached, to four decimals; None for a target of 0 or in words."""
    return _share(value, target.value) if target.value else None


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    """None also where the share is beyond all sense, as of a misread figure."""
    share = part / whole if whole else INFINITY
    return share.quantize(Decimal("0.0001"), ROUND_HALF_UP) if abs(share) < SENSIBLE else None


def judge(target: Target, claim: Claim, unit: Fit) -> Judgement:
    """Whether ``claim`` meets ``target``, their units going together as ``unit`` says."""
    high = claim.value_max * unit.factor if claim.value_max is not None else None
    reached = claim.value * unit.factor
    verdict = compare(interval(reached, high, claim.approx), target)
    said = f"报告称“{claim.entity}”为{_plain(claim.text)}"
    remarks = [] if claim.value_max is not None else _share_reached(target, reached, verdict)
    if unit.kind == "noted":
        remarks.append(f"报告单位为{claim.unit}，目标单位为{target.unit}，口径不同，请核对")
    elif unit.kind == "per":
        remarks.append(f"报告单位为{claim.unit}，目标单位为{target.unit}")
    if verdict == "undetermined":
        remarks.append(f"{_why_open(target, claim)}，不足以判定")
    return Judgement(verdict, achieved(reached, target), _reason(said, target, verdict, remarks))


class Computed(NamedTuple):
    """An answer computed from several figures: ``value`` in the target's unit, and how it was reached, in words.

    ``at_least``: what it was computed from need not be all.
    """

    value: Decimal
    shown: str
    at_least: bool = False


def judge_computed(target: Target, computed: Computed) -> Judgement:
    """Whether an answer that was computed meets ``target``, which has a number."""
    value = computed.value
    verdict = compare(Interval(value, INFINITY if computed.at_least else value), target)
    remarks = _share_reached(target, value, verdict)
    if verdict == "undetermined":
        remarks.append("所列事项可能不全，不足以判定")  # an exact figure is always enough for a target with a number
    return Judgement(verdict, achieved(value, target), _reason(computed.shown, target, verdict, remarks))


def _reason(said: str, target: Target, verdict: Verdict, remarks: Sequence[str]) -> str:
    wanted = f"目标为{_plain(target.text)}" if len(target.text) <= LONGEST_QUOTE else f"目标为{_figure(target)}"
    return "；".join((f"{said}，{wanted}，{VERDICTS[verdict]}", *remarks)) + "。"


def _share_reached(target: Target, reached: Decimal, verdict: Verdict) -> list[str]:
    """What share of the target that is, and a word where so much more needs a reason; nothing for rates."""
    ratio = achieved(reached, target)
    if ratio is None or ratio == 1 or target.unit in ("%", "‰"):
        return []
    share = [f"为目标的{_percent(ratio)}"]
    if ratio >= OVERSHOOT and verdict == "met" and not lower_is_better(target):
        share.append("超出两成以上，应说明原因")
    return share


def _why_open(target: Target, claim: Claim) -> str:
    if target.value is None:
        return "目标没有数值"
    return "报告用的是区间" if claim.value_max is not None else "报告用的是约数"


def judge_budget(budget: Budget, spent: Budget, *, adjusted: bool) -> Judgement:
    """Whether what was ``spent`` on an item keeps within its ``budget``; the ratio is the execution rate.

    ``adjusted``: budgets of that year were changed, so that more than an item's first budget need not be too much.
    """
    kept = spent.amount <= budget.amount
    open_still = not kept and adjusted and budget.basis == "budget"
    ratio = _share(spent.amount, budget.amount)
    basis = "调整后预算" if budget.basis == "adjusted" else "预算"
    outcome = "未超出预算" if kept else "超出年初预算" if open_still else "超出预算"
    parts = [f"“{spent.item}”实际支出{yuan(spent.amount)}，{basis}{yuan(budget.amount)}，{outcome}"]
    if ratio is not None:
        parts.append(f"执行率{_percent(ratio)}")
    if open_still:
        parts.append("年中预算有调整，该项调整后的预算未载明，是否超支无法判定")
    verdict: Verdict = "undetermined" if open_still else "met" if kept else "unmet"
    return Judgement(verdict, ratio, "；".join(parts) + "。")


def yuan(amount: Decimal) -> str:
    """1,274.00万元; below ten thousand, in 元."""
    return f"{amount / 10000:,.2f}万元" if abs(amount) >= 10000 else f"{amount:,f}元"


def _plain(text: str) -> str:
    return "".join(text.split())


def _figure(target: Target) -> str:
    return f"{target.value}{target.unit}"


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():f}%"
