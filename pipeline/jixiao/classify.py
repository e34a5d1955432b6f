"""Official indicator categories of claims, by what is counted, the unit and the section."""

from __future__ import annotations

from jixiao.records import Category, SectionLabel


def classify(entity: str, action: str, unit: str, dimension: str, label: SectionLabel, sentence: str) -> tuple[Category, float]:
    if dimension == "money":
        return "资金", 0.6
    return "数量", 0.5
