from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from builders import PLAN, REPORT, document
from casefiles import source
from jixiao import linear
from jixiao.analyse import Report, analyse
from jixiao.archive_links import link_reports, office_names, partners
from jixiao.ingest import Source
from jixiao.lexicon import load
from jixiao.records import Document, document_id

LEXICON = load()


def named(organisation: str | None, year: str | None = "2022", **fields: Any) -> Document:
    text = f"{organisation}{year}{fields}"
    return document(text, organisation=organisation, fiscal_year=year, region=fields.pop("region", None), **fields)


def joined(*names: str) -> list[set[str]]:
    """The names of more than one document that are brought together, by sets of organisation names."""
    documents = [named(name, path=str(at)) for at, name in enumerate(names)]
    offices = office_names(documents, LEXICON)
    groups: dict[str, set[str]] = {}
    for one in documents:
        if one.doc_id in offices:
            groups.setdefault(offices[one.doc_id], set()).add(str(one.organisation))
    return sorted((group for group in groups.values() if len(group) > 1), key=sorted)


@pytest.mark.parametrize(
    ("names", "together"),
    [
        (("沙堤区司法局", "望海市沙堤区司法局"), [{"沙堤区司法局", "望海市沙堤区司法局"}]),
        (
            ("沙堤区司法局", "望海市沙堤区司法局", "北原省望海市沙堤区司法局"),
            [{"沙堤区司法局", "望海市沙堤区司法局", "北原省望海市沙堤区司法局"}],
        ),
        (("滨浦新区科技局", "望海市滨浦新区科技局"), [{"滨浦新区科技局", "望海市滨浦新区科技局"}]),
        (("广州市教育局", "广东省广州市教育局"), [{"广州市教育局", "广东省广州市教育局"}]),
        (("滑县教育局", "安阳市滑县教育局"), [{"滑县教育局", "安阳市滑县教育局"}]),
        # an office of the Party's committee
        (("中共禾丰县委党校", "禾丰县党校", "禾丰县委党校"), [{"中共禾丰县委党校", "禾丰县党校", "禾丰县委党校"}]),
        (("中共沙堤区委宣传部", "望海市沙堤区宣传部"), [{"中共沙堤区委宣传部", "望海市沙堤区宣传部"}]),
        (("中共禾丰县委", "中共禾丰县委党校"), []),
        (("禾丰县发展和改革委员会", "禾丰县发展和改革局"), []),
        (("司法局", "望海市沙堤区司法局"), []),
        (("市场监督管理局", "沙堤区市场监督管理局"), []),
        (("市场监督管理局", "望海市市场监督管理局"), []),
        (("本县教育局", "禾丰县教育局"), []),
        (("新区教育局", "滨浦新区教育局"), []),
        (("社区服务中心", "望海市清波社区服务中心"), []),
        (("开发区管委会", "望海市开发区管委会"), []),
        (("高新技术产业开发区财政局", "望海市高新技术产业开发区财政局"), []),
        (("沙堤区司法局", "沙堤区教育局"), []),
        (("沙堤区司法局", "望海市司法局"), []),
        (("望海市司法局", "望海市沙堤区司法局"), []),
        # two cities have a district of the name: nobody knows whose the short one is
        (("沙堤区司法局", "望海市沙堤区司法局", "青渡市沙堤区司法局"), []),
    ],
)
def test_names_of_one_office_differ_in_how_much_of_the_region_they_tell(
    names: tuple[str, ...], together: list[set[str]]
) -> None:
    for order in permutations(names):
        assert joined(*order) == together


def test_a_name_without_a_place_never_joins_two_documents() -> None:
    documents = [named("司法局", path="a"), named("司法局", path="b")]
    assert office_names(documents, LEXICON) == {}


def test_the_region_that_a_document_tells_completes_its_name() -> None:
    one = named("沙堤区司法局", region="望海市沙堤区")
    other = named("沙堤区司法局", region="青渡市沙堤区")
    full = named("望海市沙堤区司法局")
    offices = office_names([one, other, full], LEXICON)
    assert offices[one.doc_id] == offices[full.doc_id] == "望海市沙堤区司法局"
    assert offices[other.doc_id] == "青渡市沙堤区司法局"


def test_an_office_of_the_party_is_shown_as_such() -> None:
    one = named("中共沙堤区委党校", region="望海市沙堤区")
    other = named("沙堤区党校", region="望海市沙堤区")
    assert set(office_names([one, other], LEXICON).values()) == {"中共望海市沙堤区委党校"}


def test_claims_of_reports_answer_targets_of_their_own_office_and_year_only() -> None:
    report = named("沙堤区司法局")
    plan = named("望海市沙堤区司法局", document_type="target_table")
    budget = named("沙堤区司法局", document_type="budget")
    earlier = named("沙堤区司法局", "2021", document_type="target_table")
    undated = named("沙堤区司法局", None, document_type="target_table")
    other = named("沙堤区教育局", document_type="target_table")
    unnamed = named(None, document_type="target_table")
    everything = [report, plan, budget, earlier, undated, other, unnamed]
    assert partners(everything, LEXICON) == {report.doc_id: tuple(sorted((plan.doc_id, budget.doc_id)))}
    assert partners(everything[::-1], LEXICON) == partners(everything, LEXICON)


# ---- with the analysis


def read(text: str) -> Report:
    given = source(text)
    return analyse(Source(text=text, format="text", path=given.path, doc_id=document_id(text.encode())))


def answers(*reports: Report) -> set[tuple[str, str, str]]:
    """Figure, target and verdict of every link between different documents."""
    claims = {claim.claim_id: claim for report in reports for claim in report.claims}
    targets = {target.target_id: target for report in reports for target in report.targets}
    return {
        (claims[one.claim_id].text, targets[one.target_id or ""].text, one.verdict)
        for links in link_reports(reports, LEXICON, linear.load().link).values()
        for one in links
        if claims[one.claim_id].doc_id != targets[one.target_id or ""].doc_id
    }


def test_a_report_answers_the_target_table_of_its_office() -> None:
    wanted = {("72场", "≥60场", "met"), ("895件", "≥900件", "unmet")}
    assert answers(read(REPORT), read(PLAN)) == wanted
    assert answers(read(PLAN), read(REPORT)) == wanted


FORM = """沙堤区司法局2022年度项目支出绩效自评表

一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值
产出指标\t数量指标\t开展法治宣传活动场次\t≥50场\t51场
"""


def test_a_table_that_says_what_was_reached_answers_plans_and_no_other_such_table() -> None:
    other = FORM.replace("≥50场\t51场", "≥20场\t21场")
    assert answers(read(FORM), read(other)) == set()
    assert answers(read(FORM), read(PLAN)) == {("51场", "≥60场", "unmet")}
    assert answers(read(REPORT), read(FORM)) == {("72场", "≥50场", "met")}


@pytest.mark.parametrize(("old", "new"), [("2022年", "2021年"), ("司法局", "教育局"), ("沙堤区", "长汀区")])
def test_nothing_is_linked_across_years_and_organisations(old: str, new: str) -> None:
    assert answers(read(REPORT), read(PLAN.replace(old, new))) == set()


def read_as(text: str) -> Report:
    data = text.encode()
    return analyse(Source(text=text, format="text", path="文件.txt", doc_id=document_id(data), encoding="utf-8"))


def test_spending_is_held_against_the_budget_that_another_document_sets() -> None:
    plan = read_as("溪口县水务局2023年部门预算\n\n二、支出预算说明\n\n项目支出720.00万元，基本支出480.00万元。\n")
    report = read_as(
        "溪口县水务局2023年度部门整体支出绩效自评报告\n\n二、预算执行情况\n\n"
        "年初预算基本支出490.00万元。\n\n全年基本支出492.00万元，项目支出756.00万元。\n"
    )
    links = link_reports([plan, report], LEXICON, None)[report.document.doc_id]
    claims = {one.claim_id: one.text for one in report.claims}
    budgets = {one.budget_id: (one.doc_id, str(one.amount)) for one in (*plan.budgets, *report.budgets)}
    assert sorted((claims[one.claim_id], budgets[one.budget_id or ""], one.verdict) for one in links) == [
        ("492.00万元", (report.document.doc_id, "4900000"), "unmet"),  # its own document says what was budgeted
        ("756.00万元", (plan.document.doc_id, "7200000"), "unmet"),
    ]
