from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from builders import claim, target
from jixiao import linear
from jixiao.analyse import Report, analyse
from jixiao.ingest import Source, read
from jixiao.lexicon import load
from jixiao.link import link
from jixiao.pairs import prepare
from jixiao.records import Link, document_id

TABLE = """溪口县水务局2023年度部门整体支出绩效自评报告

一、年度绩效目标

一级指标\t二级指标\t三级指标\t年度指标值
产出指标\t数量指标\t维修泵站\t≥12座
\t\t疏浚渠道长度\t≥60公里
\t\t节水宣传场次\t≥20场
\t\t管水员培训人次\t≥300人次
\t质量指标\t工程验收合格率\t100%
\t时效指标\t水费票据平均开具时间\t≤3个工作日
成本指标\t经济成本指标\t每座泵站维修成本\t≤9万元/座
效益指标\t社会效益指标\t受益村庄个数\t≥40个
满意度指标\t服务对象满意度指标\t用水户满意度\t≥90%

"""


def analysed(text: str) -> Report:
    data = text.encode()
    return analyse(
        Source(path="报告.txt", doc_id=document_id(data), text=text, format="text", encoding="utf-8", status="ok")
    )


def answers(prose: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Indicator, the figures that answer it, and the verdict, of a report that has :data:`TABLE` and ``prose``."""
    report = analysed(TABLE + "二、履职情况\n\n" + prose + "\n")
    claims = {one.claim_id: one for one in report.claims}
    targets = {one.target_id: one for one in report.targets}
    return [
        (
            targets[one.target_id or ""].indicator,
            tuple(claims[each].text for each in (one.claim_id, *one.operands)),
            one.verdict,
        )
        for one in report.links
        if one.target_id
    ]


def test_a_figure_answers_the_target_that_counts_the_same() -> None:
    assert answers("全年维修泵站14座，疏浚渠道57.6公里，用水户满意度为93.5%。") == [
        ("维修泵站", ("14座",), "met"),
        ("疏浚渠道长度", ("57.6公里",), "unmet"),
        ("用水户满意度", ("93.5%",), "met"),
    ]


def test_a_fact_that_is_told_twice_answers_twice() -> None:
    found = answers("全年维修泵站14座，运行情况良好。\n\n维修泵站共14座，比计划多2座。")
    assert found == [("维修泵站", ("14座",), "met"), ("维修泵站", ("14座",), "met")]


@pytest.mark.parametrize(
    "prose",
    [
        "上年维修泵站14座。",
        "维修泵站的年度目标为12座。",
        "2024年计划维修泵站16座。",
        "维修泵站由上年的9座增加，情况见附件。",
        "全县现有水文站12座。",
        "会议室有座椅12个。",
        "共支出1,260万元。",
    ],
    ids=[
        "last year's",
        "the target restated",
        "a plan for next year",
        "where a rise began",
        "the same number of other things",
        "the number of another target's kind",
        "money of no target",
    ],
)
def test_what_answers_no_target_is_not_linked(prose: str) -> None:
    assert answers(prose) == []


def test_a_value_that_equals_the_target_is_no_evidence() -> None:
    assert answers("全年维修泵站9座，更换水表300只，召开调度会20次。") == [("维修泵站", ("9座",), "unmet")]


def test_a_rate_is_computed_from_the_two_counts_that_one_sentence_gives() -> None:
    report = analysed(TABLE + "二、履职情况\n\n全年完成工程验收46处，其中合格45处。\n")
    (one,) = [each for each in report.links if each.method == "derived"]
    claims = {each.claim_id: each.text for each in report.claims}
    assert [claims[each] for each in (one.claim_id, *one.operands)] == ["45处", "46处"]
    assert (one.verdict, one.ratio) == ("unmet", Decimal("0.9783"))
    assert "97.83%" in one.reason


def test_a_count_is_at_least_what_is_listed_one_by_one() -> None:
    listed = "完成高标准改造的有青石渠1.2公里、柳荫渠0.8公里和学田渠2.05公里。"
    table = TABLE.replace("维修泵站\t≥12座", "改造灌渠\t≥3条")
    report = analysed(f"{table}二、履职情况\n\n{listed}\n")
    (one,) = [each for each in report.links if each.method == "derived"]
    texts = {claim.claim_id: claim.text for claim in report.claims}
    assert [texts[each] for each in (one.claim_id, *one.operands)] == ["1.2公里", "0.8公里", "2.05公里"]
    assert (one.verdict, one.ratio) == ("met", Decimal(1))
    assert one.reason == (
        "报告列出“青石渠1.2公里”、“柳荫渠0.8公里”、“学田渠2.05公里”，至少3条，目标为≥3条，已达到目标。"
    )
    # What is listed may not be all: too few of them prove nothing.
    report = analysed(f"{table.replace('≥3条', '≥5条')}二、履职情况\n\n{listed}\n")
    (one,) = [each for each in report.links if each.method == "derived"]
    assert one.verdict == "undetermined"
    assert one.reason.endswith("目标为≥5条，是否达到目标无法判定；为目标的60%；所列事项可能不全，不足以判定。")


@pytest.mark.parametrize(
    "prose",
    [
        "完成高标准改造的有青石渠1.2公里、柳荫路0.8公里。",  # not all of them are what is counted
        "改造灌渠1.2公里、改造灌渠0.8公里。",  # one thing twice
        "完成改造的有青石渠1.2公里。",  # one thing is no list
    ],
)
def test_what_is_no_list_of_the_things_counted_gives_no_count(prose: str) -> None:
    table = TABLE.replace("维修泵站\t≥12座", "改造灌渠\t≥3条")
    assert [each for each in analysed(f"{table}二、履职情况\n\n{prose}\n").links if each.method == "derived"] == []


@pytest.mark.parametrize(
    ("told", "indicator", "value"),
    [
        ("全年送检水样96批次，通过95批次，其余1批次已复检。", "水样检验合格率", "98.96"),
        ("发现堤防隐患58条，当年销号56条。", "堤防隐患整改率", "96.55"),
        ("发放用水户问卷500份，收回480份，选“满意”的456份。", "用水户问卷满意度", "95.00"),
    ],
)
def test_a_rate_is_computed_whatever_word_the_report_has_for_its_part(told: str, indicator: str, value: str) -> None:
    table = TABLE.replace("工程验收合格率\t100%", f"{indicator}\t≥95%").replace(
        "用水户满意度\t≥90%", "投诉处理率\t100%"
    )
    report = analysed(f"{table}二、履职情况\n\n{told}\n")
    (one,) = [each for each in report.links if each.method == "derived"]
    assert f"计算，{indicator}为{value}%" in one.reason


def test_a_fall_of_one_thing_is_no_rate_of_another() -> None:
    table = TABLE.replace("工程验收合格率\t100%", "单位面积碳排放下降率\t≥2%")
    told = "平均百公里油耗为9.1升，比上年的9.4升下降0.3升，单位面积用电46度。"
    assert [each for each in analysed(f"{table}二、履职情况\n\n{told}\n").links if each.method == "derived"] == []


def derived(indicator: str, target: str, told: str) -> list[tuple[tuple[str, ...], str]]:
    """The figures of each computed answer to ``indicator``, which takes the place of the table's first row, and the verdict."""
    report = analysed(f"{TABLE.replace('维修泵站', indicator).replace('≥12座', target)}二、履职情况\n\n{told}\n")
    texts = {claim.claim_id: claim.text for claim in report.claims}
    return [
        (tuple(texts[each] for each in (one.claim_id, *one.operands)), one.verdict)
        for one in report.links
        if one.method == "derived"
    ]


def test_a_rate_is_computed_where_several_signs_speak_for_its_two_counts() -> None:
    # no word for the result, but the indicator's own words behind the whole, and the rest is told
    told = "全县在岗闸门工42名，其中40名持有闸门运行证书，其余2名已报名参加下期培训。"
    assert derived("闸门工持证上岗率", "≥95%", told) == [(("40名", "42名"), "met")]
    # 人 and 名 count the same; of the questionnaires, those that came back are the whole
    assert derived("闸门工持证上岗率", "≥95%", told.replace("40名", "40人")) == [(("40人", "42名"), "met")]


def test_a_rate_that_misses_its_target_by_far_is_computed_like_one_that_meets_it() -> None:
    told = "全县在岗闸门工42名，其中21名持有闸门运行证书，其余21名已报名参加下期培训。"
    assert derived("闸门工持证上岗率", "≥95%", told) == [(("21名", "42名"), "unmet")]


@pytest.mark.parametrize(
    "told",
    [
        "全县在岗闸门工42名，其中40名住在站上，其余2名住在附近村庄。",
        "更换启闭机42台，其中国产设备40台。",
        "全县在岗闸门工42名，其中持有闸门运行证书的40名，持证上岗率95.24%。",
    ],
    ids=["near the target, of something else", "of other things", "the rate is printed"],
)
def test_other_counts_give_no_rate(told: str) -> None:
    assert derived("闸门工持证上岗率", "≥95%", told) == []


def test_figures_side_by_side_are_added_up_where_none_is_enough() -> None:
    told = "全年开展节水宣讲进校园26场、进社区31场，发放折页若干。"
    assert derived("节水宣讲活动", "≥50场", told) == [(("26场", "31场"), "met")]
    missed = "全年开展节水宣讲进校园16场、进社区21场，发放折页若干。"
    assert derived("节水宣讲活动", "≥50场", missed) == [(("16场", "21场"), "unmet")]
    assert derived("节水宣讲活动", "≥50场", "全年开展节水宣讲57场，其中进校园26场、进社区31场。") == []
    assert derived("节水宣讲活动", "≥50场", "全年开展节水宣讲51场，夜间宣讲12场。") == []


def test_money_that_was_set_is_no_answer() -> None:
    table = TABLE.replace("每座泵站维修成本\t≤9万元/座", "项目支出总成本\t≤860万元")
    report = analysed(f"{table}二、履职情况\n\n年初批复项目支出预算860.00万元。全年项目支出842.60万元。\n")
    texts = {claim.claim_id: claim.text for claim in report.claims}
    assert [texts[one.claim_id] for one in report.links if one.target_id] == ["842.60万元"]


def test_what_was_paid_by_a_standard_answers_the_standard() -> None:
    table = TABLE.replace("每座泵站维修成本\t≤9万元/座", "泵站维修补助标准\t9万元/座")
    report = analysed(f"{table}二、履职情况\n\n泵站维修按每座8万元的标准补助。\n")
    texts = {claim.claim_id: claim.text for claim in report.claims}
    assert [texts[one.claim_id] for one in report.links] == ["8万元"]


def test_a_cell_under_one_rate_is_no_answer_to_another() -> None:
    prose = "表1 设备情况\n\n设备\t数量\t利用率\n工程验收设备\t12台\t98%\n"
    assert [one for one in answers(prose) if one[0] == "工程验收合格率"] == []


def test_a_cell_that_says_again_what_the_prose_answers_with_answers_too() -> None:
    prose = "用水户满意度为93.5%。\n\n表1 回访情况\n\n乡镇\t回访户数\t用水户满意度\n合计\t400户\t93.5%\n"
    found = [one for one in answers(prose) if one[0] == "用水户满意度"]
    assert found == [("用水户满意度", ("93.5%",), "met")] * 2


@pytest.mark.parametrize(
    ("indicator", "is_rate"),
    [("工程费用支付及时性", True), ("工程验收合格率", True), ("护渠队伍稳定性", False), ("维修泵站", False)],
)
def test_indicators_that_ask_for_a_rate(indicator: str, is_rate: bool) -> None:
    aims, _ = prepare([], [target("100%", "t", "100%", "100", "%", indicator=indicator)], {}, load())
    assert [aim.is_rate for aim in aims] == [is_rate]


def effect(told: str) -> list[str]:
    """The figures of ``told`` that answer the target of an effect, 有效化解用水矛盾 by 90 per cent and more."""
    table = TABLE.replace("受益村庄个数\t≥40个", "有效化解用水矛盾\t≥90%")
    report = analysed(table + "二、履职情况\n\n" + told + "\n")
    claims = {one.claim_id: one for one in report.claims}
    wanted = {one.target_id for one in report.targets if one.indicator == "有效化解用水矛盾"}
    return [claims[one.claim_id].text for one in report.links if one.target_id in wanted]


def test_an_effect_in_per_cent_is_answered_by_the_one_rate_of_the_sentence_that_tells_it() -> None:
    assert effect("水管站全年接访46次，调处成功率达到95.6%，把用水矛盾化解在田间地头。") == ["95.6%"]


@pytest.mark.parametrize(
    "told",
    [
        "水管站全年接访46次，调处成功率达到95.6%。",  # of what?
        "调处成功率达到95.6%，回访率达到82.0%，把用水矛盾化解在田间地头。",  # which of them?
    ],
)
def test_no_other_rate_answers_an_effect(told: str) -> None:
    assert effect(told) == []


def test_the_claim_of_a_row_answers_its_target_whatever_the_model_says() -> None:
    text = TABLE.replace("年度指标值", "年度指标值\t实际完成值").replace("≥12座", "≥12座\t11座")
    report = analysed(text)
    (one,) = link(report.claims, report.targets, {}, load(), None)
    assert (one.score, one.verdict, one.method) == (1.0, "unmet", "direct")


def test_without_a_model_only_rows_answer() -> None:
    report = analysed(TABLE + "二、履职情况\n\n全年维修泵站14座。\n")
    assert link(report.claims, report.targets, {}, load(), None) == ()


def test_targets_of_several_years_and_targets_in_words_are_not_linked() -> None:
    text = "全年维修泵站14座。"
    found = [claim(text, "d", "14座", "14", "座", entity="泵站", action="维修")]
    for wanted in (
        target("≥40座", "t", "≥40座", "40", "座", indicator="维修泵站", fiscal_year=None),
        target("逐步改善", "t", "逐步改善", None, "", indicator="维修泵站"),
    ):
        assert link(found, [wanted], {}, load(), linear.load().link) == ()


@pytest.mark.parametrize(("told", "verdict"), [("比时限晚12天", "unmet"), ("较计划提前9天", "met")])
def test_a_deadline_is_answered_by_how_late_or_early_it_was(told: str, verdict: str) -> None:
    text = TABLE.replace("成本指标\t", "\t\t分水闸改造完工时间\t10月底前\n成本指标\t", 1)
    report = analysed(text + f"二、履职情况\n\n东干渠分水闸改造于11月中旬完工，{told}。\n")
    targets = {one.target_id: one for one in report.targets}
    assert [(targets[one.target_id or ""].indicator, one.verdict) for one in report.links] == [
        ("分水闸改造完工时间", verdict)
    ]


def test_links_are_the_same_in_every_run_and_stand_in_the_order_of_the_targets() -> None:
    prose = "疏浚渠道57.6公里，全年维修泵站14座，用水户满意度为93.5%。"
    assert answers(prose) == answers(prose)
    assert [indicator for indicator, _, _ in answers(prose)] == ["维修泵站", "疏浚渠道长度", "用水户满意度"]


# --- a real report -----------------------------------------------------------------------------------------------------------


def test_the_34_targets_of_a_real_report_as_a_person_linked_them(shared: Path) -> None:
    """``tests/data/links/003.jsonl`` was written by reading the report, target by target and figure by figure, before links
    were made by program: a figure and the target it answers a line; ``sure`` where no other reading is defensible."""
    (path,) = shared.glob("seeds/003*.txt")
    report = analyse(read(path))
    lines = (Path(__file__).parent / "data/links/003.jsonl").read_text(encoding="utf-8").splitlines()
    golds = [json.loads(line) for line in lines]
    claims = {one.claim_id: one for one in report.claims}
    targets = {one.target_id: one for one in report.targets}
    assert {(one.start, one.end) for one in report.targets} >= {tuple(gold["target"]) for gold in golds}
    wanted = {tuple(gold["target"]) for gold in golds}
    made = [one for one in report.links if one.target_id and place(targets[one.target_id]) in wanted]

    def agrees(one: Link, gold: dict[str, list[list[int]]]) -> bool:
        figures = [claims[each] for each in (one.claim_id, *one.operands)]
        return place(targets[one.target_id or ""]) == tuple(gold["target"]) and any(
            figure.start < end and start < figure.end for figure in figures for start, end, _ in gold["figures"]
        )

    right = sum(any(agrees(one, gold) for gold in golds) for one in made)
    sure = [gold for gold in golds if gold["sure"]]
    found = sum(any(agrees(one, gold) for one in made) for gold in sure)
    answered = {tuple(gold["target"]) for gold in sure if any(agrees(one, gold) for one in made)}
    assert right / len(made) >= 0.9
    assert found / len(sure) >= 0.85
    assert len(answered) >= 12  # of the 13 targets that are surely answered


def place(one: object) -> tuple[int, int]:
    return one.start, one.end  # type: ignore[attr-defined]


# --- spending and budgets -----------------------------------------------------------------------------------------------------


def spending(prose: str) -> list[tuple[str, str, Decimal | None]]:
    """The figure, its verdict and its execution rate, of every claim that is linked with a budget."""
    report = analysed("溪口县水务局2023年度部门整体支出绩效自评报告\n\n二、预算执行情况\n\n" + prose + "\n")
    claims = {one.claim_id: one for one in report.claims}
    return [(claims[one.claim_id].text, one.verdict, one.ratio) for one in report.links if one.budget_id]


def test_spending_is_held_against_the_budget_of_the_same_item() -> None:
    prose = "年初预算1,200.00万元，其中基本支出480.00万元，项目支出720.00万元。\n\n全年基本支出492.00万元，项目支出684.00万元。"
    assert spending(prose) == [
        ("492.00万元", "unmet", Decimal("1.0250")),
        ("684.00万元", "met", Decimal("0.9500")),
    ]


def test_an_adjusted_budget_goes_before_the_first() -> None:
    prose = "年初预算1,200.00万元，调整后预算1,300.00万元，全年支出1,274.00万元。"
    assert spending(prose) == [("1,274.00万元", "met", Decimal("0.9800"))]


def test_two_budgets_of_one_item_leave_it_open_which_is_meant() -> None:
    prose = "泵站大修预算120.00万元。\n\n泵站大修预算135.00万元。\n\n泵站大修支出118.00万元。"
    assert spending(prose) == []


def test_more_than_the_first_budget_is_no_overspending_where_budgets_were_adjusted() -> None:
    prose = (
        "年初预算1,200.00万元，其中基本支出480.00万元，项目支出720.00万元；年中追加后，调整后预算1,300.00万元。\n\n"
        "全年支出1,274.00万元，其中基本支出492.00万元，项目支出782.00万元。"
    )
    report = analysed(f"溪口县水务局2023年度部门整体支出绩效自评报告\n\n一、预算执行情况\n\n{prose}\n")
    found = {claim.claim_id: claim.text for claim in report.claims}
    links = [one for one in report.links if one.budget_id]
    assert [(found[one.claim_id], one.verdict) for one in links] == [
        ("1,274.00万元", "met"),
        ("492.00万元", "undetermined"),
        ("782.00万元", "undetermined"),
    ]
    assert links[1].reason == (
        "“基本支出”实际支出492.00万元，预算480.00万元，超出年初预算；执行率102.5%；"
        "年中预算有调整，该项调整后的预算未载明，是否超支无法判定。"
    )


@pytest.mark.parametrize(
    "spent",
    ["12月一个月支出218.00万元。", "其中救助类支出388.00万元，占全年支出的三成。"],
)
def test_a_month_or_a_part_is_not_held_against_the_budget_of_the_whole_department(spent: str) -> None:
    assert spending(f"全年预算1,300.00万元。\n\n{spent}") == []
