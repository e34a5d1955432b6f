"""Two documents that belong together, for the tests of what is exported for training, and the archive with a split."""

from __future__ import annotations

import functools

import msgspec
from marks import annotated, hostile, whole_archive

from jixiao.corpus.spans import About, Marked, from_gold

REPORT = (
    "二、履职情况\n"
    "（一）道路养护。全年修补路面坑槽312处，清理边\n"
    "沟46.5公里；维修桥梁近20座，投入资金\u3000158.6万元。\n"
    "（二）回访。走访30户以上的社区8个，群众满意度97.5%。\n"
)
REPORT_GOLD = """== claims
坑槽[312处]， | = 312 处 | 路面坑槽 | 修补 | 数量 | 2023
沟[46.5公里]； | = 46.5 公里 | 边沟 | 清理 | 数量 | 2023
桥梁[近20座]， | < 20 座 | 桥梁 | 维修 | 数量 质量 | 2023
[158.6万元]。 | = 1586000 元 | 资金 | 投入 | 资金 | 2023
走访[30户以上]的 | ? > 30 户 | 社区 | 走访 | 数量 | 2023
社区[8个]， | = 8 个 | 社区 | 走访 | 数量 | 2023
满意度[97.5%]。 | = 97.5 % | 群众满意度 |  | 满意度 | 2023

== links
坑槽[312处]， | 目标表.txt: 修补坑槽 | met
满意度[97.5%]。 | 目标表.txt: 群众满意度 | unmet
"""
TABLE = "一级指标\t二级指标\t三级指标\t目标值\n产出指标\t数量指标\t修补坑槽\t≥300处\n满意度指标\t满意度指标\t群众满意度\t≥98%\n"
TABLE_GOLD = """== targets
坑槽⇥[≥300处] | 产出/数量指标/修补坑槽 | ge 300 处
满意度⇥[≥98%] | 满意度/满意度指标/群众满意度 | ge 98 %
"""


def mark(name: str, text: str, gold: str, split: str | None = None, **about: str) -> Marked:
    """A document ``清溪县/name`` of the roads office, annotated as ``gold`` says."""
    known = {"organisation": "清溪县公路局", "fiscal_year": "2023", "document_type": "self_evaluation", **about}
    marked = from_gold(annotated(text, gold, f"清溪县/{name}"))
    return msgspec.structs.replace(marked, split=split, about=About(**known))


def report(split: str | None = None) -> Marked:
    return mark("自评报告.txt", REPORT, REPORT_GOLD, split)


def table(split: str | None = None) -> Marked:
    return mark("目标表.txt", TABLE, TABLE_GOLD, split, document_type="target_table")


@functools.cache
def archive() -> tuple[Marked, ...]:
    """The archive and the hard document, every fifth of them for development, every fifth for tests."""
    parts = ("train", "dev", "train", "test", "train")
    return tuple(
        msgspec.structs.replace(marked, split=parts[index % len(parts)])
        for index, marked in enumerate((*whole_archive(), from_gold(hostile())))
    )
