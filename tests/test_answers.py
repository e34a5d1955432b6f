from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from builders import budget, claim, document, link, section, target
from jixiao.answers import Material, Office, Row, office, only
from jixiao.lexicon import load, profile
from jixiao.records import Claim, Link, Target

NATIONAL = profile("national")
TABLE = """项目支出绩效自评表
指标\t目标\t实际完成值\t分值\t得分
新增床位\t300张\t286张\t4\t4
改造户数\t≥420户\t437户\t4\t4
队伍建设\t稳步壮大\t基本达成\t4\t3.5
补助标准\t小学1000元/生；初中1250元/生
长期目标\t≥90%
"""
REPORT = """一、履职情况
全年新增床位286张。
完成改造407户，发放慰问金82.50万元。
"""


def table(**changes: Any) -> Material:
    made = document(TABLE, "自评表.txt")
    given = {"actual_value": Decimal(437), "actual": "437户", "indicator": "改造户数", **changes}
    targets = (
        target(
            TABLE, made.doc_id, "300张", "300", "张", indicator="新增床位", actual="286张", actual_value=Decimal(286),
            weight=Decimal(4), score=Decimal(4),
        ),
        target(TABLE, made.doc_id, "≥420户", "420", "户", weight=Decimal(4), score=Decimal(4), **given),
        target(
            TABLE, made.doc_id, "稳步壮大", None, "", indicator="队伍建设", actual="基本达成", weight=Decimal(4),
            score=Decimal("3.5"),
        ),
        target(TABLE, made.doc_id, "小学1000元/生", "1000", "元/生", weight=Decimal(5), score=Decimal(1)),
        target(TABLE, made.doc_id, "初中1250元/生", "1250", "元/生", weight=Decimal(5), score=Decimal(1)),
        target(TABLE, made.doc_id, "≥90%", "90", "%", fiscal_year=None),
    )  # fmt: skip
    return Material(document=made, sections=(), claims=(), targets=targets, links=(), source_text=TABLE)


def report(*claims: Claim, links: tuple[Link, ...] = (), text: str = REPORT) -> Material:
    made = document(text, "报告.txt")
    work = section(text, made.doc_id, "一、履职情况", 0, len(text))
    return Material(document=made, sections=(work,), claims=claims, targets=(), links=links, source_text=text)


def says(quote: str, value: str, unit: str, **fields: Any) -> Claim:
    doc_id = document(REPORT).doc_id
    work = section(REPORT, doc_id, "一、履职情况", 0, len(REPORT))
    return claim(REPORT, doc_id, quote, value, unit, section_id=work.section_id, **fields)


def made(*materials: Material, **options: Any) -> Office:
    return office("澄江市民政局", "2022", materials, load(), NATIONAL, **options)


def row(given: Office, text: str) -> Row:
    return next(one for one in given.rows if one.target.text == text)


BEDS, HOUSES = table().targets[:2]


def test_a_target_shows_what_answers_it_and_where() -> None:
    said = says("286张", "286", "张")
    found = row(made(report(said, links=(link(said, BEDS, "unmet", ratio=Decimal("0.9533")),)), table()), "300张")
    assert (found.outcome, found.ratio) == ("unmet", Decimal("0.9533"))
    assert [one.claim for one in found.said] == [said]
    place = found.said[0].place
    assert (place.document.path, place.line, place.section) == ("报告.txt", 2, "一、履职情况")
    assert (found.place.document.path, found.place.line) == ("自评表.txt", 3)


def test_the_likeliest_claim_decides() -> None:
    one, other = says("286张", "286", "张"), says("407户", "407", "户")
    links = (link(one, BEDS, "met", score=0.5), link(other, BEDS, "unmet", score=0.7))
    given = made(report(one, other, links=links), table())
    assert [said.claim for said in row(given, "300张").said] == [other, one]
    assert row(given, "300张").outcome == "unmet"
    strict = made(report(one, other, links=links), table(), least=0.6)
    assert [said.claim for said in row(strict, "300张").said] == [other]
    assert [loose.claim for loose in strict.loose] == [one]


def test_what_the_targets_own_row_says_is_told_from_the_report() -> None:
    cell = claim(TABLE, document(TABLE).doc_id, "286张", "286", "张", origin="table")
    said = says("286张", "286", "张")
    own = msgspec.structs.replace(table(), claims=(cell,), links=(link(cell, BEDS, "unmet", score=1.0),))
    found = row(made(report(said, links=(link(said, BEDS, "unmet"),)), own), "300张")
    assert [(one.claim, one.own) for one in found.said] == [(cell, True), (said, False)]


def test_a_claim_that_counts_something_else_than_the_target_is_marked() -> None:
    people, houses = says("407户", "407", "人"), says("407户", "407", "户")
    assert row(made(report(people, links=(link(people, HOUSES, "unmet"),)), table()), "≥420户").units_differ
    assert not row(made(report(houses, links=(link(houses, HOUSES, "unmet"),)), table()), "≥420户").units_differ


def test_where_no_claim_answers_the_targets_own_row_does() -> None:
    given = made(table())
    assert (row(given, "300张").outcome, row(given, "300张").ratio) == ("unmet", Decimal("0.9533"))
    assert row(given, "≥420户").outcome == "met"
    assert row(given, "稳步壮大").outcome == "undetermined"
    assert row(given, "小学1000元/生").outcome == "unanswered"
    assert given.counts == {"unmet": 1, "undetermined": 1, "met": 1, "unanswered": 2}


def test_a_figure_of_absurd_size_has_no_share() -> None:
    found = row(made(table(actual_value=Decimal("1e40"))), "≥420户")
    assert (found.outcome, found.ratio, found.due) == ("met", None, None)


def test_targets_of_several_years_are_counted_and_left_out() -> None:
    given = made(table())
    assert given.lasting == 1
    assert all(one.target.fiscal_year for one in given.rows)


def test_a_score_is_held_against_the_rules_but_for_cells_of_several_targets() -> None:
    given = made(table())
    assert (row(given, "300张").due, row(given, "300张").score_differs) == (Decimal("3.81"), True)
    assert (row(given, "≥420户").due, row(given, "≥420户").score_differs) == (Decimal(4), False)
    assert row(given, "稳步壮大").score_differs  # 基本达成 earns 2.4 to 3.2
    assert row(given, "小学1000元/生").due is None


@pytest.mark.parametrize(
    ("quote", "value", "unit", "fields", "contrary"),
    [
        ("407户", "407", "户", {}, True),
        ("407户", "407", "户", {"approx": "more"}, False),  # 407余户 may be 437
        ("407户", "407", "户", {"period": "2022-01/2022-06"}, False),
        ("407户", "407", "户", {"period": "2022"}, True),
        ("407户", "407", "人", {}, False),
        ("407户", "407", "户", {"origin": "table"}, False),
        ("407户", "437", "户", {}, False),
    ],
)
def test_a_sentence_that_contradicts_the_table_is_told(
    quote: str, value: str, unit: str, fields: dict[str, Any], contrary: bool
) -> None:
    said = says(quote, value, unit, **fields)
    found = row(made(report(said, links=(link(said, HOUSES, score=0.95),)), table()), "≥420户")
    assert (found.contrary is not None) is contrary


def test_a_doubtful_link_and_one_sentence_that_agrees_contradict_nothing() -> None:
    said, right = says("407户", "407", "户"), says("286张", "437", "户")
    doubtful = made(report(said, links=(link(said, HOUSES, score=0.7),)), table())
    assert row(doubtful, "≥420户").contrary is None
    both = made(report(said, right, links=(link(said, HOUSES, score=0.95), link(right, HOUSES, score=0.6))), table())
    assert row(both, "≥420户").contrary is None


@pytest.mark.parametrize(
    ("printed", "value", "contrary"),
    [("1.12亿元", "112000000", False), ("1.13亿元", "113000000", True), ("11,234.56万元", "112345600", False)],
)
def test_rounding_contradicts_nothing(printed: str, value: str, contrary: bool) -> None:
    text = f"小额信贷发放{printed}。"
    doc_id = document(text).doc_id
    said = claim(text, doc_id, printed, value, "元")
    plan = "指标\t目标\t实际\n信贷\t≥1亿元\t11234.56万元\n"
    own = document(plan, "表.txt")
    wanted = target(
        plan, own.doc_id, "≥1亿元", "100000000", "元", actual="11234.56万元", actual_value=Decimal(112345600)
    )
    materials = (
        report(said, links=(link(said, wanted, score=0.95),), text=text),
        Material(document=own, sections=(), claims=(), targets=(wanted,), links=(), source_text=plan),
    )
    assert (made(*materials).rows[0].contrary is not None) is contrary


def test_a_target_that_two_documents_print_alike_is_one_row() -> None:
    text = "绩效目标表\n指标\t目标\n改造户数\t≥420户\n"
    plan = document(text, "目标表.txt", document_type="target_table")
    again = target(text, plan.doc_id, "≥420户", "420", "户", indicator="改造户数")
    said = says("407户", "407", "户")
    planned = Material(document=plan, sections=(), claims=(), targets=(again,), links=(), source_text=text)
    given = made(report(said, links=(link(said, again, "unmet"),)), planned, table())
    found = [one for one in given.rows if one.target.indicator == "改造户数"]
    assert len(found) == 1
    assert found[0].target == HOUSES  # the row with a score
    assert [place.document.path for place in found[0].repeated] == ["目标表.txt"]
    assert [one.claim for one in found[0].said] == [said]


def test_two_rows_of_one_table_stay_two() -> None:
    text = "指标\t目标\n培训\t≥60场\n培训\t≥60场\n"
    plan = document(text, "目标表.txt")
    rows = tuple(
        target(text, plan.doc_id, "≥60场", "60", "场", indicator="培训", after=after) for after in (0, text.rindex("≥"))
    )
    given = made(Material(document=plan, sections=(), claims=(), targets=rows, links=(), source_text=text))
    assert len(given.rows) == 2


def test_claims_that_answer_nothing_are_those_of_reports_without_link_or_part_in_one() -> None:
    beds, houses, money = says("286张", "286", "张"), says("407户", "407", "户"), says("82.50万元", "825000", "元")
    derived = link(beds, BEDS, method="derived", operands=(houses.claim_id,))
    given = made(report(beds, houses, money, links=(derived,)), table())
    assert [loose.claim for loose in given.loose] == [money]
    assert row(given, "300张").said[0].operands == (houses,)
    assert given.unlinked == 1
    budget = report(beds, houses, money)
    planned = msgspec.structs.replace(budget, document=msgspec.structs.replace(budget.document, document_type="budget"))
    assert made(planned, table()).loose == ()


def test_only_some_rows_are_kept_while_all_are_counted() -> None:
    said = says("82.50万元", "825000", "元")
    given = made(report(said), table())
    kept = only(given, "unmet", claims=False)
    assert [one.target.text for one in kept.rows] == ["300张"]
    assert (kept.counts, kept.loose, kept.unlinked) == (given.counts, (), 1)
    assert only(given, None, claims=True) == given


def test_a_link_to_a_target_of_nobody_here_is_passed_over() -> None:
    said = says("286张", "286", "张")
    other: Target = target("≥9张", "f" * 16, "≥9张", "9", "张")
    given = made(report(said, links=(link(said, other),)), table())
    assert all(not one.said for one in given.rows)


def test_what_was_spent_is_held_against_its_budget_once_for_all_places() -> None:
    text = "慰问金预算80.00万元。\n发放慰问金82.50万元。\n共发放慰问金82.50万元。\n"
    given = document(text, "报告.txt")
    gifts = budget(text, given.doc_id, "80.00万元", "慰问金", "800000")
    first = claim(text, given.doc_id, "82.50万元", "825000", "元")
    again = claim(text, given.doc_id, "82.50万元", "825000", "元", after=first.end)
    links = tuple(link(one, gifts, "unmet", ratio=Decimal("1.0313")) for one in (first, again))
    material = Material(
        document=given, sections=(), claims=(first, again), targets=(), budgets=(gifts,), links=links, source_text=text
    )
    (one,) = made(material).spending
    assert (one.budget.item, one.outcome, one.ratio, one.place.line) == ("慰问金", "unmet", Decimal("1.0313"), 1)
    assert [said.place.line for said in one.said] == [2, 3]
    assert only(made(material), "met", claims=False).spending == ()
