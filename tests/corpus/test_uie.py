from __future__ import annotations

import json
from pathlib import Path

from small import archive, report, table

from jixiao.corpus.uie import KINDS, uie_lines, write
from jixiao.records import CATEGORIES


def answers(prompt: str) -> list[str] | None:
    """What is answered to ``prompt``, line breaks as they are; None if it is not asked."""
    found = [line for line in uie_lines(report()) if line["prompt"] == prompt and line["result_list"]]
    return [result["text"] for line in found for result in line["result_list"]] if found else None


def test_kinds_of_spans_are_asked_for() -> None:
    assert answers("数量") == ["312处", "46.5公里", "近20座", "158.6万元", "8个", "97.5%"]
    assert answers("限定量") == ["30户以上"]
    assert answers("对象") == ["路面坑槽", "边\n沟", "桥梁", "资金", "社区", "群众满意度"]


def test_relations_are_asked_for_by_the_entity() -> None:
    assert answers("边沟的数量") == ["46.5公里"]
    assert answers("社区的数量") == ["8个"]
    assert answers("社区的限定量") == ["30户以上"]
    assert answers("桥梁的动作") == ["维修"]
    assert answers("群众满意度的动作") is None


def test_what_a_passage_has_not_is_asked_too() -> None:
    lines = [line for line in uie_lines(report()) if not line["result_list"]]
    heading = [line["prompt"] for line in lines if line["content"] == "二、履职情况"]
    assert heading == list(KINDS.values())
    roads = [line["prompt"] for line in lines if line["content"].startswith("（一）") and "的" in line["prompt"]]
    assert set(roads) == {"社区的数量", "群众满意度的数量"}


def test_a_category_is_a_choice_that_points_into_the_prompt() -> None:
    [line] = [line for line in uie_lines(report()) if line["prompt"].startswith("近20座的")]
    name, choices = line["prompt"].removesuffix("]").split("[")
    assert name == "近20座的指标类别"
    assert sorted(choices.split(",")) == sorted(CATEGORIES)
    # UIE's offsets count from the end of the prompt, behind which stands one separator.
    shifted = line["prompt"] + " "
    assert [(each["text"], shifted[each["start"] : each["end"]]) for each in line["result_list"]] == [
        ("数量", "数量"),
        ("质量", "质量"),
    ]


def test_files_and_lines_are_as_paddlenlp_reads_them(tmp_path: Path) -> None:
    write([report("train"), table("train"), *archive()], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dev.txt", "test.txt", "train.txt"]
    seen = set()
    for path in tmp_path.iterdir():
        for raw in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(raw)
            content, prompt, results = line["content"], line["prompt"], line["result_list"]
            assert content == content.strip() != ""
            assert prompt and "\n" not in prompt
            seen.add(prompt if prompt in KINDS.values() else prompt[-1] == "]")
            last = -1 if not prompt.endswith("]") else None
            for result in results:
                within = content if last is not None else prompt + " "
                assert within[result["start"] : result["end"]] == result["text"] != ""
                if last is not None:
                    assert result["start"] >= last  # its reader takes the first results off in their order
                    last = result["start"]
            # Longer ones are cut by the reader, so all that is lost is length.
            if len(content) <= 400:
                assert len(prompt) + len(content) + 3 <= 512
    assert seen == {*KINDS.values(), True, False}


def test_a_second_export_is_the_same() -> None:
    assert list(uie_lines(report())) == list(uie_lines(report()))
