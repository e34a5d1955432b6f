from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles import report
from jixiao.clean import clean
from jixiao.lexicon import load
from jixiao.records import Claim
from jixiao.tables import clean_label, filled_rows, read_grids


def claims(*rows: str) -> list[Claim]:
    return [claim for claim in report("\n".join(rows) + "\n").claims if claim.origin == "table"]


def stated(*rows: str) -> list[tuple[str, str, str, str]]:
    """Row label, value, unit and text of the claims that a small document with a table makes."""
    return [(claim.entity, str(claim.value), claim.unit, claim.text) for claim in claims(*rows)]


# --- units ------------------------------------------------------------------------------------------------------------------


def test_the_unit_of_the_caption_applies_to_the_cells_below() -> None:
    assert stated("单位：万元", "项目\t决算数", "培训费\t4.07", "会议费\t2.96") == [
        ("培训费", "40700", "元", "4.07"),
        ("会议费", "29600", "元", "2.96"),
    ]


@pytest.mark.parametrize(
    ("caption", "value"),
    [
        ("单位：元", "4.07"),
        ("单位：千元", "4070"),
        ("单位：万元", "40700"),
        ("单位：亿元", "407000000"),
        ("单位:万元", "40700"),
        ("（单位：万元）", "40700"),
        ("金额单位：万元", "40700"),
        ("单位：人民币万元", "40700"),
        ("单位： 万元", "40700"),
        ("2023年经费支出情况表 单位：万元", "40700"),
    ],
)
def test_captions_as_they_are_printed(caption: str, value: str) -> None:
    assert stated(caption, "项目\t决算数", "培训费\t4.07") == [("培训费", value, "元", "4.07")]


@pytest.mark.parametrize(
    ("head", "cell", "value", "unit"),
    [
        ("决算数（万元）", "4.07", "40700", "元"),
        ("决算数(万元)", "4.07", "40700", "元"),
        ("发行总额（亿元）", "3.2", "320000000", "元"),
        ("参训人次（人次）", "860", "860", "人次"),
        ("里程（公里）", "12.6", "12.6", "公里"),
        ("完成率（%）", "98.60", "98.60", "%"),
        ("受益人口（万人）", "1.2", "12000", "人"),
    ],
)
def test_the_unit_of_the_head_applies_to_its_column(head: str, cell: str, value: str, unit: str) -> None:
    assert stated(f"项目\t{head}", f"甲项目\t{cell}") == [("甲项目", value, unit, cell)]


def test_the_unit_of_the_head_goes_before_that_of_the_caption() -> None:
    assert stated("单位：万元", "项目\t金额（元）\t预算数", "培训费\t4070\t0.5") == [
        ("培训费", "4070", "元", "4070"),
        ("培训费", "5000", "元", "0.5"),
    ]


def test_a_head_of_years_below_a_heading_heads_its_table_and_the_units_of_the_rows_apply() -> None:
    rows = (
        "2.1  志愿服务",
        "指标\t2021年\t2022年\t变化",
        "注册志愿者（万人）\t3.6\t4.1\t+0.5",
        "服务站（个）\t27\t31\t+4",
    )
    assert stated(*rows) == [
        ("注册志愿者", "36000", "人", "3.6"),
        ("注册志愿者", "41000", "人", "4.1"),
        ("注册志愿者", "5000", "人", "+0.5"),
        ("服务站", "27", "个", "27"),
        ("服务站", "31", "个", "31"),
        ("服务站", "4", "个", "+4"),
    ]
    assert [claim.period for claim in claims(*rows)][:2] == ["2021", "2022"]


def test_the_unit_of_a_row_applies_where_its_table_has_no_head() -> None:
    assert stated("注册志愿者（万人）\t3.6\t4.1", "服务站（个）\t27\t31")[0] == ("注册志愿者", "36000", "人", "3.6")


@pytest.mark.xfail(reason="a row whose numbers all have units is taken into the head", strict=True)
def test_the_unit_in_the_cell_goes_before_all() -> None:
    assert stated("单位：万元", "项目\t完成", "公益讲座\t48场", "培训费\t4.07") == [
        ("公益讲座", "48", "场", "48场"),
        ("培训费", "40700", "元", "4.07"),
    ]


def test_a_caption_of_money_does_not_reach_columns_of_counts_and_rates() -> None:
    assert stated(
        "单位：万元", "项目\t预算数\t人数\t执行率", "培训费\t5.00\t120\t98.6%", "会议费\t3.20\t85\t92.5%"
    ) == [
        ("培训费", "50000", "元", "5.00"),
        ("培训费", "120", "", "120"),
        ("培训费", "98.6", "%", "98.6%"),
        ("会议费", "32000", "元", "3.20"),
        ("会议费", "85", "", "85"),
        ("会议费", "92.5", "%", "92.5%"),
    ]


def test_a_table_without_a_unit_states_bare_numbers() -> None:
    assert stated("街道\t学校数\t学生数", "东湖街道\t12\t8,640") == [
        ("东湖街道", "12", "", "12"),
        ("东湖街道", "8640", "", "8,640"),
    ]


def test_a_caption_does_not_reach_over_another_table() -> None:
    rows = (
        "单位：万元",
        "项目\t决算数",
        "培训费\t4.07",
        "各街道学校情况如下，供统计部门参考使用，请各单位认真核对。",
        "街道\t学校",
        "东湖街道\t12",
    )
    assert stated(*rows)[-1] == ("东湖街道", "12", "", "12")


# --- cells ------------------------------------------------------------------------------------------------------------------


def test_a_claim_of_a_table_names_its_column_and_quotes_its_cell() -> None:
    found = report("单位：万元\n项目\t预算数\t决算数\n培训费\t5.00\t4.07\n")
    assert [(claim.column, claim.text) for claim in found.claims] == [("预算数", "5.00"), ("决算数", "4.07")]
    assert all(found.source_text[claim.start : claim.end] == claim.text for claim in found.claims)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,280.50", "12805000"),
        ("0.00", "0"),
        ("0", "0"),
        ("-3.5", "-35000"),
        ("－3.5", "-35000"),
        ("１２.5", "125000"),
    ],
)
def test_number_cells_as_they_are_printed(cell: str, value: str) -> None:
    assert stated("单位：万元", "项目\t决算数", f"培训费\t{cell}", "会议费\t2.96")[0] == ("培训费", value, "元", cell)


@pytest.mark.parametrize(
    "cell", ["", "-", "—", "/", "无", "不适用", "2023", "详见附件", "5+3", "1.2.3", "9" * 25, "0755-5550188"]
)
def test_what_is_no_number_cell_states_nothing(cell: str) -> None:
    assert stated("单位：万元", "项目\t决算数", f"培训费\t{cell}", "会议费\t2.96") == [
        ("会议费", "29600", "元", "2.96")
    ]


def test_the_numbering_of_a_row_label_is_left_out() -> None:
    assert stated(
        "单位：万元", "项目\t决算数", "一、“三公”经费\t4.07", "（一）公务接待费\t1.20", "其中：外宾接待\t0.30"
    ) == [
        ("“三公”经费", "40700", "元", "4.07"),
        ("公务接待费", "12000", "元", "1.20"),
        ("外宾接待", "3000", "元", "0.30"),
    ]


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("一、基本支出", "基本支出"),
        ("（二）项目支出", "项目支出"),
        ("3.会议费", "会议费"),
        ("3、会议费", "会议费"),
        ("*满意度", "满意度"),
        ("其中：培训费", "培训费"),
        ("2.5吨叉车", "2.5吨叉车"),
        ("十大工程", "十大工程"),
        ("三公经费", "三公经费"),
        ("设备（台、套等）", "设备"),
        ("路灯(盏)杆", "路灯(盏)杆"),
        ("", ""),
    ],
)
def test_labels(label: str, bare: str) -> None:
    assert clean_label(label) == bare


def test_numbers_of_rows_are_no_claims() -> None:
    assert stated("单位：万元", "序号\t项目\t决算数", "1\t培训费\t4.07", "2\t会议费\t2.96") == [
        ("培训费", "40700", "元", "4.07"),
        ("会议费", "29600", "元", "2.96"),
    ]


def test_a_row_that_does_not_fit_the_head_states_nothing() -> None:
    assert stated("单位：万元", "项目\t预算数\t决算数\t差额", "培训费\t5.00\t4.07\t0.93", "会议费\t3.20\t2.96") == [
        ("培训费", "50000", "元", "5.00"),
        ("培训费", "40700", "元", "4.07"),
        ("培训费", "9300", "元", "0.93"),
    ]


def test_silent_columns_state_nothing() -> None:
    rows = (
        "单位：万元",
        "项目\t编码\t年度\t决算数\t备注",
        "培训费\t30216\t2023\t4.07\t共3批",
        "会议费\t30215\t2023\t2.96\t",
    )
    assert stated(*rows) == [("培训费", "40700", "元", "4.07"), ("会议费", "29600", "元", "2.96")]


# --- kinds of tables ----------------------------------------------------------------------------------------------------------

TARGETS = (
    "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分",
    "产出指标\t数量指标\t培训人数\t≥80人\t86人\t10\t10",
    "产出指标\t质量指标\t培训合格率\t≥95%\t98.60%\t10\t10",
)


def test_of_a_target_table_only_what_was_reached_is_claimed() -> None:
    assert stated(*TARGETS) == [("培训人数", "86", "人", "86人"), ("培训合格率", "98.60", "%", "98.60%")]


HEAD = "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施"


def test_a_row_may_lack_the_columns_printed_once_and_the_remarks_at_its_end() -> None:
    rows = (
        HEAD,
        "产出指标\t数量指标\t清淤渠道长度\t≥36公里\t38.2公里\t10\t10\t雨季前多清一段",
        "更换闸门数量\t=12座\t12座\t5\t5",
        "质量指标\t验收合格率\t≥95%\t93.5%\t5\t4.8\t返工两处",
    )
    assert stated(*rows) == [
        ("清淤渠道长度", "38.2", "公里", "38.2公里"),
        ("更换闸门数量", "12", "座", "12座"),
        ("验收合格率", "93.5", "%", "93.5%"),
    ]


def test_a_row_that_fits_the_head_in_two_ways_is_passed_over() -> None:
    rows = (HEAD, "产出指标\t数量指标\t清淤长度\t≥36公里\t38公里\t10\t10\t无", "渠系\t配套\t8\t9\t10\t10")
    assert [label for label, *_ in stated(*rows)] == ["清淤长度"]


def test_glued_cells_among_target_tables_are_read_by_the_shape_of_their_row() -> None:
    text = "项目支出绩效自评表\n三级指标 年度指标值 实际完成值 分值 得分\n垃圾清运量≥21万吨 22.38万吨5 5\n机械化清扫率≥85% 88.3%10 10\n"
    assert [(c.entity, str(c.value), c.unit, c.text) for c in report(text).claims] == [
        ("垃圾清运量", "223800", "吨", "22.38万吨"),
        ("机械化清扫率", "88.3", "%", "88.3%"),
    ]


def test_of_the_funds_of_a_scored_project_only_the_rate_is_claimed() -> None:
    text = (
        "项目支出绩效自评表\n项目资金（万元）\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
        "年度资金总额\t120.00\t118.50\t112.40\t10\t94.85%\t9.49\n其中：财政拨款\t120.00\t118.50\t112.40\t—\t94.85%\t—\n"
    )
    assert [(c.entity, c.text) for c in report(text).claims] == [("年度资金总额", "94.85%"), ("财政拨款", "94.85%")]


def test_sentences_in_the_column_of_what_was_reached_are_read_and_the_aims_beside_them_not() -> None:
    text = (
        "项目支出绩效自评表\n年度总体目标\t预期目标\t实际完成情况\n"
        "\t全年清淤渠道36公里，更换闸门12座，改善灌溉面积1.5万亩，保障春灌用水。"
        "\t全年清淤渠道38.2公里，更换闸门12座，改善灌溉面积1.52万亩，春灌按时通水。\n"
        "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n产出指标\t数量指标\t闸门数量\t12座\t12座\t10\t10\n"
    )
    found = [(c.text, c.origin) for c in report(text).claims]
    assert found == [("38.2公里", "prose"), ("12座", "prose"), ("1.52万亩", "prose"), ("12座", "table")]


def test_the_columns_of_a_target_table_may_stand_in_any_order() -> None:
    rows = (
        "一级指标\t二级指标\t三级指标\t分值\t实际完成值\t年度指标值\t得分",
        "产出指标\t数量指标\t培训人数\t10\t86人\t≥80人\t10",
    )
    assert stated(*rows) == [("培训人数", "86", "人", "86人")]


def test_a_target_table_without_what_was_reached_makes_no_claims() -> None:
    rows = (
        "一级指标\t二级指标\t三级指标\t指标值",
        "产出指标\t数量指标\t培训人数\t≥80人",
        "成本指标\t经济成本指标\t培训费\t≤5万元",
    )
    assert stated(*rows) == []


@pytest.mark.parametrize(
    "rows",
    [
        (
            "评价指标\t参考分值\t评分标准\t自评得分",
            "预算执行\t10\t执行率每低1%扣0.5分\t9.5",
            "资产管理\t5\t账实相符得5分\t5",
        ),
        (
            "一级指标\t二级指标\t分值\t评分细则\t得分",
            "部门管理\t预算编制\t6\t缺1项扣2分\t6",
            "部门管理\t资金管理\t8\t缺1项扣2分\t7.5",
        ),
    ],
    ids=["reference scores", "scoring rules"],
)
def test_a_score_table_makes_no_claims(rows: tuple[str, ...]) -> None:
    assert stated(*rows) == []


@pytest.mark.parametrize(
    "rows",
    [
        ("科目编码\t科目名称\t金额", "2012901\t行政运行\t1,280.50", "2012902\t一般行政管理事务\t356.20"),
        ("预算单位\t收入总计\t支出总计", "本级\t5,855\t5,855", "下属中心\t320\t320"),
        ("功能分类科目\t基本支出\t项目支出", "行政运行\t1,280.50\t0.00", "工会事务\t0.00\t860.00"),
    ],
    ids=["codes", "totals", "functions"],
)
def test_a_finance_table_makes_no_claims(rows: tuple[str, ...]) -> None:
    assert stated("单位：万元", *rows) == []


def test_a_new_head_between_the_rows_begins_a_new_table() -> None:
    rows = ("项目\t金额（万元）\t备注", "培训费\t4.07\t无", *TARGETS)
    assert stated(*rows) == [
        ("培训费", "40700", "元", "4.07"),
        ("培训人数", "86", "人", "86人"),
        ("培训合格率", "98.60", "%", "98.60%"),
    ]


# --- whatever the table ---------------------------------------------------------------------------------------------------------

cells = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "98.6%",
            "4.07",
            "1,280.50",
            "-3",
            "2023",
            "项目",
            "培训费",
            "序号",
            "得分",
            "三级指标",
            "实际完成值",
            "金额（万元）",
            "一、",
        ]
    ),
    st.text(alphabet="0123456789.,%人万元（）单位：", max_size=8),
)
tables = st.lists(st.lists(cells, min_size=1, max_size=6), min_size=1, max_size=8)


@settings(deadline=None)
@given(tables)
def test_any_table_is_read_and_its_claims_quote_it(rows: list[list[str]]) -> None:
    found = report("单位：万元\n" + "".join("\t".join(row) + "\n" for row in rows))
    assert all(found.source_text[claim.start : claim.end] == claim.text for claim in found.claims)
    assert all(claim.entity for claim in found.claims if claim.origin == "table")


def test_cells_keep_their_spans() -> None:
    cleaned = clean("项目\t预算\t\n\t1,200\t元\n", load())
    first, second = filled_rows(cleaned, cleaned.blocks[0])
    assert [cell.text for cell in first] == ["项目", "预算", ""]
    assert [cell.text for cell in second] == ["", "1,200", "元"]
    assert cleaned.view.source_span(second[1].start, second[1].end) == (8, 13)


@settings(deadline=None)
@given(tables)
def test_every_row_of_a_grid_stands_in_its_view(rows: list[list[str]]) -> None:
    cleaned = clean("".join("\t".join(row) + "\n" for row in rows), load())
    for index, block in enumerate(cleaned.blocks):
        if block.kind == "table":
            for grid in read_grids(cleaned, index, load()):
                for cell in (cell for line in grid.body for cell in line):
                    assert block.start <= cell.start <= cell.end <= block.end
                    assert cleaned.view.text[cell.start : cell.end] == cell.text


def test_values_of_cells_are_exact() -> None:
    (claim,) = claims("单位：亿元", "项目\t决算数", "培训费\t0.1")
    assert claim.value == Decimal("10000000")
