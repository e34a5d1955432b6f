"""What may be compared with what: units by dimension, and values brought from one unit into another."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import NamedTuple

from jixiao.lexicon import Lexicon

# Dimensions of things that are counted one by one; 处 and 个, 场 and 期 may count the same.
COUNTED = frozenset(
    (
        "person",
        "person-time",
        "household",
        "count",
        "institution",
        "occasion",
        "document",
        "equipment",
        "facility",
        "animal-plant",
        "team",
        "teaching",
        "medical",
        "place",
        "group",
        "container",
    )
)
PERSONS = frozenset(("person", "person-time", "household"))
MINUTES = {
    "分钟": 1,
    "小时": 60,
    "个小时": 60,
    "天": 1440,
    "日": 1440,
    "个工作日": 1440,
    "工作日": 1440,
    "周": 10080,
    "个月": 43200,
    "月": 43200,
    "年": 525600,
}
WORKING_DAYS = frozenset(("个工作日", "工作日"))


class Measure(NamedTuple):
    """A unit's dimension (``""``: none printed, ``"?"``: none known), what it is per (元/户: 户), and its worth in ``base``."""

    dimension: str
    per: str
    base: str
    scale: Decimal


@functools.cache
def _units(lexicon: Lexicon) -> dict[str, tuple[str, str, Decimal]]:
    return {
        term: (unit.dimension, unit.base or term, Decimal(unit.scale))
        for unit in lexicon.units
        for term in unit.terms.split()
    }


@functools.lru_cache(maxsize=2048)
def measure(unit: str, lexicon: Lexicon) -> Measure:
    """What ``unit``, as a record has it, measures."""
    whole, _, per = unit.partition("/")
    if not whole and not per:
        return Measure("", "", "", Decimal(1))
    if whole in MINUTES:
        return Measure("time", per, "分钟", Decimal(MINUTES[whole]))
    known = _units(lexicon)
    if whole in known:
        dimension, base, scale = known[whole]
        return Measure(dimension, per, base, scale)
    if whole == "元":
        return Measure("money", per, "元", Decimal(1))
    return Measure("?", per, whole, Decimal(1))


class Fit(NamedTuple):
    """How two units go together: ``same``, ``converted``, ``counted`` (two words for what is counted one by one), ``noted`` (a
    difference that an auditor must know of: 人 and 人次, 分 and %), ``per`` (only one is per something: 元/户 and 元), or ``bare``
    (one has none). ``factor`` brings the first into the second."""

    kind: str
    factor: Decimal


def fit(one: str, other: str, lexicon: Lexicon) -> Fit | None:
    """How values in the unit ``one`` are compared with those in ``other``; None if they cannot be."""
    if one == other:
        return Fit("same", Decimal(1))
    a, b = measure(one, lexicon), measure(other, lexicon)
    if not one or not other:
        numbered = (a if one else b).dimension
        return Fit("bare", Decimal(1)) if numbered not in ("money", "ratio", "percentage-point", "time") else None
    if a.dimension == b.dimension and a.base == b.base and a.dimension != "?":
        factor = a.scale / b.scale
        noted = (one in WORKING_DAYS) != (other in WORKING_DAYS) and a.dimension == "time"
        if a.per == b.per:
            return Fit("noted" if noted else "converted", factor)
        return Fit("per", factor)
    if {a.dimension, b.dimension} == {"score", "ratio"}:
        return Fit("noted", Decimal(1))
    if a.dimension in COUNTED and b.dimension in COUNTED:
        if a.dimension in PERSONS and b.dimension in PERSONS and a.dimension != b.dimension:
            return Fit("noted", Decimal(1))
        if (a.dimension in PERSONS) != (b.dimension in PERSONS):
            return None
        return Fit("counted", Decimal(1))
    if "?" in (a.dimension, b.dimension) and (a.base == b.base or COUNTED & {a.dimension, b.dimension}):
        return Fit("counted", Decimal(1))
    return None
