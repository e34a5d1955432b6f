from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import regex

from builders import target
from jixiao.lexicon import LexiconError, ScoreExample, ScoreProfile, profile, profile_names
from jixiao.records import Target
from jixiao.scores import Span, agrees, expected, is_ceiling

NATIONAL = profile("national")


def row(value: str | None, reached: str | None, weight: str | None = "10", **fields: Any) -> Target:
    text = f"目标 {value} 实际 {reached}"
    return target(
        text, "d", value or "目标", value, fields.pop("unit", "个"),
        actual_text=reached, actual_value=Decimal(reached) if value and reached else None,
        weight=Decimal(weight) if weight else None, **fields,
    )  # fmt: skip


@pytest.mark.parametrize("name", profile_names())
def test_the_examples_of_every_profile(name: str) -> None:
    rules = profile(name)
    for band in rules.band:
        for said in band.examples:
            assert next(one for one in rules.band if regex.search(one.regex, said)) is band, said
        for said in band.counter:
            assert not regex.search(band.regex, said), said
    assert rules.example
    for one in rules.example:
        assert expected(as_target(one), rules) == points(one), one


def as_target(one: ScoreExample) -> Target:
    value = None if one.value is None else str(one.value)
    return row(value, one.actual, str(one.weight), comparator=one.comparator)


def points(one: ScoreExample) -> Decimal | Span:
    return one.low if one.high is None else Span(one.low, one.high)


@pytest.mark.parametrize(
    ("comparator", "indicator", "value", "reached", "earned"),
    [
        ("ge", "培训人次", "3500", "3500", "10"),
        ("ge", "培训人次", "3500", "2800", "8.00"),
        ("ge", "培训人次", "3000", "2000", "6.67"),
        ("eq", "培训人次", "400", "420", "10"),
        ("eq", "培训人次", "400", "300", "7.50"),
        ("eq", "项目总成本", "80", "80", "10"),
        ("eq", "项目总成本", "80", "90", "8.75"),
        ("le", "大班额占比", "5", "7.5", "5.00"),
        ("le", "大班额占比", "5", "10", "0.00"),
        ("le", "大班额占比", "5", "40", "0.00"),
        ("eq", "重大安全事故", "0", "0", "10"),
        ("eq", "重大安全事故", "0", "1", "0"),
        ("gt", "覆盖率", "90", "90", "10.00"),
    ],
)
def test_positive_and_reverse_indicators(
    comparator: str, indicator: str, value: str, reached: str, earned: str
) -> None:
    given = row(value, reached, comparator=comparator, indicator=indicator)
    assert expected(given, NATIONAL) == Decimal(earned)


def test_a_range_is_reached_from_its_lower_end_and_passed_at_its_upper_one() -> None:
    positive = row("10", "8", comparator="range", value_max=Decimal(20), indicator="场次")
    assert expected(positive, NATIONAL) == Decimal(8)
    cost = row("10", "25", comparator="range", value_max=Decimal(20), indicator="单位成本")
    assert is_ceiling(cost)
    assert expected(cost, NATIONAL) == Decimal("7.50")


@pytest.mark.parametrize(
    "given",
    [
        row("100", "90", None),
        row("100", "90", "0"),
        row("100", None),
        row("95", "0.95", unit="%"),
        row("3", "30000", unit="万元"),
        row(None, "每月8日前"),
        row(None, None),
    ],
)
def test_nothing_is_expected_where_there_is_nothing_to_judge_by(given: Target) -> None:
    assert expected(given, NATIONAL) is None


@pytest.mark.parametrize(
    ("printed", "rule", "weight", "right"),
    [
        ("5.74", "5.74", "6", True),
        ("5.7", "5.74", "6", True),
        ("5", "5.74", "6", True),  # cut
        ("6", "5.74", "6", False),  # full marks for a target that was missed
        ("6", "5.74", "8", True),  # rounded
        ("9.95", "9.94", "10", True),  # 9.9444: 9.94, and 9.95 where points are rounded up
        ("9.96", "9.94", "10", False),
        ("5.4", "5.40", "6", True),
        ("5.8", "5.40", "6", False),
        ("10", "10", "10", True),
        ("9", "10", "10", False),
        ("9.5", "10", "10", False),
        ("0", "0", "10", True),
    ],
)
def test_a_printed_score_may_be_rounded_or_cut(printed: str, rule: str, weight: str, right: bool) -> None:
    assert agrees(Decimal(printed), Decimal(rule), Decimal(weight)) is right


def test_a_score_within_the_points_that_are_left_open_is_right() -> None:
    assert agrees(Decimal(7), Span(Decimal("6.4"), Decimal(8)), Decimal(8))
    assert not agrees(Decimal(5), Span(Decimal("6.4"), Decimal(8)), Decimal(8))


def test_a_profile_of_ones_own_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "本省.toml"
    file.write_text('title = "本省"\nwhy = "x"\nunmet = "zero"\nexceeded = "linear"\nband = []\n', encoding="utf-8")
    assert profile(str(file)) == ScoreProfile(title="本省", why="x", unmet="zero", exceeded="linear", band=())
    file.with_name("坏.toml").write_text('titel = "本省"\n', encoding="utf-8")
    for name in ("坏.toml", "没有.toml"):
        with pytest.raises(LexiconError, match=name):
            profile(str(tmp_path / name))
