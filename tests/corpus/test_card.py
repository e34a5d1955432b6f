"""The card: every figure counted, every answer where its question stands, and a Croissant file that Croissant's own tool loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jixiao.cli import main
from jixiao.corpus.card import QUESTIONS, AboutError, read_about

ANNOTATIONS = Path(__file__).resolve().parents[2] / "annotations"
ABOUT = """
[dataset]
name = "small"
license = "CC-BY-4.0"
creator = "甲县财政局"
version = "1.0.0"
published = "2024-05-01"
url = "https://example.com/small"
title = { zh = "小语料", en = "A small archive" }
description = { zh = "两份报告。", en = "Two reports." }

[answers.purpose]
zh = "为测试而写。"
en = "Written for a test."
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    place = tmp_path / "语料" / "甲县"
    place.mkdir(parents=True)
    entries = []
    for name, text in (("报告.txt", "全年走访困难群众36户。\n"), ("目标表.md", "修订制度\t12项\n")):
        (place / name).write_text(text, encoding="utf-8")
        pair = "目标表.md" if name == "报告.txt" else "报告.txt"
        entry = {
            "file": name,
            "organisation": "甲县民政局",
            "fiscal_year": "2022",
            "document_type": "budget",
            "pair": pair,
        }
        entries.append(json.dumps(entry, ensure_ascii=False))
    (place / "报告.txt.gold").write_text("== claims\n[36户] | = 36 户 | 困难群众 | 走访 | 数量\n", encoding="utf-8")
    (place / "manifest.jsonl").write_text("\n".join(entries), encoding="utf-8")
    (tmp_path / "about.toml").write_text(ABOUT, encoding="utf-8")
    parts = {"train": ["甲县/报告.txt", "甲县/目标表.md"], "dev": [], "test": []}
    (tmp_path / "splits.json").write_text(json.dumps(parts), encoding="utf-8")
    return tmp_path / "语料"


# In an interpreter of its own: what it imports takes hold of the process's log.
LOADER = """
import json, sys, mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
issues = dataset.metadata.ctx.issues
urls = [file.content_url for file in dataset.metadata.distribution]
records = list(dataset.records("documents"))
print(json.dumps({"issues": [*issues.errors, *issues.warnings], "urls": urls, "records": records}))
"""


def loaded(path: Path) -> Any:
    """What Croissant's own tool finds wrong in a file, and what it loads."""
    done = subprocess.run([sys.executable, "-c", LOADER, str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def make(place: Path, folder: Path) -> tuple[str, str]:
    result = CliRunner().invoke(main, ["corpus", "card", str(place), "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return (folder / "DATASHEET.md").read_text(encoding="utf-8"), result.stderr


def test_the_datasheet_has_answers_figures_and_parts(archive: Path, tmp_path: Path) -> None:
    text, told = make(archive, tmp_path / "卡")
    assert "# 小语料 · A small archive" in text
    assert "### 为什么建这个数据集？ · Why was the dataset made?\n\n为测试而写。\n\nWritten for a test." in text
    assert "| 指标陈述 · claims | 1 |" in text
    assert "1 对文件" in text
    assert "| train | 2 | 1 | 1 | 100.0% |" in text
    assert "标注是否一致" not in text
    assert "creators" in told
    assert "purpose" not in told


def test_the_file_of_agreement_is_taken_in_below_its_question(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "AGREEMENT.md").write_text("## 一致率\n\n甲与乙。\n", encoding="utf-8")
    text, told = make(archive, tmp_path / "卡")
    assert "### 标注是否一致？ · Do annotators agree?\n\n#### 一致率\n\n甲与乙。" in text
    assert "尚未回答：agreement" not in told
    assert "、agreement" not in told


def test_croissant_validates_and_loads(archive: Path, tmp_path: Path) -> None:
    make(archive, tmp_path)
    found = loaded(tmp_path / "croissant.json")
    assert found["issues"] == []
    records = {record["documents/name"]: record for record in found["records"]}
    assert records["甲县/报告.txt"]["documents/claims"] == 1
    assert records["甲县/目标表.md"]["documents/part"] == "train"
    assert set(found["urls"]) == {
        "语料/甲县/报告.txt",
        "语料/甲县/报告.txt.gold",
        "语料/甲县/目标表.md",
        "语料/甲县/manifest.jsonl",
    }
    for url in found["urls"]:
        assert (tmp_path / url).is_file()


def test_without_words_of_people_the_figures_stand_alone(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "about.toml").unlink()
    text, told = make(archive, tmp_path / "卡")
    assert "指标陈述 · claims" in text
    assert "about.toml" in told
    assert json.loads((tmp_path / "卡" / "croissant.json").read_bytes())["name"] == "卡"


def test_answers_to_questions_that_nobody_asks_are_refused(tmp_path: Path) -> None:
    (tmp_path / "about.toml").write_text(ABOUT.replace("purpose", "porpoise"), encoding="utf-8")
    with pytest.raises(AboutError, match="porpoise"):
        read_about(tmp_path / "about.toml")


def test_every_question_has_a_name_of_its_own() -> None:
    names = [question.name for question in QUESTIONS]
    assert len(set(names)) == len(names)


# --- the card of the project's own archive


def test_the_shipped_card_is_what_the_command_makes(tmp_path: Path) -> None:
    """Otherwise run ``jixiao corpus card -o annotations``."""
    text, told = make(ANNOTATIONS / "documents", tmp_path)
    assert (ANNOTATIONS / "DATASHEET.md").read_text(encoding="utf-8") == text
    shipped = json.loads((ANNOTATIONS / "croissant.json").read_bytes())
    made = json.loads((tmp_path / "croissant.json").read_bytes())
    assert [file["sha256"] for file in shipped["distribution"]] == [file["sha256"] for file in made["distribution"]]
    assert shipped["recordSet"] == made["recordSet"]
    assert "尚未回答" not in told or "尚未回答：agreement。" in told  # whose figures come when two have annotated


def test_the_shipped_card_validates() -> None:
    found = loaded(ANNOTATIONS / "croissant.json")
    assert found["issues"] == []
    assert len(found["records"]) == len(list((ANNOTATIONS / "documents").rglob("*.gold")))
