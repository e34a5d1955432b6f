from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.classify import classify
from jixiao.lexicon import CategoryExample, CategoryRule, load
from jixiao.linear import Multiclass
from jixiao.records import CATEGORIES, SECTION_LABELS

RULES = load().categories
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.entity}") for rule in RULES for example in rule.examples
]


def category_of(example: CategoryExample, rules: tuple[CategoryRule, ...] = RULES) -> str:
    lexicon = msgspec.structs.replace(load(), categories=rules)
    return classify(
        example.entity, example.action, example.unit, example.dimension, example.section, example.entity, lexicon
    )[0]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_gets_the_category_of_its_rule(rule: CategoryRule, example: CategoryExample) -> None:
    assert category_of(example) == rule.category


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_rule_of_an_example_holds_for_it(rule: CategoryRule, example: CategoryExample) -> None:
    """Without any other rule: what falls through is 数量, with less confidence than any rule has."""
    lexicon = msgspec.structs.replace(load(), categories=(rule,))
    found = classify(
        example.entity, example.action, example.unit, example.dimension, example.section, example.entity, lexicon
    )
    assert found == (rule.category, rule.sure)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_examples_and_a_share_it_is_right_for(rule: CategoryRule) -> None:
    assert rule.examples
    assert 0.5 <= rule.sure <= 1
    assert rule.category in CATEGORIES
    assert any((rule.entity, rule.context, rule.dimension, rule.unit, rule.action, rule.section)) or rule is RULES[-1]
    assert set(rule.section.split()) <= set(SECTION_LABELS)


def test_rules_are_named_once_and_their_dimensions_exist() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    dimensions = {unit.dimension for unit in load().units}
    assert {dimension for rule in RULES for dimension in rule.dimension.split()} <= dimensions


def test_the_last_rule_takes_what_is_left() -> None:
    assert (RULES[-1].category, RULES[-1].entity, RULES[-1].dimension) == ("数量", "", "")


@pytest.mark.parametrize(
    ("entity", "action", "unit", "dimension", "category"),
    [
        # satisfaction goes before every rate
        ("群众满意度", "达到", "%", "ratio", "满意度"),
        ("培训学员满意率", "", "%", "ratio", "满意度"),
        # time goes before rate
        ("资金拨付及时率", "", "%", "ratio", "时效"),
        # execution goes before money and rate
        ("预算执行率", "为", "%", "ratio", "资金"),
        ("慰问金", "发放", "元", "money", "资金"),
        ("财政拨款收入", "", "元", "money", "资金"),
        # cost
        ("公用经费控制率", "", "%", "ratio", "成本"),
        ("人均补贴", "", "元/人", "money", "成本"),
        # ecology goes before economy and rate
        ("森林覆盖率", "达到", "%", "ratio", "生态效益"),
        ("细颗粒物平均浓度", "下降", "微克/立方米", "density", "生态效益"),
        ("空气质量优良天数", "达到", "天", "day", "生态效益"),
        # economy
        ("社会消费品零售总额", "增长", "%", "ratio", "经济效益"),
        ("旅游收入", "实现", "元", "money", "经济效益"),
        ("经济损失", "挽回", "元", "money", "经济效益"),
        # society
        ("贫困发生率", "下降", "%", "ratio", "社会效益"),
        ("城镇调查失业率", "", "%", "ratio", "社会效益"),
        # quality: the rate of an output
        ("项目验收合格率", "", "%", "ratio", "质量"),
        ("自评得分", "", "分", "score", "质量"),
        # resources
        ("事业编制", "核定", "名", "person", "资源"),
        ("在职人员", "", "人", "person", "资源"),
        ("公务用车", "保有", "辆", "equipment", "资源"),
        # what is left are outputs
        ("劳资纠纷", "调处", "宗", "count", "数量"),
        ("职工培训", "开展", "场", "occasion", "数量"),
        ("", "", "", "", "数量"),
    ],
)
def test_the_order_of_the_rules(entity: str, action: str, unit: str, dimension: str, category: str) -> None:
    assert classify(entity, action, unit, dimension, "other", entity, load())[0] == category


@given(
    st.text(max_size=20), st.text(max_size=4), st.text(max_size=4), st.text(max_size=8), st.sampled_from(SECTION_LABELS)
)
def test_anything_has_a_category(entity: str, action: str, unit: str, dimension: str, label: str) -> None:
    category, sure = classify(entity, action, unit, dimension, label, entity, load())  # type: ignore[arg-type]
    assert category in CATEGORIES
    assert 0 < sure <= 1


def test_the_words_are_asked_only_where_unit_and_section_leave_a_doubt() -> None:
    weights = {"unit=丁": (-4.0, 4.0), "unit=户": (-1.0, 1.0), "entity=乙": (9.0, -9.0)}
    model = Multiclass(threshold=0.5, classes=("数量", "质量"), bias=(0.0, 0.0), weights=weights)
    certain = classify("乙", "", "丁", "", "other", "", load(), model)
    assert certain == ("质量", 1.0)  # 1 / (1 + e^-8), rounded
    doubtful = classify("乙", "", "户", "", "other", "", load(), model)
    assert doubtful == ("数量", 1.0)  # 1 / (1 + e^-16): the entity outweighs the unit
    assert classify("甲", "", "户", "", "other", "", load(), model) == ("质量", 0.881)  # 1 / (1 + e^-2)


def test_the_rules_stand_where_the_model_is_not_sure_enough() -> None:
    model = Multiclass(threshold=0.9, classes=("数量", "质量"), bias=(0.0, 1.0), weights={})
    assert classify("甲", "", "户", "", "other", "", load(), model) == ("数量", 0.269)  # 1 / (1 + e)
