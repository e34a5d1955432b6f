from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles import Case, params, show_quantity
from jixiao.lexicon import Exclusion, load
from jixiao.quantities import find_quantities

EXCLUSIONS = load().quantities.exclusion
MARKED = str.maketrans("", "", "«»")

# Alphabets that press on the grammar where its parts meet.
texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789.,，%‰万亿千百十余多几数约近超", max_size=60),
    st.text(alphabet='（）()《》“”〔〕[]「」"1人零一', max_size=60),
    st.text(alphabet="一二两三十百千万亿零半成分之第个件元年月日级的、和至-：:", max_size=60),
)


@pytest.mark.parametrize("case", params("quantities/sentences.toml"))
def test_the_quantities_of_a_sentence(case: Case) -> None:
    found = [show_quantity(quantity, case.text) for quantity in find_quantities(case.text, load())]
    assert found == list(case.expect)


# Examples that stand in patterns/quantities.toml and do not hold, with what is wrong.
NOT_YET = {
    "加快建设«一个»现代化强区的步伐中迈出«一批»新成果": "two places are marked, and the first is found",
    "此前«3批»物资运抵": "ordinal takes it: 前 before a numeral",
    "建成«十八»座泵站": "the unit belongs between the marks",
}


def examples(kind: str) -> list[object]:
    return [
        pytest.param(
            rule,
            example,
            id=f"{rule.id}: {example}",
            marks=[pytest.mark.xfail(reason=NOT_YET[example], strict=True)] if example in NOT_YET else [],
        )
        for rule in EXCLUSIONS
        for example in getattr(rule, kind)
    ]


@pytest.mark.parametrize(("rule", "example"), examples("examples"))
def test_what_an_exclusion_marks_is_no_quantity(rule: Exclusion, example: str) -> None:
    start, end = example.index("«"), example.index("»") - 1
    text = example.translate(MARKED)
    assert not [q for q in find_quantities(text, load()) if q.start < end and start < q.end]


@pytest.mark.parametrize(("rule", "example"), examples("counter"))
def test_what_an_exclusion_must_not_take_is_a_quantity(rule: Exclusion, example: str) -> None:
    start, end = example.index("«"), example.index("»") - 1
    text = example.translate(MARKED)
    assert (start, end) in [(q.start, q.end) for q in find_quantities(text, load())]


@pytest.mark.parametrize("rule", EXCLUSIONS, ids=lambda rule: rule.id)
def test_every_exclusion_has_marked_examples_both_ways(rule: Exclusion) -> None:
    assert rule.examples
    assert rule.counter
    assert all(
        text.count("«") == text.count("»") == 1 for text in (*rule.examples, *rule.counter) if text not in NOT_YET
    )


# Printed in several ways and given in one.
GIVEN_AS = {"元人民币": "元", "人民币元": "元", "元整": "元", "块钱": "元"}

# Terms of patterns/units.toml that no numeral reaches.
OUT_OF_REACH = {
    "余人次": "余 belongs to the numeral",
    "万头": "万 belongs to the numeral",
    "千兆": "千 belongs to the numeral",
    "届": "taken for an edition",
    "届次": "taken for an edition",
    "星": "taken for a grade",
    "星级": "taken for a grade",
    "日": "taken for a date",
    "日元": "taken for a date",
}
TERMS = [
    pytest.param(
        term, id=term, marks=[pytest.mark.xfail(reason=OUT_OF_REACH[term], strict=True)] if term in OUT_OF_REACH else []
    )
    for unit in load().units
    if unit.dimension not in ("calendar", "age")
    for term in unit.terms.split()
]


@pytest.mark.parametrize("term", TERMS)
def test_a_numeral_before_a_unit_is_found_with_it(term: str) -> None:
    text = f"完成37{term}。"
    found = [(text[q.start : q.end], q.unit, q.value) for q in find_quantities(text, load())]
    assert found == [(f"37{term}", GIVEN_AS.get(term, term), 37)]


@given(texts)
def test_quantities_stand_in_order_inside_the_text_and_keep_apart(text: str) -> None:
    found = find_quantities(text, load())
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@given(texts)
def test_a_range_ascends_and_only_a_range_has_two_values(text: str) -> None:
    for quantity in find_quantities(text, load()):
        if quantity.value_max is not None:
            assert quantity.value < quantity.value_max
        assert (quantity.approx == "range") == (quantity.value_max is not None)


@given(texts)
def test_a_second_run_finds_the_same(text: str) -> None:
    assert find_quantities(text, load()) == find_quantities(text, load())
