"""The records that flow between the stages and out of the program: frozen, typed, money and rates as ``Decimal``.

Every ``start``/``end`` is a half-open code-point offset into the document's *source text*, and
``source_text[start:end] == text`` holds for every record. Field names and label values are an interface: a change is a
new :data:`SCHEMA_VERSION` and a line in the changelog.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any, Literal, get_args

import msgspec

SCHEMA_VERSION = "1"

DocumentType = Literal["self_evaluation", "budget", "target_table", "final_accounts", "other"]
Status = Literal["ok", "partial", "refused", "failed"]
SectionLabel = Literal[
    "overview",
    "duties",
    "work_plan",
    "budget_preparation",
    "budget_execution",
    "management",
    "goals",
    "performance",
    "results",
    "economy",
    "efficiency",
    "effectiveness",
    "economic_benefit",
    "social_benefit",
    "ecological_benefit",
    "sustainable_impact",
    "fairness",
    "satisfaction",
    "experience",
    "problems",
    "improvement",
    "next_plan",
    "score_table",
    "target_table",
    "glossary",
    "annex",
    "contents",
    "other",
]
Approx = Literal["exact", "about", "more", "less", "range"]
Change = Literal["increase", "decrease", "from", "to"]
Category = Literal[
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
]
Comparator = Literal["ge", "gt", "le", "lt", "eq", "about", "range", "qualitative"]
Basis = Literal["budget", "adjusted", "actual", "previous_year"]
Verdict = Literal["met", "unmet", "undetermined"]
Severity = Literal["error", "warning", "notice"]

SECTION_LABELS: tuple[SectionLabel, ...] = get_args(SectionLabel)
CATEGORIES: tuple[Category, ...] = get_args(Category)


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind"):
    """What every line of the JSONL output is: ``kind`` first, then the fields in the order below."""


class Document(Record, frozen=True, tag="document"):
    """One file as read. ``doc_id`` is the first 16 hex digits of the SHA-256 of its bytes.

    ``fiscal_year``, ``organisation`` and ``region`` are None where the text does not say. ``status`` is ``partial`` where
    something of the file was left unread, ``refused`` or ``failed`` where nothing could be read; ``reason`` then says why,
    in words for a clerk. ``characters`` counts the code points of the source text.
    """

    doc_id: str
    path: str
    title: str | None
    organisation: str | None
    region: str | None
    fiscal_year: str | None
    document_type: DocumentType
    pages: int | None
    characters: int
    format: str
    encoding: str | None
    status: Status = "ok"
    reason: str | None = None
    warnings: tuple[str, ...] = ()


class Section(Record, frozen=True, tag="section"):
    """A heading through the end of its body (its subsections included). ``level`` is 1 for the outermost."""

    section_id: str
    doc_id: str
    title: str
    level: int
    path: tuple[str, ...]
    label: SectionLabel
    start: int
    end: int


class Claim(Record, frozen=True, tag="claim"):
    """A numeral with what it counts. See ``annotations/GUIDELINE.md`` for the conventions.

    ``value`` and ``value_max`` are in base units with multipliers applied (9万余元 is 90000, unit 元); ``value_max`` is None
    but for ranges. ``category_confidence`` and ``confidence`` lie in 0–1. ``page`` and ``bbox`` are None for formats
    without pages. ``same_as`` is the id of the first claim of the document that states the same fact, or None.
    """

    claim_id: str
    doc_id: str
    section_id: str | None
    section_label: SectionLabel
    sentence: str
    start: int
    end: int
    text: str
    value: Decimal
    value_max: Decimal | None
    approx: Approx
    unit: str
    entity: str
    action: str
    qualifiers: tuple[str, ...]
    period: str | None
    change: Change | None
    category: Category
    category_confidence: float
    confidence: float
    rule: str
    origin: Literal["prose", "table"]
    column: str | None = None
    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    same_as: str | None = None


class Target(Record, frozen=True, tag="target"):
    """One number of one row of a target table; ``value`` is None where the cell has none (``qualitative``).

    ``fiscal_year`` is None for a target of several years (实施周期、长期目标). ``actual_text`` is what the table itself says was
    reached, ``actual_start``/``actual_end`` where; all three are None where the table has no such column.
    """

    target_id: str
    doc_id: str
    organisation: str | None
    project: str | None
    fiscal_year: str | None
    level1: str
    level2: str
    indicator: str
    text: str
    start: int
    end: int
    comparator: Comparator
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    actual_text: str | None = None
    actual_start: int | None = None
    actual_end: int | None = None
    actual_value: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None
    deviation: str | None = None


class Budget(Record, frozen=True, tag="budget"):
    """One amount of money, in yuan, set for, adjusted to or spent on an item."""

    budget_id: str
    doc_id: str
    item: str
    code: str | None
    basis: Basis
    amount: Decimal
    fiscal_year: str | None
    start: int
    end: int
    text: str


class Link(Record, frozen=True, tag="link"):
    """A claim and the target or budget it answers; exactly one of ``target_id`` and ``budget_id`` is set.

    ``operands`` are the other claims that a ``derived`` answer is computed from, in its order (51件 of 895件). ``ratio`` is
    the share of the target that was reached (1.2: a fifth more), None for a target of 0.
    """

    link_id: str
    claim_id: str
    target_id: str | None
    budget_id: str | None
    score: float
    method: Literal["direct", "derived"]
    operands: tuple[str, ...]
    verdict: Verdict
    reason: str
    ratio: Decimal | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    start: int
    end: int
    text: str


class Finding(Record, frozen=True, tag="finding"):
    """An inconsistency, with the stated and the expected figure and the quotes it rests on."""

    finding_id: str
    doc_id: str
    code: str
    severity: Severity
    message: str
    stated: Decimal | None
    expected: Decimal | None
    tolerance: Decimal | None
    evidence: tuple[Evidence, ...]


AnyRecord = Document | Section | Claim | Target | Budget | Link | Finding
KINDS: dict[str, type[Record]] = {
    str(kind.__struct_config__.tag): kind for kind in (Document, Section, Claim, Target, Budget, Link, Finding)
}

_encoder = msgspec.json.Encoder(decimal_format="string")
_decoder = msgspec.json.Decoder(AnyRecord)


def to_json(record: Record) -> str:
    """One line of JSON, ``kind`` first, decimals as strings with the digits they have."""
    return _encoder.encode(record).decode()


def from_json(line: str | bytes) -> AnyRecord:
    """The inverse of :func:`to_json`. Raises ``msgspec.ValidationError`` on a line that is no record."""
    record: AnyRecord = _decoder.decode(line)
    return record


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a line of the JSONL output, made from the types above."""
    schema = msgspec.json.schema(AnyRecord)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jixiao record",
        "version": SCHEMA_VERSION,
        **schema,
    }


def document_id(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def record_id(kind: str, doc_id: str, start: int, end: int) -> str:
    """Identifier from content and place, so that a second run over the same file gives the same bytes."""
    return f"{doc_id}:{kind}:{start}-{end}"
