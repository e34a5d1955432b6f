from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from builders import claim, target
from jixiao.lexicon import load
from jixiao.measures import Fit, fit
from jixiao.records import Claim, Target
from jixiao.verdicts import judge, lower_is_better

SAME = Fit("same", Decimal(1))


def aim(comparator: str, value: str, unit: str = "场", **fields: Any) -> Target:
    text = f"目标{value}"
    return target(text, "d", value, value, unit, comparator=comparator, **{"indicator": "讲座场次", **fields})


def said(value: str, approx: str = "exact", unit: str = "场", **fields: Any) -> Claim:
    text = f"举办{value}。"
    return claim(text, "d", value, value, unit, approx=approx, entity="讲座", **fields)


def verdict(found: Claim, wanted: Target, unit: Fit = SAME) -> str:
    return judge(wanted, found, unit).verdict


@pytest.mark.parametrize(
    ("comparator", "aimed", "approx", "value", "expected"),
    [
        ("ge", "80", "exact", "86", "met"),
        ("ge", "80", "exact", "80", "met"),
        ("ge", "80", "exact", "79", "unmet"),
        ("gt", "80", "exact", "80", "unmet"),
        ("gt", "80", "more", "80", "met"),
        ("ge", "80", "more", "80", "met"),
        ("ge", "80", "more", "70", "undetermined"),
        ("ge", "80", "less", "80", "unmet"),
        ("ge", "80", "less", "90", "undetermined"),
        ("ge", "80", "about", "80", "undetermined"),
        ("ge", "80", "about", "100", "met"),
        ("le", "80", "exact", "80", "met"),
        ("le", "80", "exact", "81", "unmet"),
        ("lt", "80", "exact", "80", "unmet"),
        ("lt", "80", "less", "80", "met"),
        ("le", "80", "less", "80", "met"),
        ("le", "80", "more", "80", "unmet"),
        ("le", "80", "less", "90", "undetermined"),
        ("le", "5", "about", "5", "undetermined"),
        ("eq", "80", "exact", "86", "met"),
        ("eq", "80", "exact", "79", "unmet"),
        ("about", "750", "exact", "738", "met"),
        ("about", "750", "exact", "500", "unmet"),
    ],
)
def test_the_verdict_is_decided_on_intervals(
    comparator: str, aimed: str, approx: str, value: str, expected: str
) -> None:
    assert verdict(said(value, approx), aim(comparator, aimed)) == expected


def test_a_range_is_met_where_all_of_it_satisfies_the_target() -> None:
    found = said("20", "range", value_max=Decimal(30))
    assert verdict(found, aim("ge", "20")) == "met"
    assert verdict(found, aim("ge", "25")) == "undetermined"
    assert verdict(found, aim("ge", "31")) == "unmet"


def test_more_than_the_range_that_was_aimed_at_is_met_but_for_costs() -> None:
    wanted = aim("range", "3", value_max=Decimal(5))
    assert verdict(said("6"), wanted) == "met"
    assert verdict(said("2"), wanted) == "unmet"
    cost = aim("range", "3", value_max=Decimal(5), unit="元", indicator="单价", level2="成本指标")
    assert verdict(said("6", unit="元"), cost) == "unmet"


@pytest.mark.parametrize(
    ("indicator", "level2", "lower"),
    [
        ("讲座场次", "数量指标", False),
        ("每场讲座成本", "成本指标", True),
        ("救助金发放标准", "经济成本指标", True),
        ("平均办结时间", "时效指标", True),
        ("孕产妇死亡率", "社会效益指标", True),
        ("投诉办结率", "质量指标", False),
        ("信访投诉下降率", "社会效益指标", False),
        ("志愿服务时长", "数量指标", False),
        ("经费节约率", "经济效益指标", False),
        ("安全生产事故", "社会效益指标", True),
        ("工程费用支付及时性", "时效指标", False),
        ("专项经费使用合规性", "质量指标", False),
        ("督办重大事故隐患", "数量指标", False),
        ("平均办理时间", "时效指标", True),
    ],
)
def test_a_bare_number_is_a_floor_or_for_costs_and_mishaps_a_ceiling(indicator: str, level2: str, lower: bool) -> None:
    assert lower_is_better(aim("eq", "5", indicator=indicator, level2=level2)) is lower


def test_a_target_of_nothing_is_a_ceiling() -> None:
    wanted = aim("eq", "0", unit="起", indicator="重大责任事件")
    assert verdict(said("0", unit="起"), wanted) == "met"
    assert verdict(said("1", unit="起"), wanted) == "unmet"


@pytest.mark.parametrize(
    ("one", "other", "kind", "factor"),
    [
        ("场", "场", "same", "1"),
        ("场", "期", "counted", "1"),
        ("处", "个", "counted", "1"),
        ("成", "%", "converted", "10"),
        ("‰", "%", "converted", "0.1"),
        ("公里", "米", "converted", "1000"),
        ("小时", "分钟", "converted", "60"),
        ("人", "人次", "noted", "1"),
        ("分", "%", "noted", "1"),
        ("天", "个工作日", "noted", "1"),
        ("元", "元/人", "per", "1"),
        ("", "次", "bare", "1"),
    ],
)
def test_units_that_go_together(one: str, other: str, kind: str, factor: str) -> None:
    assert fit(one, other, load()) == Fit(kind, Decimal(factor))


@pytest.mark.parametrize(
    ("one", "other"),
    [("人", "个"), ("元", "%"), ("个百分点", "%"), ("亩", "公里"), ("户", "家"), ("", "%"), ("", "元")],
)
def test_units_that_cannot_be_compared(one: str, other: str) -> None:
    assert fit(one, other, load()) is None


def test_the_ratio_is_the_share_of_the_target_that_was_reached() -> None:
    assert judge(aim("ge", "80"), said("86"), SAME).ratio == Decimal("1.0750")
    assert judge(aim("eq", "0"), said("0"), SAME).ratio is None


def test_tenths_are_brought_into_percent() -> None:
    found = judge(aim("ge", "75", unit="%"), said("8", unit="成"), Fit("converted", Decimal(10)))
    assert (found.verdict, found.ratio) == ("met", Decimal("1.0667"))


def test_the_reason_names_both_figures_and_what_an_auditor_should_look_at() -> None:
    assert judge(aim("ge", "80"), said("76"), SAME).reason == "报告称“讲座”为76，目标为80，未达到目标；为目标的95%。"
    assert judge(aim("ge", "80"), said("120"), SAME).reason.endswith("为目标的150%；超出两成以上，应说明原因。")
    noted = judge(aim("ge", "80", unit="人次"), said("90", unit="人"), Fit("noted", Decimal(1))).reason
    assert "报告单位为人，目标单位为人次，口径不同，请核对" in noted
    assert "约数" in judge(aim("ge", "80"), said("70", "more"), SAME).reason
    between = said("20", "range", value_max=Decimal(30))
    assert judge(aim("ge", "25"), between, SAME).reason.endswith("；报告用的是区间，不足以判定。")


def test_an_absurd_figure_has_a_verdict_and_no_ratio() -> None:
    found = judge(aim("ge", "0.0001"), said("9" * 20), SAME)
    assert (found.verdict, found.ratio) == ("met", None)
