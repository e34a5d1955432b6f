from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles import ALIKE, report, similarity
from jixiao.analyse import analyse
from jixiao.ingest import read
from jixiao.lexicon import ColumnRule, load
from jixiao.records import Target
from jixiao.target_rows import column_role


def targets(text: str) -> list[Target]:
    made = report("溪口县水务局2023年度部门整体支出绩效自评报告\n\n三、绩效目标完成情况\n\n" + text)
    for target in made.targets:
        assert made.source_text[target.start : target.end] == target.text
        if target.actual_start is not None:
            assert made.source_text[target.actual_start : target.actual_end] == target.actual_text
    return list(made.targets)


def table(*rows: str) -> str:
    return "\n".join(rows) + "\n"


Shown = tuple[str, str, str, str, str | None, str]


def shown(found: list[Target]) -> list[Shown]:
    """Levels, indicator, comparator, value (both ends of a range) and unit."""
    return [
        (
            one.level1,
            one.level2,
            one.indicator,
            one.comparator,
            None if one.value is None else str(one.value) if one.value_max is None else f"{one.value}..{one.value_max}",
            one.unit,
        )
        for one in found
    ]


# --- layouts -----------------------------------------------------------------------------------------------------------------

HEAD = "一级指标\t二级指标\t三级指标\t年度指标值"
PUMPS = ("产出", "数量指标", "维修泵站", "ge", "12", "座")
LEAKS = ("产出", "质量指标", "管网漏损率", "le", "9", "%")
USERS = ("满意度", "服务对象满意度指标", "用水户满意度", "ge", "90", "%")

LAYOUTS = {
    "tabs, every column filled": table(
        HEAD,
        "产出指标\t数量指标\t维修泵站\t≥12座",
        "产出指标\t质量指标\t管网漏损率\t≤9%",
        "满意度指标\t服务对象满意度指标\t用水户满意度\t≥90%",
    ),
    "first columns printed once, left empty below": table(
        HEAD,
        "产出指标\t数量指标\t维修泵站\t≥12座",
        "\t质量指标\t管网漏损率\t≤9%",
        "满意度指标\t服务对象满意度指标\t用水户满意度\t≥90%",
    ),
    "first columns printed once, left out below": table(
        HEAD,
        "产出指标\t数量指标\t维修泵站\t≥12座",
        "质量指标\t管网漏损率\t≤9%",
        "满意度指标\t服务对象满意度指标\t用水户满意度\t≥90%",
    ),
    "blanks for borders": table(
        HEAD.replace("\t", " "),
        "产出指标 数量指标 维修泵站 ≥12座",
        "质量指标 管网漏损率 ≤9%",
        "满意度指标 服务对象满意度指标 用水户满意度 ≥90%",
    ),
    "stars, points and numbering around the names": table(
        HEAD,
        "产出指标（50分）\t*数量指标\t指标1：维修泵站\t≥12座",
        "产出指标（50分）\t*质量指标\t指标1：管网漏损率\t≤9%",
        "满意度指标（10分）\t*服务对象满意度指标\t1.用水户满意度\t≥90%",
    ),
    "short names of the levels": table(
        HEAD,
        "产出\t数量\t维修泵站\t≥12座",
        "\t质量\t管网漏损率\t≤9%",
        "满意度\t服务对象满意度\t用水户满意度\t≥90%",
    ),
    "split into symbol, value and unit": table(
        "一级指标\t二级指标\t三级指标\t计算符号\t年度指标值\t计量单位",
        "产出指标\t数量指标\t维修泵站\t≥\t12\t座",
        "产出指标\t质量指标\t管网漏损率\t≤\t9\t%",
        "满意度指标\t服务对象满意度指标\t用水户满意度\t≥\t90\t%",
    ),
    "direction, points before the value": table(
        "一级指标\t二级指标\t三级指标\t指标性质\t权重\t指标值\t度量单位",
        "产出指标\t数量指标\t维修泵站\t正向\t10\t12\t座",
        "产出指标\t质量指标\t管网漏损率\t反向\t10\t9\t%",
        "满意度指标\t服务对象满意度指标\t用水户满意度\t正向\t10\t90\t%",
    ),
    "an explanation behind, broken over lines": table(
        "一级指标 二级指标 三级指标 指标值 指标解释",
        "产出指标 数量指标 维修泵站 ≥12座 按竣工验收的",
        "泵站座数统计，含应急抢修的",
        "产出指标 质量指标 管网漏损率 ≤9%",
        "漏损率（%）=漏损水量/供水总量",
        "*100%",
        "满意度指标 服务对象满意度指标 用水户满意度 ≥90% 抽样电话回访",
    ),
    "the head again on the next page": table(
        HEAD,
        "产出指标\t数量指标\t维修泵站\t≥12座",
        HEAD,
        "\t质量指标\t管网漏损率\t≤9%",
        "满意度指标\t服务对象满意度指标\t用水户满意度\t≥90%",
    ),
    "totals and what does not apply": table(
        HEAD + "\t分值",
        "产出指标\t数量指标\t维修泵站\t≥12座\t20",
        "\t质量指标\t管网漏损率\t≤9%\t20",
        "效益指标\t生态效益指标\t不适用\t不适用\t0",
        "满意度指标\t服务对象满意度指标\t用水户满意度\t≥90%\t10",
        "合计\t\t\t\t50",
    ),
    "name and value glued": table(
        "一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分",
        "产出指标 数量指标 维修泵站≥12座 13座 10 10",
        "质量指标 管网漏损率≤9% 8.7%10 10",
        "满意度指标 服务对象满意度指标 用水户满意度≥90% 92% 10 10",
    ),
    "one cell a line": "\n\n".join(
        (
            "一级指标 二级指标 三级指标 指标值 产出指标 数量指标 维修泵站 ≥12座 质量指标 管网漏损率 ≤9% "
            "满意度指标 服务对象满意度指标 用水户满意度 ≥90%"
        ).split()
    )
    + "\n",
    "rows pushed to the left, empty cells behind": table(
        "|绩效指标|一级指标|二级指标|三级指标|指标值|指标标准或依据|",
        "|产出指标|数量指标|维修泵站|≥12座|||",
        "|质量指标|管网漏损率|≤9%||||",
        "|满意度指标|服务对象满意度指标|用水户满意度|≥90%|||",
    ),
    "Markdown": table(
        "| 一级指标 | 二级指标 | 三级指标 | 指标值 |",
        "|---|---|---|---|",
        "| 产出指标 | 数量指标 | 维修泵站 | ≥12座 |",
        "| | 质量指标 | 管网漏损率 | ≤9% |",
        "| 满意度指标 | 服务对象满意度指标 | 用水户满意度 | ≥90% |",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_targets_are_read_from_every_layout(layout: str) -> None:
    assert shown(targets(LAYOUTS[layout])) == [PUMPS, LEAKS, USERS]


def test_columns_for_several_years_beside_those_of_the_year() -> None:
    found = targets(
        table(
            "一级指标\t二级指标\t三级指标\t实施周期指标值（2023—2025年）\t年度指标值",
            "产出指标\t数量指标\t维修泵站\t≥40座\t≥12座",
        )
    )
    assert [(str(one.value), one.fiscal_year) for one in found] == [("40", None), ("12", "2023")]


def test_halves_of_a_table_for_several_years_and_for_the_year() -> None:
    found = targets(
        table(
            "一级指标\t二级指标\t三级指标（长期）\t指标值\t二级指标\t三级指标（年度）\t指标值",
            "产出指标\t数量指标\t维修泵站\t40座\t数量指标\t维修泵站\t≥12座",
            "\t\t\t\t\t疏浚渠道\t≥6公里",
        )
    )
    assert [(one.indicator, str(one.value), one.fiscal_year) for one in found] == [
        ("维修泵站", "40", None),
        ("维修泵站", "12", "2023"),
        ("疏浚渠道", "6", "2023"),
    ]


def test_a_block_of_long_term_targets_above_that_of_the_year() -> None:
    rows = (HEAD, "产出指标\t数量指标\t维修泵站\t≥40座")
    found = targets(table("长期目标", *rows, "年度目标", rows[0], "产出指标\t数量指标\t维修泵站\t≥12座"))
    assert [(str(one.value), one.fiscal_year) for one in found] == [("40", None), ("12", "2023")]


def test_what_was_reached_and_earned_stands_with_the_target() -> None:
    (one,) = targets(
        table(
            "一级指标\t二级指标\t三级指标\t年度指标值（A）\t实际完成值（B）\t分值\t得分\t偏差原因分析及改进措施",
            "产出指标\t数量指标\t维修泵站\t≥12座\t11座\t10\t9.17\t1座改到明年",
        )
    )
    assert (one.actual_text, one.actual_value, one.weight, one.score, one.deviation) == (
        "11座",
        Decimal(11),
        Decimal(10),
        Decimal("9.17"),
        "1座改到明年",
    )


def test_what_was_reached_the_year_before_is_not_what_was_reached() -> None:
    for head in ("2022年完成值", "上年实际值"):
        (one,) = targets(table(f"三级指标\t2023年目标值\t{head}", "维修泵站\t≥12座\t9座"))
        assert (one.text, one.actual_text) == ("≥12座", None)


def test_the_unit_may_stand_behind_the_name() -> None:
    (one,) = targets(table("指标名称\t目标值\t实际值", "疏浚渠道（公里）\t60\t57.6"))
    assert (one.indicator, one.value, one.unit, one.actual_value) == ("疏浚渠道", Decimal(60), "公里", Decimal("57.6"))


def test_points_may_stand_before_the_target() -> None:
    (one,) = targets(
        table(
            "三级指标\t分值\t预期实现值\t实际完成值\t得分\t未完成原因分析",
            "维修泵站\t10\t≥12座\t11座\t9.17\t1座改到明年",
        )
    )
    assert (one.text, one.actual_text, one.weight, one.score) == ("≥12座", "11座", Decimal(10), Decimal("9.17"))


def test_a_cell_that_was_broken_over_two_lines_is_one() -> None:
    found = targets(
        table(
            "一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分",
            "产出指标 数量指标 新增高效节水灌溉面",
            "积 ≥1.2万亩 1.3万亩 10 10",
            "恢复改善灌溉面积 ≥3.4万",
            "亩 3.5万亩 10 10",
        )
    )
    assert [(one.indicator, one.value, one.unit) for one in found] == [
        ("新增高效节水灌溉面积", Decimal(12000), "亩"),
        ("恢复改善灌溉面积", Decimal(34000), "亩"),
    ]


def test_a_table_under_the_heading_of_its_level() -> None:
    found = targets(
        table(
            "三级指标 年度指标值 实际完成值 分值 得分",
            "（一）产出指标",
            "维修泵站 ≥12座 13座 10 10",
            "疏浚渠道 ≥6公里 6公里 10 10",
            "（二）满意度指标",
            "用水户满意度 ≥90% 92% 10 10",
        )
    )
    assert [(one.level1, one.indicator) for one in found] == [
        ("产出", "维修泵站"),
        ("产出", "疏浚渠道"),
        ("满意度", "用水户满意度"),
    ]


def test_the_project_of_a_row() -> None:
    found = targets(
        table("项目\t二级指标\t三级指标\t指标值", "泵站大修\t数量指标\t维修泵站\t≥12座", "\t质量指标\t验收合格率\t100%")
    )
    assert [(one.project, one.level1, one.level2) for one in found] == [
        ("泵站大修", "", "数量指标"),
        ("泵站大修", "", "质量指标"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ("指标\t指标总个数\t定量指标个数", "数量指标\t12\t11"),
        ("一级指标\t二级指标\t三级指标\t分值\t评分标准\t得分", "产出\t数量\t维修泵站\t10\t每少1座扣1分\t9"),
        ("项目名称\t年初预算数\t全年执行数", "泵站大修\t120.00\t118.00"),
        ("科目编码\t科目名称\t合计", "2130305\t水利工程建设\t120.00"),
    ],
    ids=["a count of indicators", "a score table", "a table of funds", "a finance table"],
)
def test_other_tables_hold_no_targets(rows: tuple[str, ...]) -> None:
    assert targets(table(*rows)) == []


@pytest.mark.parametrize(
    "above", ["项目名称\t泵站大修\t项目编码\t23XK07", "项目编码：23XK07 项目名称：泵站大修", "项目名称：泵站大修"]
)
def test_the_project_that_a_form_names_above_its_table(above: str) -> None:
    found = targets(above + "\n\n" + table(HEAD, "产出指标\t数量指标\t维修泵站\t≥12座"))
    assert [one.project for one in found] == ["泵站大修"]


def test_a_head_behind_the_word_names_no_project() -> None:
    text = "项目名称\t金额\t主要内容\n泵站大修\t120.00\t更换机组\n\n" + table(
        HEAD, "产出指标\t数量指标\t维修泵站\t≥12座"
    )
    assert [one.project for one in targets(text)] == [None]


# --- what the columns of a self-evaluation table hold, from every layout -------------------------------------------------------

SCORED_HEAD = "一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析"

SCORED = {
    "blanks for borders": table(
        SCORED_HEAD,
        "产出指标 数量指标 维修泵站 ≥12座 13座 10 10",
        "疏浚渠道 60公里 57.6公里 10 9.6 雨季长",
        "时效指标 汛前检修完成时间 4月底前 4月18日 5 5",
        "效益指标 可持续影响指标 管护机制 健全 基本健全 10 8",
    ),
    "wide blanks, and the head again on every page": table(
        *(
            line.replace(" ", "　")
            for line in (
                SCORED_HEAD,
                "产出指标 数量指标 维修泵站 ≥12座 13座 10 10",
                SCORED_HEAD,
                "产出指标 数量指标 疏浚渠道 60公里 57.6公里 10 9.6 雨季长",
                SCORED_HEAD,
                "产出指标 时效指标 汛前检修完成时间 4月底前 4月18日 5 5",
                "效益指标 可持续影响指标 管护机制 健全 基本健全 10 8",
            )
        )
    ),
    "values glued, to the name, to each other and to the points": table(
        SCORED_HEAD.replace("年度指标值 实际完成值", "预期指标值(A)实际完成值(B)"),
        "产出指标 数量指标 维修泵站≥12座13座 10 10",
        "疏浚渠道60公里 57.6公里 10 9.6 雨季长",
        "时效指标 汛前检修完成时间4月底前4月18日55",
        "效益指标 可持续影响指标 管护机制 健全基本健全 10 8",
    ),
    "the head in two lines": table(
        "一级指标 二级指标 三级指标 年度指标值",
        "实际完成值 分值 得分 偏差原因分析",
        "产出指标 数量指标 维修泵站 ≥12座 13座 10 10",
        "疏浚渠道 60公里 57.6公里 10 9.6 雨季长",
        "时效指标 汛前检修完成时间 4月底前 4月18日 5 5",
        "效益指标 可持续影响指标 管护机制 健全 基本健全 10 8",
    ),
    "cells broken over lines": table(
        SCORED_HEAD,
        "产出指标 数量指标 维修泵站 ≥12",
        "座 13座 10 10",
        "疏浚渠道 60公里 57.6",
        "公里 10 9.6 雨季长",
        "时效指标 汛前检修",
        "完成时间 4月底",
        "前 4月18日 5 5",
        "效益指标 可持续影",
        "响指标 管护机制 健全 基本健全 10 8",
    ),
    "a line of labels a row": table(
        "一级指标：产出指标",
        "二级指标：数量指标",
        "1.维修泵站  指标值：≥12座  实际完成值：13座  分值：10  得分：10",
        "2.疏浚渠道  指标值：60公里  实际完成值：57.6公里  分值：10  得分：9.6",
        "偏差原因：雨季长",
        "二级指标：时效指标",
        "3.汛前检修完成时间  指标值：4月底前  实际完成值：4月18日  分值：5  得分：5",
        "一级指标：效益指标",
        "二级指标：可持续影响指标",
        "4.管护机制  指标值：健全  实际完成值：基本健全  分值：10  得分：8",
    ),
    "labels in brackets, under headings": table(
        "（一）产出指标",
        "1.数量指标",
        "（1）维修泵站（目标值：≥12座；实际值：13座；分值：10分；得分：10分）。",
        "（2）疏浚渠道（目标值：60公里；实际值：57.6公里；分值：10分；得分：9.6分；偏差原因：雨季长）。",
        "2.时效指标",
        "（1）汛前检修完成时间（目标值：4月底前；实际值：4月18日；分值：5分；得分：5分）。",
        "（二）效益指标",
        "1.可持续影响指标",
        "（1）管护机制（目标值：健全；实际值：基本健全；分值：10分；得分：8分）。",
    ),
    "a label a line": table(
        *(
            line
            for row in (
                ("产出", "数量", "维修泵站", "≥12座", "13座", "10", "10", ""),
                ("产出", "数量", "疏浚渠道", "60公里", "57.6公里", "10", "9.6", "雨季长"),
                ("产出", "时效", "汛前检修完成时间", "4月底前", "4月18日", "5", "5", ""),
                ("效益", "可持续影响", "管护机制", "健全", "基本健全", "10", "8", ""),
            )
            for label, cell in zip(SCORED_HEAD.split(), row, strict=True)
            for line in [f"{label}：{cell}{'指标' if label in ('一级指标', '二级指标') else ''}"]
        )
    ),
    "one cell a line, all columns filled": "\n".join(
        (
            SCORED_HEAD + " 产出指标 数量指标 维修泵站 ≥12座 13座 10 10 — 疏浚渠道 60公里 57.6公里 10 9.6 雨季长 "
            "时效指标 汛前检修完成时间 4月底前 4月18日 5 5 — 效益指标 可持续影响指标 管护机制 健全 基本健全 10 8 —"
        ).split()
    )
    + "\n",
}


@pytest.mark.parametrize("layout", SCORED)
def test_what_was_reached_and_earned_is_read_from_every_layout(layout: str) -> None:
    found = targets(SCORED[layout])
    assert shown(found) == [
        ("产出", "数量指标", "维修泵站", "ge", "12", "座"),
        ("产出", "数量指标", "疏浚渠道", "eq", "60", "公里"),
        ("产出", "时效指标", "汛前检修完成时间", "qualitative", None, ""),
        ("效益", "可持续影响指标", "管护机制", "qualitative", None, ""),
    ]
    assert ["".join((one.actual_text or "").split()) for one in found] == ["13座", "57.6公里", "4月18日", "基本健全"]
    assert [str(one.actual_value) for one in found] == ["13", "57.6", "None", "None"]
    assert [(str(one.weight), str(one.score)) for one in found] == [
        ("10", "10"),
        ("10", "9.6"),
        ("5", "5"),
        ("10", "8"),
    ]
    assert [None if one.deviation == "—" else one.deviation for one in found] == [None, "雨季长", None, None]
    claims = report("溪口县水务局2023年度部门整体支出绩效自评报告\n\n三、绩效目标完成情况\n\n" + SCORED[layout]).claims
    assert [("".join(one.text.split()), one.entity) for one in claims] == [
        ("13座", "维修泵站"),
        ("57.6公里", "疏浚渠道"),
    ]


@pytest.mark.parametrize(
    ("cell", "weight", "score"),
    [
        ("100%100%1010", "10", "10"),
        ("100%100%43.97", "4", "3.97"),
        ("100%100%109.5", "10", "9.5"),
        ("100%100%50", "5", "0"),
    ],
)
def test_points_glued_to_each_other_are_parted_where_there_is_one_way(cell: str, weight: str, score: str) -> None:
    (one,) = targets(table(SCORED_HEAD, f"产出指标 质量指标 泵站完好率{cell}"))
    assert (one.indicator, one.text, one.actual_text) == ("泵站完好率", "100%", "100%")
    assert (str(one.weight), str(one.score)) == (weight, score)


@pytest.mark.parametrize(
    "row",
    [
        "产出指标 数量指标 检修24座泵站的台次 ≥60台次 62台次 10 10",
        "产出指标 数量指标 检修台次（含汛期30台次） ≥60台次 62台次 10 10",
        "产出指标 数量指标 检修台次 ≥60台次 62台次 10 10",
    ],
)
def test_a_number_within_a_name_does_not_part_it(row: str) -> None:
    (one,) = targets(table(SCORED_HEAD, row))
    assert (one.indicator, one.text, one.actual_text) == (row.split()[2], "≥60台次", "62台次")


@pytest.mark.parametrize("cell", ["不高于泵站造价的10%", "当年8月1日前"])
def test_a_value_that_begins_with_words_is_one_cell(cell: str) -> None:
    (one,) = targets(table("一级指标 二级指标 三级指标 年度指标值", f"产出指标 成本指标 管护补助 {cell}"))
    assert (one.indicator, one.text) == ("管护补助", cell)


def test_a_composite_cell_is_not_taken_for_a_name_and_its_value() -> None:
    found = targets(
        table(
            "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因",
            "产出指标\t成本指标\t管护补助\t干渠≤900元/公里；支渠≤240元/公里\t干渠872元/公里；支渠236元/公里\t4\t4",
        )
    )
    assert [(one.indicator, str(one.value), str(one.actual_value)) for one in found] == [
        ("管护补助-干渠", "900", "872"),
        ("管护补助-支渠", "240", "236"),
    ]


@pytest.mark.parametrize(
    ("first", "rest", "value", "unit"),
    [
        ("≤4.6元/平方", "米·月", "4.6", "元/平方米·月"),
        ("≤90千克标准", "煤/人", "90", "千克标准煤/人"),
        ("≥30000", "次", "30000", "次"),
        ("≥3.4万千", "瓦", "34000", "千瓦"),
    ],
)
def test_a_unit_cut_by_the_end_of_the_line_is_whole_again(first: str, rest: str, value: str, unit: str) -> None:
    found = targets(
        table(
            "一级指标 二级指标 三级指标 指标值 分值",
            f"效益指标 生态效益指标 泵站能耗 {first}",
            f"{rest} 3",
            "闸门漏水率 ≤2% 2",
        )
    )
    assert [(one.indicator, str(one.value), one.unit, str(one.weight)) for one in found] == [
        ("泵站能耗", value, unit, "3"),
        ("闸门漏水率", "2", "%", "2"),
    ]


def test_one_cell_a_line_with_a_rule_of_scoring_behind_each_target() -> None:
    cells = "一级指标 二级指标 三级指标 指标值 评分标准 产出指标 数量指标 维修泵站 ≥12座 每少1座扣0.5分 疏浚渠道 ≥6公里 按比例得分 "
    cells += "巡查河道 ≥120次 按比例得分 质量指标 管网漏损率 ≤9% 超过不得分"
    found = targets("\n".join(cells.split()) + "\n")
    assert [(one.level2, one.indicator, one.text) for one in found] == [
        ("数量指标", "维修泵站", "≥12座"),
        ("数量指标", "疏浚渠道", "≥6公里"),
        ("数量指标", "巡查河道", "≥120次"),
        ("质量指标", "管网漏损率", "≤9%"),
    ]


def test_starred_heads_and_names_one_a_line_for_several_years_and_for_the_year() -> None:
    cells = "*一级指标 *二级指标 *三级指标 实施周期指标值 年度指标值 *产出指标 *数量指标 *维修泵站 ≥40座 ≥12座 疏浚渠道 不适用 6公里"
    found = targets("\n".join(cells.split()) + "\n")
    assert [(one.level1, one.level2, one.indicator, one.text, one.fiscal_year) for one in found] == [
        ("产出", "数量指标", "维修泵站", "≥40座", None),
        ("产出", "数量指标", "维修泵站", "≥12座", "2023"),
        ("产出", "数量指标", "疏浚渠道", "6公里", "2023"),
    ]


def test_a_row_that_was_numbered_does_not_go_on_with_the_one_above() -> None:
    found = targets(
        table(
            "二级指标 三级指标 指标值 完成值",
            "质量指标 指标1.工程合格率 100% 100%",
            "指标2.设备完好率",
            "指标3.管网漏损率 ≤9% 8.7%",
        )
    )
    assert [one.indicator for one in found] == ["工程合格率", "管网漏损率"]


def test_a_level_printed_in_the_middle_of_its_rows() -> None:
    found = targets(
        table(
            "一级指标\t二级指标\t三级指标\t指标值",
            "数量指标\t维修泵站\t≥12座",
            "产出指标\t疏浚渠道\t6公里",
            "质量指标\t管网漏损率\t≤9%",
        )
    )
    assert [(one.level2, one.indicator) for one in found] == [
        ("数量指标", "维修泵站"),
        ("数量指标", "疏浚渠道"),
        ("质量指标", "管网漏损率"),
    ]


def test_the_column_of_an_earlier_year_without_a_year_beside_the_targets() -> None:
    (one,) = targets(table("三级指标\t符号\t年度指标值\t计量单位\t2022 年完成值", "维修泵站\t≥\t12\t座\t9"))
    assert (one.value, one.actual_text, one.actual_value) == (Decimal(12), None, None)


@pytest.mark.parametrize(
    "line",
    [
        "维修泵站的指标值为12座，实际完成13座，得分10分。",
        "年初目标值：维修泵站12座。",
        "主要指标：维修泵站13座，指标值：12座。",
        "指标值：≥12座",
        "得分：10分；分值：10分",
    ],
)
def test_labels_that_do_not_make_a_row_are_no_targets(line: str) -> None:
    assert targets(line + "\n") == []


def test_lines_of_labels_are_no_prose_and_what_explains_them_is() -> None:
    text = table(
        "1.疏浚渠道  指标值：60公里  实际完成值：57.6公里  分值：10  得分：9.6",
        "偏差原因：东干渠2段未开工",
    )
    claims = report("溪口县水务局2023年度部门整体支出绩效自评报告\n\n三、绩效目标完成情况\n\n" + text).claims
    assert [(one.text, one.origin) for one in claims] == [("57.6公里", "table"), ("2段", "prose")]


def claims_of(text: str, above: str = "三、绩效目标完成情况") -> list[tuple[str, str, str]]:
    made = report(f"溪口县水务局2023年度部门整体支出绩效自评报告\n\n{above}\n\n{text}")
    return [("".join(one.text.split()), str(one.value), one.unit) for one in made.claims]


def test_the_reason_of_a_deviation_is_read_as_prose() -> None:
    text = table(
        "三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析",
        "疏浚渠道\t60公里\t57.6公里\t10\t9.6\t东干渠2段未开工",
    )
    assert claims_of(text) == [("57.6公里", "57.6", "公里"), ("2段", "2", "段")]


def test_what_was_reached_may_have_no_unit_or_one_in_the_next_line() -> None:
    assert claims_of(table("三级指标\t年度指标值\t实际完成值", "公众号粉丝数\t≥9万\t9.3万")) == [("9.3万", "93000", "")]
    head = "一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分"
    text = table(
        head, "产出指标 成本指标 泵站大修总投入 ≤3150万元 3096.28", "万元 3 3", "泵站单座造价 ≤60万元 58万元 3 3"
    )
    assert claims_of(text) == [("3096.28万元", "30962800", "元"), ("58万元", "580000", "元")]


def test_what_a_form_aims_at_is_no_claim_and_what_it_tells_as_done_is() -> None:
    text = table(
        "年度总体目标",
        "预期目标 保障灌溉，维修泵站12座，疏浚渠道60公里。",
        "实际完成情况 灌溉有保障，维修泵站13座，疏浚渠道57.6公里。",
    )
    found = claims_of(text, "附表 2023年度项目支出绩效自评表")
    assert found == [("13座", "13", "座"), ("57.6公里", "57.6", "公里")]


def test_the_funds_in_a_row_above_the_indicators_are_budgets_and_their_rate_a_claim() -> None:
    text = table(
        "全年预算数（万元）　38.00　全年执行数（万元）　36.92　执行率　97.16％",
        "一级指标　二级指标　三级指标　年度指标值　实际完成值　分值　得分",
        "产出指标　数量指标　维修泵站　≥12座　13座　15　15",
    )
    assert claims_of(text) == [("97.16％", "97.16", "%"), ("13座", "13", "座")]


def test_the_rules_of_scoring_in_a_cell_of_their_own_state_nothing() -> None:
    cells = "一级指标 二级指标 三级指标 指标值 实际值 评分标准 产出指标 数量指标 维修泵站 ≥12座 13座 每少1座扣0.5分"
    assert claims_of("\n".join(cells.split()) + "\n") == [("13座", "13", "座")]


@pytest.mark.parametrize("between", ["汛前检修完成时间 2023年4月底前", "灌区管护 逐步推开，基本成网"])
def test_a_row_in_words_does_not_end_its_table(between: str) -> None:
    found = targets(
        table(
            "一级指标 二级指标 三级指标 年度指标值",
            "产出指标 数量指标 维修泵站 ≥12座",
            between,
            "质量指标 管网漏损率 ≤9%",
        )
    )
    assert [one.indicator for one in found if one.comparator != "qualitative"] == ["维修泵站", "管网漏损率"]


def test_numbered_names_that_begin_with_a_number() -> None:
    found = targets(
        table(
            "1.维修泵站  指标值：≥12座  实际完成值：13座",
            "2.65岁以上用水户走访人数  指标值：≥80人  实际完成值：86人",
        )
    )
    assert [one.indicator for one in found] == ["维修泵站", "65岁以上用水户走访人数"]


def test_the_terms_of_heads_match_their_examples_alone() -> None:
    head = load().targets.head
    assert [each for each in head.examples if not regex.fullmatch(head.regex, each)] == []
    assert [each for each in head.counter if regex.fullmatch(head.regex, each)] == []


# --- cells -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "comparator", "value", "unit"),
    [
        ("≥12座", "ge", "12", "座"),
        ("＞12座", "gt", "12", "座"),
        ("不少于12座", "ge", "12", "座"),
        ("12座以上", "ge", "12", "座"),
        ("超过12座", "gt", "12", "座"),
        ("≤9%", "le", "9", "%"),
        ("不高于工程造价的10%", "le", "10", "%"),
        ("≥90万", "ge", "900000", ""),
        ("＜9%", "lt", "9", "%"),
        ("不超过3起", "le", "3", "起"),
        ("30分钟以内", "le", "30", "分钟"),
        ("12座", "eq", "12", "座"),
        ("＝100%", "eq", "100", "%"),
        ("100%到位", "eq", "100", "%"),
        ("约12座", "about", "12", "座"),
        ("12座左右", "about", "12", "座"),
        ("10-12座", "range", "10..12", "座"),
        ("3至5座", "range", "3..5", "座"),
        ("≥1.2万亩", "ge", "12000", "亩"),
        ("≤75万元", "le", "750000", "元"),
        ("≥3.5亿元", "ge", "350000000", "元"),
        ("≤1.2万元/座", "le", "12000", "元/座"),
        ("≤16/10万", "le", "16", "/10万"),
        ("六成以上", "ge", "6", "成"),
        ("不低于三分之一", "ge", "0.3333", ""),
        ("8分以上（满分10分）", "ge", "8", "分"),
        ("≥6个月", "ge", "6", "个月"),
        ("15个工作日", "eq", "15", "个工作日"),
        ("0起", "eq", "0", "起"),
        ("≥1200叶", "ge", "1200", "叶"),
        ("逐步健全", "qualitative", None, ""),
        ("2023年11月底前", "qualitative", None, ""),
        ("每月15日前", "qualitative", None, ""),
        ("良好以上", "qualitative", None, ""),
    ],
)
def test_the_number_of_a_cell(cell: str, comparator: str, value: str | None, unit: str) -> None:
    found = targets(table(HEAD, f"产出指标\t数量指标\t某项指标\t{cell}"))
    assert [one[3:] for one in shown(found)] == [(comparator, value, unit)]


def test_a_composite_cell_gives_one_target_a_number_each_with_its_part() -> None:
    found = targets(table(HEAD, "成本指标\t经济成本指标\t养护补助标准\t小（1）型6万元/座；小（2）型3.2万元/座"))
    assert [(one.indicator, one.text, str(one.value)) for one in found] == [
        ("养护补助标准-小（1）型", "小（1）型6万元/座", "60000"),
        ("养护补助标准-小（2）型", "小（2）型3.2万元/座", "32000"),
    ]


def test_what_was_reached_is_shared_out_among_the_parts() -> None:
    found = targets(
        table(
            "三级指标\t年度指标值\t实际完成值\t分值\t得分",
            "造林单位投资\t乔木≤900元/亩；灌木≤240元/亩\t乔木872元/亩；灌木236元/亩\t4\t4",
        )
    )
    assert [(one.indicator, one.actual_text, one.actual_value) for one in found] == [
        ("造林单位投资-乔木", "乔木872元/亩", Decimal(872)),
        ("造林单位投资-灌木", "灌木236元/亩", Decimal(236)),
    ]


def test_parts_whose_unit_stands_in_a_column_of_its_own() -> None:
    found = targets(
        table(
            "一级指标\t二级指标\t三级指标\t计算符号\t年度指标值\t计量单位",
            "成本指标\t经济成本指标\t演出补贴标准\t＝\t区级1.2万；镇级8千\t元/场",
        )
    )
    assert [(one.indicator, str(one.value), one.unit) for one in found] == [
        ("演出补贴标准-区级", "12000", "元/场"),
        ("演出补贴标准-镇级", "8000", "元/场"),
    ]


def test_a_cell_of_sentences_is_read_as_prose_is() -> None:
    found = targets(
        table(
            "一级指标\t二级指标\t三级指标\t目标值",
            "产出\t数量\t宣传、培训、慰问情况等\t"
            "1.印制节水手册约8000份；2.开展节水培训：（1）管水员60人；（2）用水户代表120人；3.慰问抢险队员家庭30户。",
        )
    )
    assert [(one.comparator, str(one.value), one.unit) for one in found] == [
        ("about", "8000", "份"),
        ("eq", "60", "人"),
        ("eq", "120", "人"),
        ("eq", "30", "户"),
    ]
    assert [one.indicator for one in found[1:3]] == ["节水培训-管水员", "节水培训-用水户代表"]


def test_a_form_that_was_never_filled_in_has_no_targets() -> None:
    assert targets(table(HEAD, "产出指标\t数量指标\t维修泵站\t≥ 座", "产出指标\t数量指标\t疏浚渠道\t公里")) == []


# --- patterns, real documents, hostile text -----------------------------------------------------------------------------------


@pytest.mark.parametrize("column", load().targets.column, ids=lambda column: column.role)
def test_heads_of_columns_have_the_role_that_their_examples_say(column: ColumnRule) -> None:
    for head in column.examples:
        assert column_role(head, load()) == column.role, head
    for head in column.counter:
        assert column_role(head, load()) != column.role, head


def test_the_target_tables_of_the_development_gold(shared: Path) -> None:
    """Indicator, comparator, value and unit of every target of two real documents, one of them broken line by line."""
    right, wanted = 0, 0
    found = {name: analyse(read(path)).targets for name in ("000", "001") for path in shared.glob(f"seeds/{name}*.txt")}
    for line in (shared / "gold/targets.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        wanted += 1
        quoted = "".join(gold["target_text"].split()).rstrip("。")
        right += any(
            "".join(one.text.split()).rstrip("。") in quoted
            and similarity(one.indicator, gold["indicator"]) >= ALIKE
            and one.comparator == gold["comparator"]
            and one.value == (None if gold["value"] is None else Decimal(gold["value"]))
            and one.unit == (gold["unit"] or "")
            and (one.level1, one.level2, one.fiscal_year) == (gold["level1"], gold["level2"], gold["year"])
            for one in found[gold["doc"]]
        )
    assert (right, wanted) == (18, 18)
    assert sum(map(len, found.values())) == wanted


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "",
                    "产出指标",
                    "数量指标",
                    "三级指标",
                    "指标值",
                    "≥12座",
                    "12",
                    "100%",
                    "维修泵站",
                    "合计",
                    "12座13座",
                    "维修泵站≥12座13座1010",
                    "指标值：≥12座",
                    "1.维修泵站（指标值：≥12座；得分：",
                    "实际完成值：）",
                    "健全基本健全",
                    "100%100%44",
                    "年度指标值实际完成值",
                    "不适用",
                    "=",
                    "；",
                    "1.",
                    "6万元/座；3万元/座",
                    "%",
                    "—",
                ]
            ),
            max_size=7,
        ).map("\t".join),
        max_size=8,
    )
)
def test_odd_tables_are_read_without_an_error_and_quoted_exactly(rows: list[str]) -> None:
    targets(table(HEAD, *rows))


def test_a_long_table_takes_time_in_proportion_to_its_length() -> None:
    def seconds(n: int) -> float:
        text = table(HEAD, *(f"产出指标\t数量指标\t巡查第{i}段河道次数\t≥{i}次" for i in range(1, n)))
        started = time.process_time()  # of the processor, for others may be at work
        assert len(targets(text)) == n - 1
        return time.process_time() - started

    seconds(50)
    assert seconds(1600) < 40 * seconds(200)  # eight times as long; with its square it would be 64 times
