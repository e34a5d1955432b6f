"""How long linking takes: ``python tests/benchmarks/linking.py [DOCUMENTS]``.

First a report of 1,000 claims with a plan of 100 targets, then archives of growing size in which every office has a plan and a
report; time per report should stay the same. Text is drawn by a fixed seed.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builders import claim, document, section, target
from jixiao import linear
from jixiao.analyse import Report
from jixiao.batch import link_across
from jixiao.ledger import File, Ledger
from jixiao.lexicon import load
from jixiao.link import link

THINGS = (
    "法治宣传活动 矛盾纠纷 法律援助案件 技能培训 困难群众 养老驿站 老旧小区 健康档案 图书流通 排污口 湿地修复 高标准农田 农村公路 "
    "消防演练 食品抽检 专利申请 志愿服务 家庭医生签约 困境儿童 电梯检验 文艺演出 公证事项 水质监测 违法建设 就业岗位"
).split()
VERBS = "开展 调解 办理 组织 走访 新建 改造 建立 完成 整治 修复 建成 新增".split()
PARTS = "全区 镇街 社区 重点企业 机关 学校 城区 农村 老年人 青少年".split()
UNITS = "场 件 人次 户 个 处 份 家".split()


def pair(number: int, claims: int, targets: int, chance: random.Random) -> tuple[Report, Report]:
    """The plan and the report of an office of its own."""
    office = f"望海市{number}县司法局"
    names = [(chance.choice(PARTS) + chance.choice(THINGS), chance.choice(UNITS)) for _ in range(targets)]
    lines = [f"{name}\t≥{chance.randint(10, 999)}{unit}" for name, unit in names]
    text = f"{office}\n" + "\n".join(lines) + "\n"
    planned = document(text, f"/a/{number}p.txt", organisation=office, region=None, document_type="target_table")
    aims, at = [], 0
    for (name, unit), line in zip(names, lines, strict=True):
        quote = line.split("\t")[1]
        at = text.index(line, at)
        aims.append(
            target(
                text, planned.doc_id, quote, quote[1 : -len(unit)], unit, indicator=name, organisation=office, after=at
            )
        )
    plan = Report(source_text=text, document=planned, sections=(), claims=(), targets=tuple(aims))
    wanted = [
        (
            chance.choice(names)
            if chance.random() < 0.3
            else (chance.choice(PARTS) + chance.choice(THINGS), chance.choice(UNITS))
        )
        for _ in range(claims)
    ]
    said = [f"{chance.choice(VERBS)}{name}{chance.randint(10, 999)}{unit}" for name, unit in wanted]
    text = f"{office}\n" + "".join(f"{one}{'。' if at % 4 == 3 else '，'}" for at, one in enumerate(said)) + "\n"
    described = document(text, f"/a/{number}r.txt", organisation=office, region=None)
    work = section(text, described.doc_id, "一、履职情况", 0, len(text))
    found, at = [], 0
    for (name, unit), one in zip(wanted, said, strict=True):
        at = text.index(one, at)
        quote = one[2 + len(name) :]
        place = at + 2 + len(name)
        sentence = text[text.rfind("。", 0, at) + 1 : text.find("。", at) + 1]
        found.append(
            claim(
                text, described.doc_id, quote, quote[: -len(unit)], unit, after=place, entity=name, action=one[:2],
                sentence=sentence, section_id=work.section_id, period="2022",
            )
        )  # fmt: skip
        at = place
    return plan, Report(source_text=text, document=described, sections=(work,), claims=tuple(found))


def one_report() -> None:
    plan, report = pair(0, 1000, 100, random.Random(7))
    titles = {one.section_id: one.title for one in report.sections}
    for _ in range(2):  # the second without what is read and compiled once
        began = time.perf_counter()
        links = link(report.claims, plan.targets, titles, load(), linear.load().link)
        spent = time.perf_counter() - began
    print(f"{len(report.claims):,} claims with {len(plan.targets)} targets: {spent:.2f} s, {len(links)} links")


def archive(reports: int) -> None:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "l.db") as ledger:
        for number in range(reports):
            for whole in pair(number, 120, 25, chance):
                doc = whole.document
                file = File(
                    path=doc.path, archive="/a", sha256=doc.doc_id, size=1, modified=1, status="ok", reason=None,
                    doc_id=doc.doc_id, extractor="x",
                )  # fmt: skip
                ledger.store(file, whole)
        spent = []
        for version in ("1", "1"):
            began = time.perf_counter()
            link_across(ledger, version)
            spent.append(time.perf_counter() - began)
        print(
            f"{reports:5,} reports with a plan each: {spent[0]:6.1f} s, {spent[0] / reports * 1000:5.1f} ms a report, "
            f"{ledger.counts()['link']:,} links; a second time {spent[1]:.2f} s"
        )


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    one_report()
    for reports in (most // 4, most // 2, most):
        archive(reports)


if __name__ == "__main__":
    main()
