"""An office's year made by hand, for the tests of what shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from builders import budget, claim, document, link, section, target
from jixiao.answers import Material, Office, office
from jixiao.lexicon import load, profile

TABLE = """自评表
指标\t目标\t实际完成值\t分值\t得分
新增床位\t300张\t286张\t4\t4
改造户数\t≥420户\t437户\t4\t4.00
发放金额\t≤90.00万元\t\t4\t
队伍建设\t稳步壮大
高龄津贴\t2.05
慰问金预算\t80.00万元
"""
REPORT = """一、履职情况
全年新增床位286张，其中护理型198张。
完成改造407户，<b>发放</b>慰问金**82.50万元**。
"""


def sample(organisation: str | None = "澄江市民政局", year: str | None = "2022", **names: str) -> Office:
    """Rows: unmet with another score than due; met but for a sentence; met; in words and unanswered; unanswered."""
    plan, made = document(TABLE, "归档/自评表.txt"), document(REPORT, names.get("report", "归档/报告.txt"))
    work = section(REPORT, made.doc_id, "一、履职情况", 0, len(REPORT))

    def says(quote: str, value: str, unit: str, **fields: Any) -> Any:
        return claim(REPORT, made.doc_id, quote, value, unit, section_id=work.section_id, **fields)

    beds = target(
        TABLE, plan.doc_id, "300张", "300", "张", indicator=names.get("indicator", "新增床位"), actual="286张",
        actual_value=Decimal(286), weight=Decimal(4), score=Decimal(4), comparator="eq",
    )  # fmt: skip
    houses = target(
        TABLE, plan.doc_id, "≥420户", "420", "户", indicator="改造户数", actual="437户", actual_value=Decimal(437),
        weight=Decimal(4), score=Decimal("4.00"),
    )  # fmt: skip
    money = target(
        TABLE, plan.doc_id, "≤90.00万元", "900000", "元", indicator="发放金额", comparator="le", level2="成本指标",
        weight=Decimal(4),
    )  # fmt: skip
    teams = target(TABLE, plan.doc_id, "稳步壮大", None, "", indicator="队伍建设")
    bare = target(TABLE, plan.doc_id, "2.05", "20500", "人", indicator="高龄津贴")
    gifts = budget(TABLE, plan.doc_id, "80.00万元", "慰问金", "800000")
    claims = (
        says("286张", "286", "张", entity="床位", action="新增"),
        says("198张", "198", "张", entity="护理型床位"),
        says("407户", "407", "户", entity="改造"),
        says("82.50万元", "825000", "元", entity="慰问金", action="发放", category="资金"),
    )
    links = (
        link(
            claims[0], beds, "unmet", ratio=Decimal("0.9533"), reason="报告称“床位”为286张，目标为300张，未达到目标。"
        ),
        link(claims[2], houses, "unmet", score=0.95),
        link(claims[2], beds, "met", score=0.4),
        link(claims[3], money, ratio=Decimal("0.9167")),
        link(
            claims[3],
            gifts,
            "unmet",
            ratio=Decimal("1.0313"),
            reason="“慰问金”实际支出82.50万元，预算80.00万元，超出预算。",
        ),
    )
    materials = (
        Material(document=plan, sections=(), claims=(), targets=(beds, houses, money, teams, bare),
                 links=(), source_text=TABLE, budgets=(gifts,)),
        Material(document=made, sections=(work,), claims=claims, targets=(), links=links, source_text=REPORT),
    )  # fmt: skip
    return office(organisation, year, materials, load(), profile("national"))
