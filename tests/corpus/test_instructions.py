from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import msgspec
from small import REPORT, REPORT_GOLD, archive, mark, report, table

from jixiao.corpus.gold import GoldMention
from jixiao.corpus.instructions import instructions, write
from jixiao.corpus.spans import to_gold


def asked(*documents: object, task: str) -> list[tuple[str, str]]:
    """Request and answer of every conversation of ``task``."""
    found = [line for _, line in instructions(documents) if line["task"] == task]  # type: ignore[arg-type]
    for line in found:
        assert [message["role"] for message in line["messages"]] == ["system", "user", "assistant"]
    return [(line["messages"][1]["content"], line["messages"][2]["content"]) for line in found]


def test_extraction_gives_the_records_of_a_passage() -> None:
    [(roads, answer), (_, other)] = asked(report(), task="extract")
    paragraphs = REPORT.splitlines(keepends=True)
    assert roads.endswith((paragraphs[1] + paragraphs[2]).strip())
    assert "清溪县公路局2023年度绩效自评报告" in roads
    assert [record["text"] for record in json.loads(answer)] == ["312处", "46.5公里", "近20座", "158.6万元"]
    assert json.loads(other)[0] == {
        "text": "30户以上",
        "role": "qualifier",
        "value": "30",
        "approx": "more",
        "unit": "户",
        "entity": "社区",
        "action": "走访",
        "category": ["数量"],
        "period": "2023",
    }


def test_the_headings_above_a_passage_are_told() -> None:
    headings = "== sections\n[二、履职情况] | 1 | performance\n[（一）道路养护] | 2 | performance\n\n"
    [(request, _), (second, _)] = asked(mark("自评报告.txt", REPORT, headings + REPORT_GOLD), task="extract")
    assert "绩效自评报告“二、履职情况”部分" in request
    assert "绩效自评报告“二、履职情况—（一）道路养护”部分" in second


def test_a_passage_without_quantities_has_none() -> None:
    text = "三、下一步打算\n继续做好养护管理，落实《清溪县公路条例》第十二条和县政办〔2023〕7号文件要求。\n"
    [(_, answer)] = asked(mark("打算.txt", text, "== claims\n"), task="extract")
    assert answer == "[]"


def test_the_category_of_a_marked_quantity() -> None:
    right = {
        "312处": "数量",
        "46.5公里": "数量",
        "近20座": "数量、质量",
        "158.6万元": "资金",
        "8个": "数量",
        "97.5%": "满意度",
    }
    found = {re.findall("【(.+?)】", request)[0]: answer for request, answer in asked(report(), task="category")}
    assert len(found) == 4  # two a passage
    assert found.items() <= right.items()


def test_a_verdict_names_the_target_and_points_at_the_claim() -> None:
    [(first, met), (second, unmet)] = asked(report("train"), table("train"), task="verdict")
    assert "数量指标“修补坑槽”，目标值不低于300处" in first
    assert "修补路面坑槽【312处】" in first
    assert met == "完成"
    assert "目标值不低于98%" in second
    assert unmet == "未完成"


def test_no_verdict_where_target_and_claim_are_of_different_splits() -> None:
    assert asked(report("train"), table("test"), task="verdict") == []


def test_what_several_splits_have_stays_out_of_training() -> None:
    copied = mark("上年报告.txt", REPORT.replace("97.5%", "96.1%"), REPORT_GOLD.replace("97.5", "96.1"), "train")
    lines = list(instructions([copied, report("test")]))
    texts = defaultdict(list)
    for split, line in lines:
        if line["task"] == "extract":
            texts[split].append(line["messages"][1]["content"].partition("\n\n")[2][:5])
    assert texts == {"train": ["（二）回访"], "test": ["（一）道路", "（二）回访"]}


def test_answers_of_the_archive_are_records_and_no_split_knows_another(tmp_path: Path) -> None:
    write(archive(), tmp_path)
    passages: dict[str, set[str]] = {}
    records = 0
    for path in tmp_path.iterdir():
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert {line["task"] for line in lines} >= {"extract", "category"}
        passages[path.stem] = {
            line["messages"][1]["content"].partition("\n\n")[2] for line in lines if line["task"] == "extract"
        }
        for line in lines:
            if line["task"] == "extract":
                request, answer = line["messages"][1]["content"], json.loads(line["messages"][2]["content"])
                assert all(record["text"] in request for record in answer)
                records += len(
                    msgspec.convert(
                        [{**each, "start": 0, "end": 0, "value_max": each.get("value_max")} for each in answer],
                        list[GoldMention],
                    )
                )
    assert sorted(passages) == ["dev", "test", "train"]
    assert not passages["train"] & (passages["dev"] | passages["test"])
    assert not passages["dev"] & passages["test"]
    assert 0.9 < records / sum(len(to_gold(marked).mentions) for marked in archive()) <= 1
