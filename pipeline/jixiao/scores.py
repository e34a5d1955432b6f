"""What a target earns under the rules of self-evaluation, and whether the score that was printed follows from them.

The rules are profiles (``patterns/profiles/``), for provinces differ; a profile of one's own is a file of the same form.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import regex

from jixiao.lexicon import ScoreProfile
from jixiao.records import Target
from jixiao.verdicts import compare, interval, lower_is_better

CENT = Decimal("0.01")
LIKELY = (Decimal("0.02"), Decimal(50))
"""Shares of a target outside of which its unit is rather another one than the report's."""


class Span(NamedTuple):
    """Points that are left to whoever evaluates; both ends may be given."""

    low: Decimal
    high: Decimal


def expected(target: Target, profile: ScoreProfile) -> Decimal | Span | None:
    """The points that ``target`` earns by what its own row says was reached, to two decimals.

    None where the row has no weight or nothing to judge by: no 实际完成值, or words that no rule of the profile knows.
    """
    weight = target.weight
    if weight is None or weight <= 0:
        return None
    if target.value is None:
        return _in_words(target, weight, profile)
    reached = target.actual_value
    if reached is None or reached < 0 or target.value < 0:
        return None
    if target.value and reached and not LIKELY[0] <= reached / target.value <= LIKELY[1]:
        return None
    verdict = compare(interval(reached, None, "exact"), target)
    aim = target.value_max if target.value_max is not None and is_ceiling(target) else target.value
    share = reached / aim if aim else None
    if verdict == "met":
        if profile.overshoot is None or share is None or is_ceiling(target) or share <= profile.overshoot:
            return weight
        return Span(_points(weight * max(Decimal(0), 2 - share)), weight)
    if share is None:
        return Decimal(0)
    if is_ceiling(target):
        return _points(weight * max(Decimal(0), 2 - share)) if profile.exceeded == "linear" else Decimal(0)
    if profile.unmet == "zero" or (profile.floor is not None and share < profile.floor):
        return Decimal(0)
    return _points(weight * min(share, Decimal(1)))


def is_ceiling(target: Target) -> bool:
    """Whether the target is not to be passed, rather than to be reached."""
    if target.comparator in ("le", "lt"):
        return True
    return target.comparator in ("eq", "about", "range") and lower_is_better(target)


def agrees(printed: Decimal, rule: Decimal | Span, weight: Decimal | None) -> bool:
    """Whether a printed score follows from the rules, rounded or cut to the decimals it has.

    Full marks beside a target that was missed do not, however near they come.
    """
    exponent = printed.as_tuple().exponent
    step = Decimal(1).scaleb(min(0, exponent)) if isinstance(exponent, int) else Decimal(1)
    low, high = rule if isinstance(rule, Span) else (rule, rule)
    if weight is not None and high < weight <= printed:
        return False
    if low == weight:
        return printed == weight  # there is nothing to round
    return low - step - CENT / 2 < printed < high + step + CENT / 2  # the rules' points are rounded themselves


def _in_words(target: Target, weight: Decimal, profile: ScoreProfile) -> Span | Decimal | None:
    said = "".join((target.actual_text or "").split())
    if not said:
        return None
    for band in profile.band:
        if regex.search(band.regex, said):
            low, high = _points(weight * band.low), _points(weight * band.high)
            return low if low == high else Span(low, high)
    return None


def _points(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
