"""Rules first, models where rules doubt: what is proposed, when the ranker is asked, and that it never raises."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings

from casefiles import source
from jixiao import linear
from jixiao.analyse import analyse
from jixiao.linear import RULES_ONLY, Linear, Models
from jixiao.phrases import Candidate, candidates, clause_bounds
from jixiao.ranking import (
    LONGEST,
    MOST,
    Counted,
    Moment,
    actions,
    choose,
    entity_features,
    glances,
    only_qualifies,
    phrase_features,
    probably_right,
    proposals,
    questionable,
    texts_and_kinds,
)
from jixiao.records import Claim
from jixiao.windows import vocabulary
from test_windows import LEXICON, row_of, texts

YES, NO = Linear(bias=9.0, threshold=0.5, weights={}), Linear(bias=-9.0, threshold=0.5, weights={})
SILENT = Linear(threshold=0.0, weights={})


def moments(text: str, counted: tuple[Counted, ...] = ()) -> list[Moment]:
    row, found = row_of(text)
    seen = []
    for k, token in enumerate(row):
        if token.quantity >= 0:
            quantity = found[token.quantity]
            low, high = clause_bounds(row, k)
            options = candidates(row, k, low, high, quantity.unit, quantity.dimension, "", "", vocabulary(LEXICON))
            words, letters = texts_and_kinds(row)
            seen.append(
                Moment(
                    row=row,
                    texts=words,
                    letters=letters,
                    k=k,
                    low=low,
                    high=high,
                    unit=quantity.unit,
                    dimension=quantity.dimension,
                    options=options or [Candidate("", "", "none", 0.2)],
                    before=(),
                    counted=counted,
                    said="",
                    inherited="",
                )
            )
    return seen


def models(
    trust: Linear, entity: Linear, verb_trust: Linear = YES, action: Linear = SILENT, shortlist: Linear = SILENT
) -> Models:
    return Models(trust=trust, shortlist=shortlist, entity=entity, verb_trust=verb_trust, action=action)


def claims(text: str, chosen: Models) -> tuple[Claim, ...]:
    return analyse(source(text), models=chosen).claims


def test_the_phrases_around_a_figure_are_proposed_with_those_counted_before() -> None:
    (moment,) = moments("组织残疾人免费体检230人", (Counted("社区康复站", "个", 0, 0),))
    names = set(proposals(moment))
    assert {"残疾人", "免费体检", "残疾人免费体检", "社区康复站"} <= names
    assert "230人" not in names


def test_where_nothing_is_at_the_figure_the_noun_of_the_sentence_is_still_proposed() -> None:
    moment = moments("为农村留守儿童建立档案，全年走访430人次")[-1]
    assert "农村留守儿童" in proposals(moment)


def test_parts_are_proposed_with_the_head_of_what_they_are_parts_of() -> None:
    text = "登记持证残疾人5,200人，其中听力820人"
    moment = moments(text)[-1]
    row = moment.row
    earlier = (Counted("持证残疾人", "人", row[0].start, 4), Counted("社区康复站", "个", 900, 3))
    found = proposals(moment._replace(counted=earlier[:1]))
    assert "听力残疾人" in found
    assert "听力残疾人" not in proposals(moment._replace(counted=earlier[1:]))


def test_where_money_came_from_is_not_what_it_was_spent_on() -> None:
    (moment,) = moments("列支48万元从工会经费预算")
    assert not {"工会经费预算", "从工会经费预算", "工会经费"} & set(proposals(moment))


def test_money_is_never_said_to_be_spent_on_spending() -> None:
    (moment,) = moments("全年投入86万元")
    assert "投入" not in proposals(moment)


def test_what_was_spent_is_never_the_budget_before_it() -> None:
    moment = moments("供水站年初预算15万元，支出14万元", (Counted("年初预算", "元", 0, 3),))[-1]
    spent = moment._replace(options=[Candidate("支出", "", "before", 0.85)])
    assert "年初预算" not in proposals(spent)
    assert "年初预算" in proposals(spent._replace(options=[Candidate("供水站", "", "before", 0.85)]))


@pytest.mark.parametrize(
    ("text", "entity", "told"),
    [
        ("完成调处劳资纠纷7宗", "劳资纠纷", "previous word=调处 before"),
        ("上门看望“光荣之家”7户", "光荣之家", "previous word=看望 before"),
        ("受理3件信访事项", "信访事项", "previous word=# before"),
    ],
)
def test_trust_heeds_the_word_before_the_candidate_wherever_it_stands(text: str, entity: str, told: str) -> None:
    moment = moments(text)[-1]._replace(options=[Candidate(entity, "", "before", 0.85)])
    assert told in phrase_features(moment)


def test_a_figure_s_own_digits_are_no_feature() -> None:
    (first, second), (other, last) = moments("受理3件信访事项，办结2件"), moments("受理518件信访事项，办结497件")
    for one, two in ((first, other), (second, last)):
        names = proposals(one)
        assert names == proposals(two)
        assert [look.features for look in glances(one, names).values()] == [
            look.features for look in glances(two, names).values()
        ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("对执行率低于60%的项目扣减预算", True),
        ("扶持3项成果", True),
        ("执行率为96.2%。", False),
        ("执行率为96.2%", False),
    ],
)
def test_the_filter_is_asked_where_the_clause_goes_on_behind_the_figure(text: str, asked: bool) -> None:
    (moment,) = moments(text)
    assert questionable(moment) == asked
    assert only_qualifies(moment, NO) == asked
    assert not only_qualifies(moment, YES)
    assert not only_qualifies(moment, None)


def test_what_the_filter_takes_out_qualifies_the_claim_behind_it() -> None:
    text = "对执行率低于60%的项目收回资金18万元"
    (alone,) = claims(text, Models(filter=NO))
    assert (alone.text, alone.qualifiers) == ("18万元", ("低于60%",))
    assert [claim.text for claim in claims(text, Models(filter=YES))] == ["低于60%", "18万元"]


def test_verbs_are_proposed_from_the_clause_and_so_is_none() -> None:
    (moment,) = moments("排查并整改火灾隐患57处")
    assert {"整改", "排查", ""} <= set(actions(moment, "整改"))


def test_without_models_the_rules_choose() -> None:
    (moment,) = moments("调处劳资纠纷1513宗")
    best, sure = choose(moment, RULES_ONLY)
    assert (best.entity, best.action, best.source) == ("劳资纠纷", "调处", "before")
    assert sure == moment.options[0].score


def test_a_trusted_candidate_is_taken_without_asking_the_ranker() -> None:
    everything_else = Linear(threshold=0.0, weights={"length=2": 99.0})
    (moment,) = moments("调处劳资纠纷1513宗")
    assert choose(moment, models(YES, everything_else))[0].entity == "劳资纠纷"


def test_a_doubted_candidate_stands_until_another_is_likelier() -> None:
    (moment,) = moments("调处劳资纠纷1513宗")
    assert choose(moment, models(NO, Linear(weights={"length=2": -4.0})))[0].entity == "劳资纠纷"
    chosen, _ = choose(moment, models(NO, Linear(weights={"length=2": 4.0})))  # 调处
    assert chosen.entity == "调处"
    assert chosen.source == "ranked"


def test_a_coordination_before_its_figure_is_not_cut_to_one_of_its_members() -> None:
    moment = moments("开放图书馆、博物馆293家")[-1]._replace(
        options=[Candidate("图书馆、博物馆", "开放", "before", 0.85)]
    )
    assert choose(moment, models(NO, Linear(weights={"length=3": 99.0})))[0].entity == "图书馆、博物馆"


def test_a_phrase_behind_its_figure_needs_less_trust_than_one_before_it() -> None:
    everything_else = Linear(weights={"length=2": 99.0})
    half_sure = Linear(bias=1.0, threshold=0.9, weights={})  # 0.73
    (behind,) = moments("推广3项创新成果")
    assert behind.options[0].source == "after"
    assert choose(behind, models(half_sure, everything_else))[0] == behind.options[0]
    (before,) = moments("调处劳资纠纷1513宗")
    assert choose(before, models(half_sure, everything_else))[0].entity == "调处"


def test_a_trusted_candidate_stands_wherever_it_was_found() -> None:
    preferring = Linear(threshold=0.2, weights={"length=4": 9.0})
    moment = moments("为农村留守儿童建立档案，走访430人次")[-1]
    for source_of in ("before", "after", "context", "subject"):
        found = moment._replace(options=[Candidate("留守儿童档案", "走访", source_of, 0.85)])
        assert choose(found, models(YES, preferring))[0].entity == "留守儿童档案"
        assert choose(found, models(NO, preferring))[0].source == "ranked"


def test_a_bare_number_counts_what_follows_it() -> None:
    (moment,) = moments("调处纠纷，惠及82358职工")
    bare = moment._replace(unit="", options=[Candidate("职工", "惠及", "after", 0.85)])
    assert choose(bare, models(NO, Linear(weights={"length=4": 99.0})))[0].entity == "职工"


def test_what_has_no_chance_at_a_glance_is_not_looked_at_closely() -> None:
    (moment,) = moments("调处劳资纠纷1513宗")
    close = Linear(weights={"length=2": 4.0})  # 调处, of two characters
    assert choose(moment, models(NO, close))[0].entity == "调处"
    sieve = Linear(weights={"dimension head=count 处": -9.0})  # logits, far below the others
    assert choose(moment, models(NO, close, shortlist=sieve))[0].entity != "调处"


def test_how_sure_a_choice_is_leaves_room_for_what_was_not_looked_at() -> None:
    (moment,) = moments("调处劳资纠纷1513宗")
    assert list(proposals(moment)) == ["劳资纠纷", "调处劳资纠纷", "调处"]
    sieve = Linear(weights={"dimension head=count 处": 3.0})  # 调处 alone has a chance: e³ to 1 to 1
    best, sure = choose(moment, models(NO, SILENT, shortlist=sieve))
    assert best.entity == "调处"
    assert sure == pytest.approx(0.909, abs=0.001)


def test_the_verb_that_governs_is_no_part_of_what_is_counted() -> None:
    (moment,) = moments("协调有关部门追回金额2,800万元")
    found = moment._replace(options=[Candidate("金额", "追回", "before", 0.85)])
    longest = Linear(weights={f"length={length}": float(length) for length in range(3, 13)})
    assert "有关部门追回金额" in proposals(found)
    assert choose(found, models(NO, longest))[0].entity == "金额"
    moment = moments("12家新设民宿增加营收5100万元")[-1]
    found = moment._replace(options=[Candidate("营收", "增加", "before", 0.85)])
    assert "新设民宿增加营收" in proposals(found)
    assert choose(found, models(NO, longest))[0].entity == "营收"
    (moment,) = moments("金融直达基层促成贷款投放超8300亿元")
    found = moment._replace(options=[Candidate("贷款", "投放", "subject", 0.8)])
    assert "促成贷款" in proposals(found)
    assert choose(found, models(NO, Linear(weights={"length=4": 9.0})))[0].entity == "贷款"


def test_readings_of_one_thing_count_for_each_other() -> None:
    likely = {"在册困难职工": 0.3, "困难职工": 0.3, "工会经费": 0.4}
    assert probably_right(likely) == pytest.approx({"在册困难职工": 0.6, "困难职工": 0.6, "工会经费": 0.4})


def test_the_members_of_a_list_are_counted_out_by_the_rules() -> None:
    preferring = Linear(threshold=0.0, weights={"length=2": 99.0})
    text = "城镇新增就业、失业人员再就业分别增长5.2%、3.1%。"
    by_rules = [claim.entity for claim in claims(text, RULES_ONLY)]
    assert [claim.entity for claim in claims(text, models(NO, preferring))] == by_rules


def test_the_verb_is_doubted_apart_from_the_entity() -> None:
    (moment,) = moments("排查并整改火灾隐患57处")
    preferring = Linear(threshold=0.0, weights={"verb=排查": 9.0})
    assert choose(moment, models(YES, SILENT, YES, preferring))[0].action == moment.options[0].action
    assert choose(moment, models(YES, SILENT, NO, preferring))[0].action == "排查"


def test_figures_values_and_places_are_the_same_with_and_without_models() -> None:
    text = "全年开展义诊36场，服务群众1.2万人次，比上年增长8.5%；发放药品折合9万余元。"
    shipped, plain = claims(text, linear.load()), claims(text, RULES_ONLY)
    assert [(c.text, c.value, c.unit, c.start) for c in shipped] == [(c.text, c.value, c.unit, c.start) for c in plain]
    assert [c.text for c in shipped] == ["36场", "1.2万人次", "8.5%", "9万余元"]


@settings(deadline=None, max_examples=60)
@given(texts)
def test_any_text_is_ranked_without_raising(text: str) -> None:
    doubting = msgspec.structs.replace(linear.load(), trust=NO, verb_trust=NO)
    for claim in claims(text, doubting):
        assert 0 <= claim.confidence <= 1
        assert text[claim.start : claim.end] == claim.text
    for moment in moments(text):
        found = proposals(moment)
        assert len(found) <= MOST
        assert all(0 < len(name) <= LONGEST for name in found)
        looks = glances(moment, found)
        assert list(looks) == list(found)
        assert len(list(entity_features(moment, looks))) == len(found)
