from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.clean import clean
from jixiao.lexicon import TitleRule, load
from jixiao.records import DocumentType, Section
from jixiao.segment import section_at, segment, title_label


def sections(source: str) -> tuple[Section, ...]:
    return segment(clean(source, load()), "0" * 16, load())


def tree(source: str) -> list[tuple[int, str, str]]:
    return [(section.level, section.label, section.title) for section in sections(source)]


# --- Which lines are headings -------------------------------------------------------------------------


def test_headings_in_the_usual_styles() -> None:
    source = """某县水务局2022年度部门整体支出绩效自评报告

填报人：张明

一、部门基本情况

（一）主要职能

负责全县水资源管理。

（二）年度重点工作

1. 农村供水

新建水厂两座，覆盖村庄三十个。

（1）管网改造

更换管道八公里。

1) 城区

完成。

2. 防汛抗旱

组织演练五场。

二、存在问题

（一）执行进度偏慢

一是项目前期准备不足。
二是资金下达偏晚。
"""
    assert tree(source) == [
        (1, "overview", "一、部门基本情况"),
        (2, "duties", "（一）主要职能"),
        (2, "work_plan", "（二）年度重点工作"),
        (3, "work_plan", "1.农村供水"),
        (4, "work_plan", "（1）管网改造"),
        (5, "work_plan", "1)城区"),
        (3, "work_plan", "2.防汛抗旱"),
        (1, "problems", "二、存在问题"),
        (2, "problems", "（一）执行进度偏慢"),
    ]


def test_sections_reach_to_the_next_heading_of_their_level() -> None:
    source = "前言\n\n一、概况\n甲。\n（一）职能\n乙。\n\n二、问题\n丙。\n"
    found = sections(source)
    assert [source[section.start : section.end] for section in found] == [
        "一、概况\n甲。\n（一）职能\n乙。",
        "（一）职能\n乙。",
        "二、问题\n丙。",
    ]
    assert [section.path for section in found] == [("一、概况",), ("一、概况", "（一）职能"), ("二、问题",)]
    assert section_at(found, 0) is None
    for words, title in [("甲", "一、概况"), ("乙", "（一）职能"), ("丙", "二、问题"), ("一、", "一、概况")]:
        section = section_at(found, source.index(words))
        assert section is not None
        assert section.title == title


@pytest.mark.parametrize(
    "source",
    [
        "重点任务如下：\n1. 积极参与抢险救灾；\n2. 做好困难群众帮扶工作；\n3. 加强队伍建设。",
        "1.依据河道管理条例，建立健全巡查制度。\n2.管理水利资产，保护水利设施。",
        "一是开展培训。组织学员三百人参加。\n二是加强监管。检查单位二十家。",
        "全年主要做法：一、抓培训；二、抓监管。",
        "1.市级比赛（45万）：主办单位三家\n2.春节活动（8万）：六场",
        "1.完成改造三十户，投入12万元。\n2.新建泵站两座。",
        "（一）2023年3月底前完成招标，6月底完工。\n（二）再更新管网15公里，力争满意度不低于90%。",
        "5.8万人参加培训",
        "各位代表：\n现在报告工作。",
        "| 一、基本支出 | 560.65 |\n| 二、项目支出 | 2,683.35 |",
    ],
)
def test_what_is_no_heading(source: str) -> None:
    assert tree(source) == []


def test_a_paragraph_that_begins_with_its_title() -> None:
    source = "（一）经济增长稳中有进。全县工业产值增长百分之六，投资保持平稳。\n（二）民生福祉持续改善。新增就业三千人，保障水平稳步提高。"
    found = sections(source)
    assert [section.title for section in found] == ["（一）经济增长稳中有进", "（二）民生福祉持续改善"]
    assert source[found[0].start : found[0].end] == source.split("\n")[0]


def test_a_title_alone_among_paragraphs_that_begin_with_theirs() -> None:
    source = (
        "（一）就业局势稳定。全年新增就业三千人，失业率保持低位。\n（二）培训提质扩面。举办培训班二十期，参训八百人次。\n"
        "（三）保障织密扎牢。\n参保率达到百分之九十七。\n"
    )
    assert [title for _, _, title in tree(source)] == ["（一）就业局势稳定", "（二）培训提质扩面", "（三）保障织密扎牢"]


def test_a_lone_sentence_among_list_items_is_no_title() -> None:
    source = "三、问题\n1.施工期短。有效施工期不足七个月，遇停工便跨年。\n2.末端不热的老问题未根治。\n3.个别指标设得粗，没有可衡量的数值。"
    assert tree(source) == [(1, "problems", "三、问题")]


def test_bold_titles() -> None:
    source = (
        "## 四、绩效分析\n**1. 资金管理。**严格按制度执行，全年无违规。\n**2. 项目管理**  \n"
        "坚持事前评估。\n3. **满意度**：回访六百户。"
    )
    assert tree(source) == [
        (1, "results", "四、绩效分析"),
        (2, "budget_execution", "1.资金管理"),
        (2, "management", "2.项目管理"),
        (2, "satisfaction", "3.满意度"),
    ]


def test_numbering_outweighs_contradicting_markdown_levels() -> None:
    source = "# 报告\n## 一、概况\n### （一）职能\n甲。\n## （二）人员\n乙。\n#### （三）任务\n丙。\n### 二、履职情况\n丁。\n# 1.培训\n戊。"
    assert [(level, title) for level, _, title in tree(source)] == [
        (1, "一、概况"),
        (2, "（一）职能"),
        (2, "（二）人员"),
        (2, "（三）任务"),
        (1, "二、履职情况"),
        (2, "1.培训"),
    ]


def test_markdown_headings_without_numbers_nest_by_their_marks() -> None:
    source = "# 概况\n甲。\n## 职能\n乙。\n## 人员\n丙。\n# 存在问题\n丁。"
    assert [(level, title) for level, _, title in tree(source)] == [
        (1, "概况"),
        (2, "职能"),
        (2, "人员"),
        (1, "存在问题"),
    ]


def test_a_style_used_again_inside_parts() -> None:
    source = (
        "一、文字部分\n第一部分 概况\n一、职责\n甲。\n二、机构\n乙。\n第二部分 说明\n"
        "一、收入\n丙。\n二、支出\n丁。\n二、表格部分\n戊。"
    )
    assert [(level, title) for level, _, title in tree(source)] == [
        (1, "一、文字部分"),
        (2, "第一部分 概况"),
        (3, "一、职责"),
        (3, "二、机构"),
        (2, "第二部分 说明"),
        (3, "一、收入"),
        (3, "二、支出"),
        (1, "二、表格部分"),
    ]


def test_arabic_numbers_above_bracketed_han() -> None:
    source = "1、概况\n（一）职能\n甲。\n（二）人员\n乙。\n2、履职情况\n（一）供水\n丙。\n（二）防汛\n丁。"
    assert [level for level, _, _ in tree(source)] == [1, 2, 2, 1, 2, 2]


# --- Contents, tables, annexes ------------------------------------------------------------------------


def test_a_dotted_table_of_contents_is_one_section() -> None:
    source = (
        "目录\n一、概况 ..... - 1 -\n（一）职能 .....\t- 1 -\n二、问题……3\n\n一、概况\n（一）职能\n甲。\n二、问题\n乙。"
    )
    found = sections(source)
    assert [(section.level, section.label, section.title) for section in found] == [
        (1, "contents", "目录"),
        (1, "overview", "一、概况"),
        (2, "duties", "（一）职能"),
        (1, "problems", "二、问题"),
    ]
    assert source[found[0].start : found[0].end].endswith("3")


def test_contents_without_dots_end_where_the_first_entry_comes_again() -> None:
    source = (
        "目  录\n\n第一部分  部门概况\n第二部分  预算情况说明\n  表1 收支总表\n"
        "\n第一部分  部门概况\n甲。\n第二部分  预算情况说明\n乙。"
    )
    assert [(label, title) for _, label, title in tree(source)] == [
        ("contents", "目录"),
        ("overview", "第一部分 部门概况"),
        ("budget_preparation", "第二部分 预算情况说明"),
    ]


def test_captions_of_target_and_score_tables_open_a_section_of_the_table_alone() -> None:
    source = (
        "二、履职情况\n概述如下：\n表 1-1 收支情况\n项目\t金额\n甲\t3\n"
        "表 1-2 部门绩效目标申报情况\n单位：万元\n二级指标\t指标值\n数量指标\t≥3\n\n"
        "全年完成任务。\n附件：\n评价指标评分表\n一级指标\t得分\n产出\t9\n"
    )
    found = sections(source)
    assert [(section.level, section.label, section.title) for section in found] == [
        (1, "performance", "二、履职情况"),
        (2, "target_table", "表1-2部门绩效目标申报情况"),
        (1, "annex", "附件"),
        (2, "score_table", "评价指标评分表"),
    ]
    section = section_at(found, source.index("全年完成"))
    assert section is not None
    assert section.label == "performance"
    section = section_at(found, source.index("≥3"))
    assert section is not None
    assert section.label == "target_table"


def test_the_name_of_a_table_below_its_number() -> None:
    source = "表 11\n部门整体支出绩效目标表\n2022 年度 单位：万元\n一级指标\t二级指标\t指标值\n产出\t数量\t3\n"
    assert [(label, source[s.start : s.end] == source.rstrip()) for s in sections(source) for label in [s.label]] == [
        ("target_table", True)
    ]


def test_a_form_is_one_section_from_its_title_on() -> None:
    source = (
        "某区项目支出绩效目标申报表\n项目编码：4401 项目名称：工作经费\n政策依据：\n1.某某通知\n"
        "年度目标：\n开展活动九次。\n一级指标\t指标值\n产出\t3\n"
    )
    found = sections(source)
    assert [(section.label, section.start, section.end) for section in found] == [
        ("target_table", 0, len(source.rstrip()))
    ]


# --- Labels -------------------------------------------------------------------------------------------

TITLES = [pytest.param(rule, id=rule.label) for rule in (*load().headings.title, *load().headings.own_words)]


@pytest.mark.parametrize("rule", TITLES)
def test_rules_for_titles(rule: TitleRule) -> None:
    for example in rule.examples:
        assert title_label(example, None, load()) == rule.label, example
    for counter in rule.counter:
        assert title_label(counter, None, load()) != rule.label, counter


@pytest.mark.parametrize(
    ("title", "parent", "label"),
    [
        ("（一）城乡供水", "performance", "performance"),
        ("（四）其他", None, "other"),
        ("2. 改进措施", "problems", "improvement"),
        ("（3）公众服务对象满意度待加强", "problems", "problems"),
        ("（3）提高公众满意度", "improvement", "improvement"),
        ("（三）2020年部门预算编制情况。", "overview", "budget_preparation"),
        ("三、绩效目标完整性", "budget_preparation", "budget_preparation"),
        ("第三部分 2022年“三公”经费预算", None, "budget_preparation"),
        ("二、效果和满意度", None, "effectiveness"),
        ("（一）人员与资产", None, "overview"),
        ("（二）经济和社会效益", None, "social_benefit"),
        ("（二）补齐短板，办好实事", "performance", "performance"),
        ("（五）乘客怎么看", "performance", "satisfaction"),
        ("一、年度总体目标", "target_table", "goals"),
        ("（二）产出指标", "target_table", "target_table"),
        ("二、绩效目标完成情况", None, "performance"),
        ("（一）产出情况", "results", "results"),
        ("（二）效益情况", "performance", "effectiveness"),
        ("（三）效益和满意度", None, "effectiveness"),
        ("三、履职效能", None, "performance"),
        ("四、总体评价和整改措施", None, "results"),
        ("（二）人员与制度管理情况", "budget_execution", "management"),
        ("（四）队伍建设和群众评价", "results", "results"),
        ("（二）机构设置", "duties", "overview"),
        ("（三）2023年重点工作", "duties", "work_plan"),
        ("（三）负责全县机构人员情况的汇总和年度报告编制工作", "duties", "duties"),
        ("二、一般公共预算支出情况", None, "budget_execution"),
        ("2.一般公共预算支出情况", "budget_preparation", "budget_preparation"),
        ("（二）绩效监控与评价", "management", "management"),
    ],
)
def test_a_title_decides_else_the_parent(title: str, parent: str | None, label: str) -> None:
    assert title_label(title, parent, load()) == label  # type: ignore[arg-type]


def test_a_report_in_its_own_words_is_labelled_by_words_and_by_order() -> None:
    source = """柳桥县园林所2023年度绩效自评报告
一、家底有多厚
在编人员三十一名。
二、钱花得怎么样
全年支出九百万元。
三、树栽得多，也栽得活
栽树两万株。
（一）路边
行道树补齐。
四、草坪一茬接一茬
换草坪十处。
五、起了什么作用
遮阴多了。
六、还有哪些短板
（一）浇水车不够
两台车跑全城。
七、慢慢来，一样样补
再买一台车。
"""
    assert tree(source) == [
        (1, "overview", "一、家底有多厚"),
        (1, "budget_execution", "二、钱花得怎么样"),
        (1, "performance", "三、树栽得多，也栽得活"),
        (2, "performance", "（一）路边"),
        (1, "performance", "四、草坪一茬接一茬"),
        (1, "effectiveness", "五、起了什么作用"),
        (1, "problems", "六、还有哪些短板"),
        (2, "problems", "（一）浇水车不够"),
        (1, "next_plan", "七、慢慢来，一样样补"),
    ]


def test_order_tells_nothing_without_means_and_outcome() -> None:
    assert tree("一、路灯\n换灯。\n二、公园\n修园。\n") == [(1, "other", "一、路灯"), (1, "other", "二、公园")]


def test_a_budget_tells_of_no_execution_and_accounts_of_no_plan() -> None:
    source = "一、“三公”经费\n共六万元。\n二、收支总体情况\n共九百万元。\n"

    def labels(kind: DocumentType) -> list[str]:
        return [section.label for section in segment(clean(source, load()), "0" * 16, load(), kind)]

    assert labels("budget") == ["budget_preparation", "budget_preparation"]
    assert labels("final_accounts") == labels("self_evaluation") == ["budget_execution", "budget_execution"]


def test_the_topic_of_a_paragraph_before_a_colon_is_its_title() -> None:
    source = """四、工作开展情况
（1）苗圃：全年育苗三十万株，出圃二十一万株，成活率较高。
（2）古树：挂牌一百二十株，其中两株树龄过三百年。
五、名词解释
（一）行道树：种在道路两旁、为车辆和行人遮阴的乔木。
（二）绿地率：指绿地面积占用地面积的比例，用百分数表示。
"""
    assert tree(source) == [
        (1, "performance", "四、工作开展情况"),
        (2, "performance", "（1）苗圃"),
        (2, "performance", "（2）古树"),
        (1, "glossary", "五、名词解释"),
    ]


def test_paragraphs_that_weigh_up_begin_with_their_title() -> None:
    source = """三、效益如何
经济账。苗木收入增加，全年少买苗子六万株，省下三成的钱。
社会账。公园里纳凉的人多了，投诉少了一半，游人愿意多坐。
游客怎么看。没有这样的话题。
建议：明年早点买苗，赶在雨季以前把两处空地补种完。
"""
    assert tree(source) == [
        (1, "effectiveness", "三、效益如何"),
        (2, "economic_benefit", "经济账"),
        (2, "social_benefit", "社会账"),
        (2, "next_plan", "建议"),
    ]


def test_bracketed_titles_and_formal_numerals() -> None:
    assert tree("【钱花到哪里】\n支出九百万元。\n【项目一】栽树：一株一株栽\n栽树两万株。\n") == [
        (1, "budget_execution", "【钱花到哪里】"),
        (1, "other", "【项目一】栽树：一株一株栽"),
    ]
    assert tree("壹、概述\n园林所管公园。\n贰、做了什么\n栽树。\n（一）路边\n补齐。\n叁、还差什么\n缺水车。\n") == [
        (1, "overview", "壹、概述"),
        (1, "performance", "贰、做了什么"),
        (2, "performance", "（一）路边"),
        (1, "problems", "叁、还差什么"),
    ]


def test_a_part_stands_below_the_chapter_that_its_number_names() -> None:
    source = "1 单位概况\n1.1 职责\n管树。\n2 全年工作\n2.2 日常养护\n修枝。\n2.3 成果。公园评上了市里的优秀公园，游人多。\n3 不足\n缺水车。\n"
    assert tree(source) == [
        (1, "overview", "1 单位概况"),
        (2, "duties", "1.1 职责"),
        (1, "performance", "2 全年工作"),
        (2, "performance", "2.2 日常养护"),
        (2, "performance", "2.3 成果"),
        (1, "problems", "3 不足"),
    ]


def test_names_of_money_tables_are_headings_in_a_budget_only() -> None:
    source = """柳桥县园林所2023年部门预算
第二部分 部门预算表
表1　收支总表　　　　单位：万元
项目\t预算数
人员经费\t120.00
合计\t120.00
表2
一般公共预算支出表
单位：万元
科目\t合计
城乡社区支出\t96.00
表2
一般公共预算支出表
单位：万元
科目\t合计
住房保障支出\t24.00
第三部分 名词解释
"""
    cleaned = clean(source, load())

    def headings(kind: DocumentType) -> list[tuple[int, str, str]]:
        return [(one.level, one.label, one.title) for one in segment(cleaned, "0" * 16, load(), kind)]

    assert headings("budget") == [
        (1, "budget_preparation", "第二部分 部门预算表"),
        (2, "budget_preparation", "表1收支总表"),
        (2, "budget_preparation", "表2 一般公共预算支出表"),
        (1, "glossary", "第三部分 名词解释"),
    ]
    assert [level for level, *_ in headings("self_evaluation")] == [1, 1]
    assert [label for _, label, _ in headings("final_accounts")][1:3] == ["budget_execution"] * 2


def test_a_title_over_two_lines_and_its_year_are_no_headings() -> None:
    source = """# 柳桥县园林所
# 2023年度部门整体支出绩效自评报告
**（2023年度）**
## 一、单位概况
管树。
## 二、主要履职情况
**养护方面。**全年修剪行道树，补栽缺株，游人评价较好。
**填报人：**王五，电话另附，欢迎来函来电指正。
"""
    assert tree(source) == [
        (1, "overview", "一、单位概况"),
        (1, "performance", "二、主要履职情况"),
        (2, "performance", "养护方面"),
    ]


def test_a_short_title_with_a_full_stop_above_its_parts() -> None:
    source = """三、绩效目标完成情况
1.产出情况。全年修剪行道树六百株，补栽缺株四十处。
2.效益情况。
（1）社会效益。树荫下纳凉的人多了，投诉比上年少一半。
"""
    assert tree(source) == [
        (1, "performance", "三、绩效目标完成情况"),
        (2, "performance", "1.产出情况"),
        (2, "effectiveness", "2.效益情况"),
        (3, "social_benefit", "（1）社会效益"),
    ]


# --- Properties ---------------------------------------------------------------------------------------

TEXT = (
    "一、概况|二、问题|（一）职能|（二）履职情况|1.培训|2.帮扶|（1）甲|①乙|1)丙|第一部分 说明|目录|一、概况.....3"
    "|## 三、效益|**加粗**|附件：|表1|绩效目标表|一级指标\t指标值|产出\t3|全年办理12件。|各级单位认真落实，"
    "|1. 资金管理。严格执行各项制度，全年无违规行为。||- 3 -"
)
LINES = st.sampled_from(TEXT.split("|"))


@settings(deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join))
def test_sections_form_a_tree(source: str) -> None:
    found = sections(source)
    starts = [section.start for section in found]
    assert starts == sorted(set(starts))
    assert len({section.section_id for section in found}) == len(found)
    for index, section in enumerate(found):
        assert 0 <= section.start < section.end <= len(source)
        assert len(section.path) <= section.level
        assert section.path[-1] == section.title
        for below in found[index + 1 :]:
            if below.level <= section.level:
                assert section.end <= below.start
                break
            assert below.start >= section.end or below.end <= section.end
    for offset in range(len(source) + 1):
        inside = [section for section in found if section.start <= offset < section.end]
        assert section_at(found, offset) == (inside[-1] if inside else None)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_sections_or_none(source: str) -> None:
    for section in sections(source):
        assert 0 <= section.start < section.end <= len(source)


# --- On the development material ----------------------------------------------------------------------


class Expected(NamedTuple):
    level: int
    label: str
    title: str  # its beginning


def expected(name: str) -> list[Expected]:
    path = Path(__file__).parent / "data" / "segment" / f"{name}.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [Expected(int(level), label, title) for level, label, title in rows]


@pytest.mark.parametrize("name", ["002", "003"])
def test_the_trees_of_two_reports(shared: Path, name: str) -> None:
    (path,) = (shared / "seeds").glob(f"{name}_*.txt")
    with path.open(encoding="utf-8", newline="") as file:
        source = file.read()
    found = sections(source)
    wanted = expected(name)
    assert [(section.level, section.label) for section in found] == [(row.level, row.label) for row in wanted]
    for section, row in zip(found, wanted, strict=True):
        assert section.title.startswith(row.title)


@pytest.mark.parametrize(
    ("name", "words", "label"),
    [
        ("002", "摸排企业 8000 余家", "performance"),
        ("002", "培训职工约14万人次", "economic_benefit"),
        ("002", "220 余人次", "social_benefit"),
        ("002", "15.20 万张", "satisfaction"),
        ("002", "预算执行率为 99.69%", "budget_execution"),
        ("002", "事业编制数2人", "management"),
        ("002", "扣 0.01 分", "improvement"),
        ("002", "40,551,421.71", "score_table"),
        ("003", "5615 家工会组织，涵盖", "performance"),
        ("003", "207 人次", "social_benefit"),
        ("003", "创建 151 个", "sustainable_impact"),
        ("003", "131宗", "fairness"),
        ("003", "以该数据作为", "satisfaction"),
        ("003", "≥2000 人次", "target_table"),
        ("003", "数据详见表 2-2", "budget_execution"),
        ("003", "综合评分", "score_table"),
    ],
)
def test_places_of_the_reports_carry_their_label(shared: Path, name: str, words: str, label: str) -> None:
    (path,) = (shared / "seeds").glob(f"{name}_*.txt")
    with path.open(encoding="utf-8", newline="") as file:
        source = file.read()
    section = section_at(sections(source), source.index(words))
    assert section is not None
    assert section.label == label
