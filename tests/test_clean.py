from __future__ import annotations

from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.clean import Cleaned, clean
from jixiao.lexicon import Rule, load
from jixiao.tables import filled_rows


def lines(source: str) -> list[str]:
    """The view, each block on lines of its own; table rows begin with «|» and have «|» between cells."""
    cleaned = clean(source, load())
    found = []
    for block in cleaned.blocks:
        text = cleaned.view.text[block.start : block.end]
        found += [text] if block.kind == "paragraph" else ["|" + row.replace("\t", "|") for row in text.split("\n")]
    return found


def quote(cleaned: Cleaned, words: str) -> str:
    """What stands in the source where ``words`` stand in the view."""
    at = cleaned.view.text.index(words)
    start, end = cleaned.view.source_span(at, at + len(words))
    return cleaned.view.source[start:end]


# --- Characters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "view"),
    [
        ("受理１，５１３件，办结率９８．５％。", "受理1,513件，办结率98.5%。"),
        ("补助1，513户，2，000人。", "补助1,513户，2,000人。"),
        ("全年12，其中3件。", "全年12，其中3件。"),
        ("2019，2020两年", "2019，2020两年"),
        ("１２３，４５６，７８９元", "123,456,789元"),
        ("ＡＢ类＋３", "AB类+3"),
        ("（一）：；，。不变", "（一）：；，。不变"),
        ("建\u200b档\ufeff困难\u00ad户", "建档困难户"),
        ("惠及\u00a0300\u3000人", "惠及300人"),
        ("得分&lt;90%的，得3分&nbsp;；满意度&ge;95%", "得分<90%的，得3分；满意度≥95%"),
        ("控制率<90%的扣1分，a<b且c>d", "控制率<90%的扣1分，a<b且c>d"),
        ("发放<b>36</b>万元<span style='x'>补贴</span>", "发放36万元补贴"),
        ("甲&amp;nbsp;乙", "甲乙"),
        ("满意度 $\\geq$ 95%的，得 $6$ 分", "满意度≥95%的，得$6$分"),
        ("执行率 $\\text{支出}/\\text{预算} \\times 100\\%$", "执行率支出/预算×100%"),
    ],
)
def test_characters(source: str, view: str) -> None:
    assert lines(source) == [view]


def test_lone_surrogates_do_no_harm() -> None:
    cleaned = clean("办结\ud800案件12件。\ud800", load())
    assert "案件12件" in cleaned.view.text
    assert len(cleaned.view.source) == 10


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x85", "\n\f\n", "<br>", "</p><p>"])
def test_every_kind_of_line_end(end: str) -> None:
    assert lines(f"甲办结一件。{end}乙办结两件。") == ["甲办结一件。", "乙办结两件。"]


def test_folded_numbers_quote_the_source() -> None:
    cleaned = clean("全年受理１，５１３&nbsp;件。", load())
    assert quote(cleaned, "1,513件") == "１，５１３&nbsp;件"


# --- Markdown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "view"),
    [
        ("支出**19.35**万元，服务**25-99**人企业", "支出19.35万元，服务25-99人企业"),
        ("## （二）履职情况 ##", "（二）履职情况"),
        ("##二、履职情况", "二、履职情况"),
        ("> 注：数据截至年底", "注：数据截至年底"),
        ("- 开展培训**6**期", "开展培训6期"),
        ("1\\. 完成投资\\*", "1.完成投资*"),
        ("经费__3__万元", "经费3万元"),
        ("签字：______日期", "签字：______日期"),
        ("单价2个*20000元/个，共3*4", "单价2个*20000元/个，共3*4"),
        ("产出指标 *数量指标 开展活动 ≥9场次", "产出指标\t*数量指标\t开展活动\t≥9场次"),
        ("详见[附件](http://a.b/c)和`表1`", "详见附件和表1"),
        ("*注：单位为万元*", "注：单位为万元"),
    ],
)
def test_markdown(source: str, view: str) -> None:
    cleaned = clean(source, load())
    assert cleaned.view.text == view


def test_bold_text_cut_in_two_by_a_line_end() -> None:
    assert lines("全区建成**便民服务\n驿站**8个。")[0].startswith("全区建成便民服务")
    assert "*" not in clean("全区建成**便民服务\n驿站**8个。", load()).view.text


def test_marks_are_remembered() -> None:
    cleaned = clean("### **一、概况**\n**1. 资金管理。**严格执行。\n- 培训\n正文**重点**。", load())
    text = cleaned.view.text
    heading, lead, item, plain = cleaned.blocks
    assert (heading.level, heading.bold_end) == (3, heading.end)
    assert (lead.level, text[lead.start : lead.bold_end]) == (0, "1.资金管理。")
    assert item.item
    assert (plain.level, plain.bold_end, plain.item) == (0, plain.start, False)


def test_pipe_tables_become_rows() -> None:
    source = "| 项目 | 预算 |\n| --- | ---: |\n| **合计** | **1,200.50** |\n|  | a\\|b |\n"
    cleaned = clean(source, load())
    assert [[cell.text for cell in row] for row in filled_rows(cleaned, cleaned.blocks[0])] == [
        ["项目", "预算"],
        ["合计", "1,200.50"],
        ["", "a|b"],
    ]


def test_html_inside_a_cell_stays_in_its_cell() -> None:
    source = (
        "指标\t<p>一、加强管理。</p> <p>二、规范支出。</p>\t5\n\t<ol><li>1. 甲；</li><li>2. 乙。</li></ol><br/>完\t3"
    )
    assert lines(source) == ["|指标|一、加强管理。二、规范支出。|5", "||1.甲；2.乙。完|3"]


def test_html_tables_become_rows() -> None:
    source = (
        "表如下：<table><tr><th>项目</th><th colspan='2'>金额</th></tr><tr><td rowspan=2>甲</td><td>3<br>万</td><td>4</td></tr>"
        "<tr><td>5</td><td>6</td></tr><tr><td>乙</td><td>7</td></tr></table>完毕。"
    )
    assert lines(source) == ["表如下：", "|项目|金额|", "|甲|3万|4", "||5|6", "|乙|7", "完毕。"]


# --- Pages and lines ----------------------------------------------------------------------------------

WRAPPED = """全区教育系统共有公办学校四十六所，在校学生三万二千余
人，专任教师二千一百余人，教学点布局基本合理，办学条件
逐年改善。2022 年部门预算收入 5,855 万元，比上年增加 1
,200 万元，主要用于校舍维修和设备更新，项目均按时间进
度推进，没有出现超概算的情况。
"""


def test_a_wrapped_paragraph_is_joined() -> None:
    (paragraph,) = lines(WRAPPED)
    assert "学生三万二千余人，" in paragraph
    assert "比上年增加1,200万元" in paragraph
    assert "按时间进度推进" in paragraph


def test_blank_lines_between_all_lines() -> None:
    assert lines(WRAPPED.replace("\n", " \n\n")) == lines(WRAPPED)


@pytest.mark.parametrize("number", ["- 3 -", "第 3 页 共 12 页", "— 3 —", "Page 3 of 12", "第3页"])
def test_a_page_number_inside_a_sentence(number: str) -> None:
    first, rest = WRAPPED.split("逐年改善", 1)
    assert lines(f"{first}\n\n{number}\n\n\n逐年改善{rest}") == lines(WRAPPED)


def test_running_heads_go_with_the_page_numbers() -> None:
    head = "某区教育局2022年度自评报告"
    source = WRAPPED.replace("逐年改善", f"- 1 -\n{head}\n逐年改善").replace("度推进", f"- 2 -\n{head}\n度推进")
    assert lines(source) == lines(WRAPPED)


def test_lone_numbers_are_page_numbers_only_in_sequence() -> None:
    source = WRAPPED.replace("逐年改善", "\n\n7\n\n逐年改善").replace("度推进", "\n\n8\n\n度推进")
    assert lines(source) == lines(WRAPPED)
    assert "9" in lines(WRAPPED + "\n\n9\n\n第二段从这里说起。")


def test_a_form_feed_inside_a_sentence() -> None:
    assert lines(WRAPPED.replace("逐年改善", "\f逐年改善")) == lines(WRAPPED)


DENSE = (
    "全年受理群众来信来访1,286件，按期办结1,279件，办结率99.46%，比上年提高1.32个百分点，登记救助对象4,562人次，"
    "发放救助金586.40万元，人均1,285元，走访困难群众3,128户，送去慰问金93.84万元，建成便民服务点126个，服务群众"
    "12.6万人次，好评率98.75%，调解矛盾纠纷2,046件，调解成功2,011件，成功率98.29%，化解信访积案37件，举办培训班"
    "28期，培训基层干部1,930人次，开展督查检查46次，发现问题312个，整改到位309个，整改率99.04%。"
)


@pytest.mark.parametrize("length", [24, 26, 27, 29])
def test_text_broken_after_so_many_characters_however_wide_they_are(length: int) -> None:
    source = "\n".join(DENSE[at : at + length] for at in range(0, len(DENSE), length))
    assert lines(source) == [DENSE]


def test_a_number_is_joined_where_its_line_is_a_little_short_of_the_full_width() -> None:
    whole = "中心承担进场交易服务和评标专家管理，场地设施由综合保障科负责维护并按月"
    source = "\n".join(
        [
            whole[:30],
            whole[4:34],
            whole[2:32],
            whole[1:31],
            "年初预算612.40万元，其中基本支出352.40万元，项目支出26",
            "0.00万元，年中没有追加。",
        ]
    )
    assert lines(source)[-1].endswith("项目支出260.00万元，年中没有追加。")


def test_digits_are_joined_only_in_wrapped_text() -> None:
    assert "12000" not in clean("向困难家庭发放补贴12\n000份。", load()).view.text


@pytest.mark.parametrize(
    "source",
    [
        "一、部门概况\n我局内设科室七个。",
        "（一）人员情况\n年末在职人员四十二人，比上年减少一人",
        "某区水务局\n2022年度部门整体支出绩效自评报告\n\n一、概况",
        "填报人：张明\n联系电话：0599-5550142\n部门名称（公章）：某区水务局",
        "1.开展培训；\n2.发放补贴；\n3.走访企业。",
        "具体如下：\n全年受理案件三百件。",
        "全年受理案件三百件。\n全年办结案件二百件。",
        "**三、履职情况**\n全年受理案件三百件",
        "社会效益\n全年受理案件三百件，群众普遍认可",
    ],
)
def test_lines_that_are_never_joined(source: str) -> None:
    assert lines(source) == [line.strip("*") for line in source.split("\n") if line]


@pytest.mark.parametrize(
    ("source", "view"),
    [
        ("依据《某区财政专项资金管\n理办法》执行。", "依据《某区财政专项资金管理办法》执行。"),
        (
            "协同有关部门做好安全生产和劳动保护工作，\n\n参加事故调查。",
            "协同有关部门做好安全生产和劳动保护工作，参加事故调查。",
        ),
        ("全年排查各类隐患，整改到位，群众反映较好，满意度继续上升，达到历史最高水\n平。", None),
    ],
)
def test_sentences_cut_in_unwrapped_text(source: str, view: str | None) -> None:
    assert lines(source) == [view or source.replace("\n", "")]


def test_a_heading_broken_over_two_lines() -> None:
    source = WRAPPED + "\n\n第五部分  一般公共预算“三公”经费预算\n情况\n\n\n" + WRAPPED
    assert lines(source)[1] == "第五部分 一般公共预算“三公”经费预算情况"


def test_blanks_between_han_and_digits_go() -> None:
    assert lines("2020 年调处纠纷 1513 宗，支出 9,147.15 万元，占 70 %。") == [
        "2020年调处纠纷1513宗，支出9,147.15万元，占70%。"
    ]
    assert lines("开展 open day 活动 3 场，得 100 90 分。1. 2020年完成。") == [
        "开展open day活动3场，得100 90分。1. 2020年完成。"
    ]


# --- Tables that lost their borders -------------------------------------------------------------------


def test_rows_flattened_to_blanks() -> None:
    source = (
        "表 3\n支出总表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n"
        "208 社会保障支出 168.40 168.40 0.00\n合 计 168.40 168.40 0.00\n"
    )
    assert lines(source) == [
        "表3",
        "支出总表",
        "单位：万元",
        "|科目编码|科目名称|合计|基本支出|项目支出",
        "|208|社会保障支出|168.40|168.40|0.00",
        "|合计|168.40|168.40|0.00",
    ]


def test_pieces_of_broken_cells_stay_out_of_the_text() -> None:
    table = "表 4\n项目支出表\n单位：万元\n项目 年初预算 支出数 结转\n政府性\n基金\n校舍维修 120 110 10\n"
    source = WRAPPED + table + "信息化设备购置\n及运维\n80 80 0\n" + WRAPPED
    found = lines(source)
    assert found[0] == found[-1] == lines(WRAPPED)[0]
    assert found[4:-1] == [
        "|项目|年初预算|支出数|结转",
        "|政府性",
        "|基金",
        "|校舍维修|120|110|10",
        "|信息化设备购置",
        "|及运维",
        "|80|80|0",
    ]


def test_rows_are_cut_along_runs_of_blanks() -> None:
    head, row = "项目名称        全年预算数    支出数\n", "老旧小区改造      5,106.00   4,218.40\n"
    source = head + row + "农村危房 补助        410.00     400.80\n"
    assert lines(source) == [
        "|项目名称|全年预算数|支出数",
        "|老旧小区改造|5,106.00|4,218.40",
        "|农村危房补助|410.00|400.80",
    ]


def test_prose_with_many_numbers_is_no_table() -> None:
    assert lines("工程竣工 12 处，改造 30 户，投入 5,106.00 万元") == ["工程竣工12处，改造30户，投入5,106.00万元"]


# --- Pattern data -------------------------------------------------------------------------------------

FURNITURE = [
    pytest.param(rule, id=f"{group}-{rule.id}")
    for group in ("page_number", "maybe_page_number", "contents_line", "caption", "label", "note", "row", "weak_row")
    for rule in getattr(load().furniture, group)
]


@pytest.mark.parametrize("rule", FURNITURE)
def test_rules_for_lines(rule: Rule) -> None:
    for example in rule.examples:
        assert regex.fullmatch(rule.regex, example), example
    for counter in rule.counter:
        assert not regex.fullmatch(rule.regex, counter), counter


# --- Properties ---------------------------------------------------------------------------------------

MARKS = "一、 （一） 1. 全年 12 000 ， 。 | ** # 《 （ <p> </td> <tr> &lt; 表1 - 3 - １，２３４ 单位：万元 $\\ge$ ` 目录 ......3 合计 填报人："
PIECES = st.sampled_from([*MARKS.split(), "\n", "\n\n", " ", "  ", "\t", "\f", "\r", "\u3000", "\ufeff", "- 3 -"])


def check(source: str) -> None:
    cleaned = clean(source, load())
    view = cleaned.view
    assert view.source == source
    spans = [view.source_span(at, at + 1) for at in range(len(view.text))]
    assert all(0 <= start <= end <= len(source) for start, end in spans)
    assert spans == sorted(spans)
    at = 0
    for block in cleaned.blocks:
        assert at <= block.start < block.end <= len(view.text)
        assert not view.text[at : block.start].strip("\n")
        assert block.start <= block.bold_end <= block.end or block.kind == "table"
        text = view.text[block.start : block.end]
        assert text.strip()
        if block.kind == "paragraph":
            assert "\n" not in text
            assert "\t" not in text
        at = block.end
    assert not view.text[at:].strip()


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_cleaned(source: str) -> None:
    check(source)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_mixture_of_marks_can_be_cleaned(source: str) -> None:
    check(source)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_letters_and_digits_of_the_view_stand_in_the_source(source: str) -> None:
    view = clean(source, load()).view
    for at, char in enumerate(view.text):
        if char.isdigit() or "\u4e00" <= char <= "\u9fff":
            start, end = view.source_span(at, at + 1)
            assert char in source[start:end].translate({0xFF10 + n: str(n) for n in range(10)})


@pytest.mark.parametrize(
    "source",
    [
        "汉" * 5_000_000,
        "全年办理12件。\n" * 500_000,
        "1" * 1_000_000,
        "（" * 1_000_000,
        "<p " * 300_000,
        "|" * 500_000,
        "**" * 500_000,
    ],
    ids=["one line", "short lines", "digits", "brackets", "tags", "pipes", "stars"],
)
def test_hostile_text_takes_bounded_time(source: str) -> None:
    import time

    began = time.perf_counter()
    clean(source, load())
    assert time.perf_counter() - began < 30  # measured: 0.1 to 6 s


# --- On the development material ----------------------------------------------------------------------


def seed(shared: Path, name: str) -> Cleaned:
    (path,) = (shared / "seeds").glob(f"{name}_*.txt")
    with path.open(encoding="utf-8", newline="") as file:
        return clean(file.read(), load())


@pytest.mark.parametrize(
    ("name", "words", "source"),
    [
        ("000", "减少0.6万元", "减少 0.6 \n\n万元"),
        ("000", "保留车辆1辆", None),  # a page number's place between them
        ("000", "经费预算情况", None),
        ("002", "19.35万元", "19.35**万元"),
        ("002", "25-99人企业", "25-99**人企业"),
        ("002", "公文处理规定》", None),
        ("002", "企业3769家", None),
        ("002", "解决职工诉求382条", None),
        ("002", "体系，完善基层", None),
        ("003", "〔2022〕97号", None),
        ("003", "评价评分93.96分", None),
    ],
)
def test_sentences_of_the_seeds_go_on(shared: Path, name: str, words: str, source: str | None) -> None:
    cleaned = seed(shared, name)
    assert words in cleaned.view.text
    if source is not None:
        assert quote(cleaned, words) == source


def test_no_line_of_the_reports_is_joined(shared: Path) -> None:
    for path in (shared / "corpora").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        paragraphs = [line for line in text.split("\n") if line.strip()]
        assert len(clean(text, load()).blocks) >= len(paragraphs) - 1  # «【字号：…】» is one
