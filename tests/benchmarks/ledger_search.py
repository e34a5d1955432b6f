"""How long the ledger takes to fill and to answer: ``python tests/benchmarks/ledger_search.py [DOCUMENTS]``.

Each document has 100 claims in 40 sentences; words are drawn by a fixed seed, some from all sentences, some from few.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builders import claim, document
from jixiao.analyse import Report
from jixiao.ledger import File, Filters, Ledger

WORDS = "调处劳资纠纷 发放慰问金 组织技能培训 新建养老驿站 检查企业 整改隐患 修复草原 受理申请 走访困难群众 改造老旧小区".split()
QUERIES = ["劳资纠纷", "户", "培训 养老", "1513", "慰问金 万元", "珍稀词语", "检查企业 1513"]


def made(number: int, chance: random.Random) -> Report:
    lines = []
    for _ in range(40):
        parts = [f"{word}{chance.randint(1, 9999):,}户" for word in chance.sample(WORDS, 3)]
        lines.append(f"第{number}号街道全年{'，'.join(parts)}，群众评价良好，各项工作取得明显成效。")
    if number % 500 == 0:
        lines[7] = "印发珍稀词语手册1,513户。"
    text = "\n".join(lines)
    described = document(text, f"/archive/{number}.txt")
    claims, at = [], 0
    for _ in range(100):
        end = text.find("户", at)
        start = end
        while text[start - 1].isdigit() or text[start - 1] == ",":
            start -= 1
        quote = text[start : end + 1]
        claims.append(
            claim(
                text,
                described.doc_id,
                quote,
                quote[:-1].replace(",", ""),
                "户",
                after=start,
                entity=text[start - 4 : start],
            )
        )
        at = end + 1
    return Report(source_text=text, document=described, sections=(), claims=tuple(claims))


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "l.db") as ledger:
        spent = 0.0
        for number in range(documents):
            whole = made(number, chance)
            file = File(
                path=whole.document.path, archive="/archive", sha256=whole.document.doc_id, size=1, modified=1, status="ok",
                reason=None, doc_id=whole.document.doc_id, extractor="x",
            )  # fmt: skip
            began = time.perf_counter()
            ledger.store(file, whole)
            spent += time.perf_counter() - began
        ledger.finish()
        size = ledger.path.stat().st_size / 1e6
        print(
            f"{documents * 100:,} claims stored in {spent:.1f} s ({spent / documents * 1000:.1f} ms a document), {size:,.0f} MB"
        )
        for query in QUERIES:
            began = time.perf_counter()
            hits = ledger.search(query)
            spent = time.perf_counter() - began
            print(f"{spent * 1000:8.1f} ms  {hits.total:>9,} answers  {query}")
        began = time.perf_counter()
        ledger.search("劳资纠纷", Filters(year="2022", unit="户"))
        print(f"{(time.perf_counter() - began) * 1000:8.1f} ms  with filters")


if __name__ == "__main__":
    main()
