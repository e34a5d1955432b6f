from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.search import exact, find, index_terms, match_expression, parse


def found(query: str, text: str) -> list[list[str]]:
    return [[text[start:end] for start, end in places] for places in find(parse(query), text)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("劳资纠纷", "劳资 资纠 纠纷 纷"),
        ("户", "户"),
        ("共1,513宗", "共 1513 宗"),
        ("１，５１３．００宗", "1513 宗"),
        ("99.70%", "99.7 %"),
        ("0.50‰", "0.5 ‰"),
        ("参 加 人", "参加 加人 人"),
        ("GDP增长", "gdp 增长 长"),
        ("5G基站", "5 g 基站 站"),
        ("1，2，3项", "1 2 3 项"),
        ("12 13", "12 13"),
        ("，。（）", ""),
        ("007号", "7 号"),
    ],
)
def test_terms_of_the_index(text: str, terms: str) -> None:
    assert index_terms(text) == terms


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("劳资纠纷", '"劳资 资纠 纠纷"'),
        ("户", '"户"*'),
        ("1,513", '"1513"'),
        ("1513宗", '"1513 宗"*'),
        ("共1513", '"共 1513"'),
        ("慰问金82.50万元", '"慰问 问金 金 82.5 万元"'),
        ("调处 纠纷", '"调处" AND "纠纷"'),
        ("“社会 效益” GDP", '"社会 会效 效益" AND "gdp"*'),
        ("99.7%", '"99.7 %"'),
        ('"; DROP', '"drop"*'),
        ("。、", ""),
    ],
)
def test_match_expression(query: str, expression: str) -> None:
    assert match_expression(parse(query)) == expression


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("纠纷", "调处劳资纠纷1,513宗", [["纠纷"]]),
        ("1513", "调处劳资纠纷1,513宗", [["1,513"]]),
        ("1,513宗", "调处劳资纠纷１５１３ 宗", [["１５１３ 宗"]]),
        ("151", "调处劳资纠纷1,513宗", [[]]),
        ("513", "调处劳资纠纷1,513宗", [[]]),
        ("99.7", "满意度99.70%", [["99.70"]]),
        ("纠纷1513宗", "调处劳资纠纷1,513宗（件）", [["纠纷1,513宗"]]),
        ("纠纷调处", "纠纷，调处", [[]]),
        ("卫生、教育", "卫生，教育支出", [["卫生，教育"]]),
        ("户", "户均12户", [["户", "户"]]),
        ("gdp", "ＧＤＰ增长", [["ＧＤＰ"]]),
        ("82.50万元", "82.50。万元", [[]]),
        ("参加人", "参 加\n人数", [["参 加\n人"]]),
        ("劳资 学校", "劳资纠纷", [["劳资"], []]),
    ],
)
def test_places_of_a_query(query: str, text: str, places: list[list[str]]) -> None:
    assert found(query, text) == places


def test_only_single_han_terms_are_answered_by_the_index_alone() -> None:
    assert exact(parse("劳资纠纷 户"))
    assert not exact(parse("纠纷1513"))
    assert not exact(parse("1513"))


@given(st.text(alphabet="劳资纠纷户宗一二，。 1234567890.,%aBc\n\t", max_size=60))
def test_every_word_of_a_text_is_found_in_it_and_quoted(text: str) -> None:
    for match in re.finditer(r"[劳资纠纷户宗一二]+|[aBc]+", text):
        quotes = [text[start:end] for start, end in find(parse(match[0]), text)[0]]
        assert match[0].lower() in [re.sub(r"[ \n]", "", quote).lower() for quote in quotes]


@given(st.text(max_size=80), st.text(max_size=10))
def test_any_text_and_any_query_are_safe(text: str, query: str) -> None:
    terms = parse(query)
    for places in find(terms, text):
        assert all(0 <= start < end <= len(text) for start, end in places)
    assert '"' not in re.sub(r'"[^"]*"', "", match_expression(terms))


def test_long_hostile_texts_take_linear_time() -> None:
    for text in ("1" * 500_000, "1," * 250_000, " " * 500_000, "户" * 300_000):
        index_terms(text)
        find(parse("户数 1"), text[:100_000])
