"""Reports made by hand, so that the tests of store and exports do not depend on what the extraction finds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jixiao.analyse import Report
from jixiao.records import Budget, Claim, Document, Link, Section, Target, document_id, record_id

TEXT = """澄江市民政局2022年度自评报告

一、履职情况
全年调处劳资纠纷1,513宗，发放慰问金82.50万元。

二、满意度
服务对象满意度为99.70%，回访约２００户。
"""

# An office's table of targets and the report that answers it: one target met, the other missed.
PLAN = """沙堤区司法局2022年部门整体支出绩效目标表

一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t开展法治宣传活动场次\t≥60场
产出指标\t数量指标\t调解矛盾纠纷件数\t≥900件
"""
REPORT = """望海市沙堤区司法局2022年度部门整体支出绩效自评报告

一、主要履职情况
全年开展法治宣传活动72场，调解矛盾纠纷895件。
"""


def document(text: str, path: str = "report.txt", **fields: Any) -> Document:
    given = {
        "title": "澄江市民政局2022年度自评报告",
        "organisation": "澄江市民政局",
        "region": "澄江市",
        "fiscal_year": "2022",
        "document_type": "self_evaluation",
        "pages": None,
        "format": "text",
        "encoding": "utf-8",
        **fields,
    }
    return Document(doc_id=document_id(text.encode()), path=path, characters=len(text), **given)


def section(text: str, doc_id: str, title: str, start: int, end: int, label: str = "performance") -> Section:
    return Section(
        section_id=record_id("section", doc_id, start, end),
        doc_id=doc_id,
        title=title,
        level=1,
        path=(title,),
        label=label,  # type: ignore[arg-type]
        start=start,
        end=end,
    )


def claim(text: str, doc_id: str, quote: str, value: str, unit: str, **fields: Any) -> Claim:
    """A claim on the first occurrence of ``quote`` in ``text`` (or from ``start`` on); the sentence is its line."""
    start = text.index(quote, fields.pop("after", 0))
    end = start + len(quote)
    line = text[text.rfind("\n", 0, start) + 1 : text.find("\n", end) if "\n" in text[end:] else len(text)]
    given = {
        "section_id": None,
        "section_label": "performance",
        "sentence": line,
        "value_max": None,
        "approx": "exact",
        "entity": "",
        "action": "",
        "qualifiers": (),
        "period": None,
        "change": None,
        "category": "数量",
        "category_confidence": 0.9,
        "confidence": 0.8,
        "rule": "test",
        "origin": "prose",
        **fields,
    }
    return Claim(
        claim_id=record_id("claim", doc_id, start, end),
        doc_id=doc_id,
        start=start,
        end=end,
        text=quote,
        value=Decimal(value),
        unit=unit,
        **given,
    )


def target(text: str, doc_id: str, quote: str, value: str | None, unit: str, **fields: Any) -> Target:
    """A target on the first occurrence of ``quote`` in ``text`` (or from ``after`` on); ``actual`` quotes what was reached."""
    start = text.index(quote, fields.pop("after", 0))
    actual = fields.pop("actual", None)
    place = text.index(actual, start + len(quote)) if actual else None
    given = {
        "organisation": "澄江市民政局",
        "project": None,
        "fiscal_year": "2022",
        "level1": "产出指标",
        "level2": "数量指标",
        "indicator": "",
        "comparator": "ge" if value else "qualitative",
        "value_max": None,
        "actual_text": actual,
        "actual_start": place,
        "actual_end": None if place is None else place + len(actual or ""),
        **fields,
    }
    return Target(
        target_id=record_id("target", doc_id, start, start + len(quote)),
        doc_id=doc_id,
        text=quote,
        start=start,
        end=start + len(quote),
        value=Decimal(value) if value else None,
        unit=unit,
        **given,
    )


def budget(text: str, doc_id: str, quote: str, item: str, amount: str, basis: str = "budget") -> Budget:
    start = text.index(quote)
    return Budget(
        budget_id=record_id("budget", doc_id, start, start + len(quote)),
        doc_id=doc_id,
        item=item,
        code=None,
        basis=basis,  # type: ignore[arg-type]
        amount=Decimal(amount),
        fiscal_year="2022",
        start=start,
        end=start + len(quote),
        text=quote,
    )


def link(claim: Claim, answered: Target | Budget, verdict: str = "met", **fields: Any) -> Link:
    given = {"score": 0.9, "method": "direct", "operands": (), "reason": "报告所述已达到目标。", **fields}
    target_id, budget_id = (answered.target_id, None) if isinstance(answered, Target) else (None, answered.budget_id)
    return Link(
        link_id=f"{claim.claim_id}>{target_id or budget_id}",
        claim_id=claim.claim_id,
        target_id=target_id,
        budget_id=budget_id,
        verdict=verdict,  # type: ignore[arg-type]
        **given,
    )


def report(path: str = "report.txt", text: str = TEXT, **fields: Any) -> Report:
    """The report on :data:`TEXT`: two sections, four claims of three categories."""
    described = document(text, path, **fields)
    doc_id = described.doc_id
    first, second = text.index("一、"), text.index("二、")
    work = section(text, doc_id, "一、履职情况", first, second)
    content = section(text, doc_id, "二、满意度", second, len(text), "satisfaction")
    return Report(
        source_text=text,
        document=described,
        sections=(work, content),
        claims=(
            claim(text, doc_id, "1,513宗", "1513", "宗", entity="劳资纠纷", action="调处", section_id=work.section_id),
            claim(
                text, doc_id, "82.50万元", "825000", "元",
                entity="慰问金", action="发放", category="资金", section_id=work.section_id, period="2022",
            ),
            claim(
                text, doc_id, "99.70%", "99.70", "%",
                entity="服务对象满意度", category="满意度", section_id=content.section_id, section_label="satisfaction",
            ),
            claim(
                text, doc_id, "约２００户", "200", "户",
                entity="", action="回访", approx="about", section_id=content.section_id, section_label="satisfaction",
            ),
        ),
    )  # fmt: skip
