from __future__ import annotations

import json
from decimal import Decimal

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles import report
from jixiao.records import (
    CATEGORIES,
    KINDS,
    SECTION_LABELS,
    Budget,
    Claim,
    Document,
    Evidence,
    Finding,
    Link,
    Record,
    Section,
    Target,
    document_id,
    from_json,
    json_schema,
    record_id,
    to_json,
)

DOCUMENT = Document(
    doc_id="0" * 16, path="报告.txt", title=None, organisation="某市总工会", region=None, fiscal_year="2023",
    document_type="self_evaluation", pages=None, characters=12, format="text", encoding="utf-8", warnings=("一处乱码",),
)  # fmt: skip
SECTION = Section(
    section_id="s", doc_id="d", title="一、概况", level=1, path=("一、概况",), label="overview", start=0, end=5
)
CLAIM = Claim(
    claim_id="c", doc_id="d", section_id=None, section_label="other", sentence="建会率99.70%。", start=3, end=9, text="99.70%",
    value=Decimal("99.70"), value_max=None, approx="exact", unit="%", entity="建会率", action="", qualifiers=("百人以上",),
    period="2023", change=None, category="质量", category_confidence=0.75, confidence=0.9, rule="before", origin="prose",
)  # fmt: skip
TARGET = Target(
    target_id="t", doc_id="d", organisation=None, project=None, fiscal_year="2023", level1="产出指标", level2="数量指标",
    indicator="培训人数", text="≥80人", start=0, end=4, comparator="ge", value=Decimal(80), value_max=None, unit="人",
)  # fmt: skip
BUDGET = Budget(
    budget_id="b", doc_id="d", item="基本支出", code=None, basis="budget", amount=Decimal("58550000.00"), fiscal_year="2023",
    start=0, end=5, text="5,855",
)  # fmt: skip
LINK = Link(
    link_id="l", claim_id="c", target_id="t", budget_id=None, score=0.9, method="direct", operands=(), verdict="met",
    reason="完成86人，不低于目标80人。",
)  # fmt: skip
FINDING = Finding(
    finding_id="f", doc_id="d", code="sum", severity="error", message="合计不等。", stated=Decimal(5), expected=Decimal(6),
    tolerance=None, evidence=(Evidence(start=0, end=1, text="5"),),
)  # fmt: skip
ALL = (DOCUMENT, SECTION, CLAIM, TARGET, BUDGET, LINK, FINDING)
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("record", ALL, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_from_its_line(record: Record) -> None:
    assert from_json(to_json(record)) == record


@pytest.mark.parametrize("record", ALL, ids=lambda record: type(record).__name__)
def test_a_record_is_one_line_with_its_kind_first(record: Record) -> None:
    line = to_json(record)
    assert "\n" not in line
    assert next(iter(json.loads(line))) == "kind"
    assert KINDS[json.loads(line)["kind"]] is type(record)


@pytest.mark.parametrize("record", ALL, ids=lambda record: type(record).__name__)
def test_a_record_fits_the_published_schema(record: Record) -> None:
    VALIDATOR.validate(json.loads(to_json(record)))


def test_the_schema_is_one_and_refuses_what_is_no_record() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for change in ({"kind": "guess"}, {"approx": "roughly"}, {"origin": "dream"}, {"start": "3"}, {"category": "其他"}):
        with pytest.raises(jsonschema.ValidationError):
            VALIDATOR.validate(json.loads(to_json(CLAIM)) | change)


def test_the_examples_of_every_kind_are_here() -> None:
    assert {type(record) for record in ALL} == set(KINDS.values())


def test_the_records_of_a_report_fit_the_published_schema() -> None:
    text = "一、主要履职情况\n贫困发生率由9.60%下降到0，新选聘20-30名监督员，发放慰问金9万余元。\n单位：万元\n项目\t金额\n培训费\t4.07\n"
    records = report(text).records()
    assert any(isinstance(record, Claim) for record in records)
    for record in records:
        VALIDATOR.validate(json.loads(to_json(record)))


def test_numbers_are_strings_with_the_digits_that_were_printed() -> None:
    line = json.loads(to_json(CLAIM))
    assert line["value"] == "99.70"
    assert json.loads(to_json(BUDGET))["amount"] == "58550000.00"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**15, places=6))
def test_a_value_keeps_every_digit_on_its_way_out_and_in(value: Decimal) -> None:
    line = to_json(msgspec.structs.replace(CLAIM, value=value))
    assert json.loads(line)["value"] == str(value)
    back = from_json(line)
    assert isinstance(back, Claim)
    assert str(back.value) == str(value)


def test_a_large_value_is_printed_in_full() -> None:
    """1E+8 is a decimal string too, but none that a spreadsheet or a clerk expects."""
    for text in ("社会融资规模10万亿元。", "投资1亿元。", "补助100万元。", "存款百万亿元。"):
        for claim in report(text).claims:
            assert "E" not in json.loads(to_json(claim))["value"]


def test_chinese_is_written_as_itself() -> None:
    assert "建会率" in to_json(CLAIM)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"kind":"guess"}',
        '{"kind":"claim"}',
        to_json(CLAIM)[:-1],
        to_json(CLAIM).replace("exact", "x"),
    ],
)
def test_a_line_that_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        from_json(line)


def test_records_are_frozen() -> None:
    with pytest.raises(AttributeError):
        CLAIM.value = Decimal(1)  # type: ignore[misc]


def test_identifiers_come_from_content_and_place() -> None:
    assert document_id(b"") == "e3b0c44298fc1c14"
    assert document_id("绩效".encode()) != document_id(b"")
    assert record_id("claim", "e3b0c44298fc1c14", 3, 9) == "e3b0c44298fc1c14:claim:3-9"


def test_the_labels_are_those_that_were_agreed() -> None:
    assert len(SECTION_LABELS) == len(set(SECTION_LABELS)) == 28
    assert CATEGORIES == (
        "数量",
        "质量",
        "时效",
        "成本",
        "经济效益",
        "社会效益",
        "生态效益",
        "可持续影响",
        "满意度",
        "资金",
        "资源",
    )
