from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao import outline
from jixiao.lexicon import Rule, load

NUMBERING = [pytest.param(rule, id=rule.id) for rule in load().headings.numbering]


@pytest.mark.parametrize("rule", NUMBERING)
def test_numbering_styles(rule: Rule) -> None:
    for example in rule.examples:
        prefix = outline.prefix(example, load())
        assert prefix is not None, example
        assert prefix.style == rule.id, example
    for counter in rule.counter:
        prefix = outline.prefix(counter, load())
        assert prefix is None or prefix.style != rule.id, counter


@pytest.mark.parametrize(
    ("line", "style", "ordinal", "rest"),
    [
        ("一、部门概况", "han", 1, "部门概况"),
        ("十二、其他事项", "han", 12, "其他事项"),
        ("二十一、附则", "han", 21, "附则"),
        ("（三） 年度目标", "han_paren", 3, "年度目标"),
        ("( 四 )年度目标", "han_paren", 4, "年度目标"),
        ("1. 资金管理", "arabic", 1, "资金管理"),
        ("12、资金管理", "arabic", 12, "资金管理"),
        ("⒉公务接待费", "arabic", 2, "公务接待费"),
        ("3.2023年采购情况", "arabic", 3, "2023年采购情况"),
        ("（10）社会效益", "arabic_paren", 10, "社会效益"),
        ("⑶社会效益", "arabic_paren", 3, "社会效益"),
        ("2) 坚持党建引领", "arabic_half", 2, "坚持党建引领"),
        ("③开展培训", "circled", 3, "开展培训"),
        ("第四部分  名词解释", "part", 4, "名词解释"),
        ("第2章 绩效目标", "chapter", 2, "绩效目标"),
        ("1.2.3 资金管理", "decimal", 3, "资金管理"),
        ("Ⅲ. 绩效分析", "roman", 3, "绩效分析"),
        ("IV、绩效分析", "roman", 4, "绩效分析"),
        ("B. 质量指标", "alpha", 2, "质量指标"),
        ("叁、做了什么", "formal", 3, "做了什么"),
        ("C2场所：大厅两处", "lettered", 2, "场所：大厅两处"),
        ("【先看钱】", "bracketed", 0, "先看钱】"),
    ],
)
def test_prefix(line: str, style: str, ordinal: int, rest: str) -> None:
    prefix = outline.prefix(line, load())
    assert prefix is not None
    assert (prefix.style, prefix.ordinal, line[prefix.length :]) == (style, ordinal, rest)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "全年办理12件",
        "1.5亿元投入水利",
        "12.5 万元",
        "2022年度",
        "一是加强领导",
        "三会一课",
        "（试行）",
        "第一批",
        "五一劳动节",
        "A级景区",
        "-1.2",
        "百、千、万",
    ],
)
def test_no_prefix(line: str) -> None:
    assert outline.prefix(line, load()) is None


@given(st.text(max_size=30))
def test_any_line_has_a_prefix_or_none(line: str) -> None:
    prefix = outline.prefix(line, load())
    if prefix is not None:
        assert 0 < prefix.length <= len(line)
        assert prefix.ordinal >= 0
        assert prefix.style in outline.ranks(load())
