from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles import report
from jixiao.lexicon import load
from jixiao.phrases import (
    MAX_PHRASE,
    Phrase,
    candidates,
    clause_bounds,
    phrase_after,
    phrase_before,
    plain_level,
    render,
)
from jixiao.quantities import find_quantities
from jixiao.windows import QUANTITY, Token, tokens, vocabulary

LEXICON = load()
WORDS = vocabulary(LEXICON)
texts = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["开展", "职工", "培训", "活动", "达到", "增长", "率", "的", "和", "、", "，", "（", "）",
             "“甲乙”", "6场", "10%", "200万元", "分别", "为",
             "用于", "其中", "全国", "高于", "比上年", "由", "到", "等", "企业", "省级"]
        ),
        max_size=25,
    ).map("".join),
)  # fmt: skip


def row_of(text: str) -> tuple[list[Token], list[int]]:
    row = tokens(text, 0, len(text), find_quantities(text, LEXICON), 0, LEXICON)
    return row, [k for k, token in enumerate(row) if token.kind == QUANTITY]


def before(text: str) -> str:
    row, places = row_of(text)
    return render(row, phrase_before(row, places[-1], clause_bounds(row, places[-1])[0], WORDS))


def after(text: str) -> str:
    row, places = row_of(text)
    return render(row, phrase_after(row, places[0], clause_bounds(row, places[0])[1], WORDS))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("调处劳资纠纷1513宗", "劳资纠纷"),
        ("举办职工技能竞赛6场", "职工技能竞赛"),
        ("地区生产总值增长5.5%", "地区生产总值"),
        ("动态建会率达到99.70%", "动态建会率"),
        ("投诉办结率为98%", "投诉办结率"),
        ("游客人数、旅游收入均增长10%", "游客人数、旅游收入"),
        ("全区新增企业12家", "企业"),
        ("开展“我们的节日”系列活动16场", "“我们的节日”系列活动"),
        ("评选“职工之星”50名", "职工之星"),
        ("人均可支配收入达3.2万元", "人均可支配收入"),
        ("入企检查次数压减30%", "入企检查次数"),
        ("因公出国（境）费用0元", "因公出国（境）费用"),
        ("重点指导的2家", ""),
    ],
)
def test_the_phrase_before_a_figure(text: str, phrase: str) -> None:
    assert before(text) == phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("6场慰问活动", "慰问活动"),
        ("275户困难职工发放慰问金", "困难职工"),
        ("6家省属企业完成改革", "省属企业"),
        ("200万元用于改造", ""),
        ("54家待完善的企业工会", "企业工会"),
        ("15条高速公路建成通车", "高速公路"),
        ("600余幅抗疫主题作品", "抗疫主题作品"),
        ("3名，占10%", ""),
        ("8000名一线职工", "一线职工"),
    ],
)
def test_the_phrase_after_a_figure(text: str, phrase: str) -> None:
    assert after(text) == phrase


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("增长", "增长"),
        ("分别增长", "增长"),
        ("同比增加", "增加"),
        ("均达到", "达到"),
        ("累计达", "达"),
        ("共", ""),
        ("合计", ""),
        ("为", "为"),
        ("由", ""),
        ("", ""),
    ],
)
def test_a_verb_of_level_without_what_it_was_printed_with(word: str, plain: str) -> None:
    assert plain_level(word) == plain


def test_a_clause_ends_at_a_comma_and_not_at_a_list_mark() -> None:
    row, places = row_of("新增甲、乙6个，完成丙2项；合计8项。")
    assert ["".join(token.text for token in row[slice(*clause_bounds(row, k))]) for k in places] == [
        "新增甲、乙6个",
        "完成丙2项",
        "合计8项",
    ]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("调处劳资纠纷1513宗。", "before"),
        ("举办6场慰问活动。", "after"),
        ("规上工业增加值增长7.6%，高于全省1.7个百分点。", "context"),
        ("小麦、玉米产量分别增长8%、9%。", "shared"),
        ("老旧管网改造完工126公里。", "subject"),
        ("单位：万元\n项目\t决算数\n培训费\t4.07\n", "table"),
    ],
)
def test_a_claim_says_which_rule_found_its_entity(text: str, source: str) -> None:
    assert report(text).claims[-1].rule == source


def test_an_ellipsis_does_not_reach_into_another_paragraph() -> None:
    first, other = report("全年受理信访举报385件。\n本年度另有办结372件。\n").claims
    assert first.entity == "信访举报"
    assert other.entity != "信访举报"


def test_a_phrase_longer_than_any_name_is_none() -> None:
    assert before("调处" + "、".join(["劳资纠纷事件"] * 20) + "6宗") == ""


@settings(deadline=None)
@given(texts, st.sampled_from(["", "职工"]))
def test_candidates_are_in_order_and_can_be_names(text: str, context: str) -> None:
    row, places = row_of(text)
    found = find_quantities(text, LEXICON)
    for k in places:
        quantity = found[row[k].quantity]
        options = candidates(row, k, *clause_bounds(row, k), quantity.unit, quantity.dimension, "", context, WORDS)
        assert [option.score for option in options] == sorted((option.score for option in options), reverse=True)
        for option in options:
            assert 0 <= option.score <= 1
            assert 0 < len(option.entity) <= 2 * MAX_PHRASE
            assert "\n" not in option.entity


@settings(deadline=None)
@given(texts)
def test_phrases_lie_in_their_clause(text: str) -> None:
    row, places = row_of(text)
    for k in places:
        low, high = clause_bounds(row, k)
        assert 0 <= low <= k < high <= len(row)
        one: Phrase = phrase_before(row, k, low, WORDS)
        other: Phrase = phrase_after(row, k, high, WORDS)
        assert 0 <= one.first <= one.last <= k
        assert k < other.first <= other.last <= high
