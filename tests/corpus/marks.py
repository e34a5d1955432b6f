"""Documents with spans for the tests of the exchange formats: the whole archive, and one that is hard on every format."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jixiao.corpus.archive import Annotated, read_archive
from jixiao.corpus.gold import read_gold
from jixiao.corpus.spans import Marked, from_gold
from jixiao.ingest import Source

ARCHIVE = Path(__file__).resolve().parents[2] / "annotations" / "documents"

HOSTILE = (
    "# 𠮷林县<b>履职</b>\r\n\r\n𠮷林县调处[[劳资]]纠纷1,5\r\n13\t宗|件，\t其中30人\n以上&amp;22宗，“]]”发放\f慰问金\u20289万余元。\r\n"
    "== claims\n# 🏗️工程款𝟙支付率⏎95%¦98%\u0085。\n"
)
HOSTILE_GOLD = """\
== sections
# [𠮷林县<b>履职</b>] | 1 | performance
[== claims] | 2 | other

== claims
纠纷[1,5␍⏎13⇥宗¦件] | = 1513 宗 | 劳资纠纷 | 调处 | 数量 社会效益 | 2020
[30人⏎以上] | ? > 30 人 | 人员 |  | 数量
[22宗] | = 22 宗 | <script>alert("]]&'1'")</script> | 调处 | 数量
金\u2028[9万余元] | > 90000 元 | 慰问金 | 发放 | 资金 | 2020Q1
[95%¦98%] | = 95..98 % | 工程款𝟙支付率 |  | 质量

== targets
[95%] | 产出指标/质量指标/支付率 | ge 95 % | actual=9 5% | weight=10 | score=9.50

== budgets
[9万余元] | 慰问金 | actual | 90000.00 | 2020

== links
[95%¦98%] + [22宗] | 支付率 | met
[9万余元] | 慰问金 | undetermined
[22宗] | 县/目标表.txt: 调处率 | unmet

== findings
sum_of_parts | error | 相加不符：“<22>” | [1,5␍⏎13] | [22宗]
"""


def annotated(text: str, gold: str, name: str = "某县/报告.txt") -> Annotated:
    source = Source(text=text, format="text", path=name, doc_id="0" * 16)
    return Annotated(path=Path(name), source=source, gold=read_gold(gold, text), entry=None)


@cache
def archive() -> tuple[Annotated, ...]:
    return tuple(document for document in read_archive([ARCHIVE]) if document.gold)


@cache
def whole_archive() -> tuple[Marked, ...]:
    return tuple(map(from_gold, archive()))


@cache
def hostile() -> Annotated:
    return annotated(HOSTILE, HOSTILE_GOLD)
