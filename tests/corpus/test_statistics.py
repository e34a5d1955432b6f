"""Statistics: counts that a person can check by hand, tables of them, and plots whose Chinese is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from jixiao.cli import main
from jixiao.corpus import plots
from jixiao.corpus.archive import read_archive
from jixiao.corpus.statistics import Spread, count

TEXT = "一、履职情况\n全年走访困难群众36户，发放慰问金约7.2万元。\n全年共12次。\n"
GOLD = """== sections
[一、履职情况] | 1 | performance

== claims
群众[36户] | = 36 户 | 困难群众 | 走访 | 数量 社会效益
慰问金[约7.2万元] | ~ 72000 元 | 慰问金 | 发放 | 资金
全年共[12次] | = 12 次 | 走访 |  | 数量

== findings
"""
ENTRY = {
    "file": "报告.txt",
    "organisation": "甲县民政局",
    "region": "某省甲县",
    "fiscal_year": "2022",
    "document_type": "self_evaluation",
    "department": "民政",
    "noise": ["ocr_swap:未→末", "ocr_swap:己→已", "tab_table"],
    "planted": [{"code": "sum_of_parts", "explain": "甲", "quotes": []}],
}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "甲县"
    folder.mkdir()
    (folder / "报告.txt").write_text(TEXT, encoding="utf-8")
    (folder / "报告.txt.gold").write_text(GOLD, encoding="utf-8")
    (folder / "无标注.txt").write_text("甲乙丙", encoding="utf-8")
    (folder / "manifest.jsonl").write_text(json.dumps(ENTRY), encoding="utf-8")
    yield tmp_path


def test_what_is_counted(archive: Path) -> None:
    found = count(read_archive([archive]))
    assert found.totals == {
        "documents": 2,
        "annotated": 1,
        "regions": 1,
        "organisations": 1,
        "characters": len(TEXT) + 3,
        "sections": 1,
        "claims": 3,
        "qualifiers": 0,
        "targets": 0,
        "budgets": 0,
        "links": 0,
        "findings": 0,
    }
    assert found.counts["category"] == {"数量": 2, "社会效益": 1, "资金": 1}
    assert found.counts["unit"] == {"户": 1, "元": 1, "次": 1}
    assert found.counts["approx"] == {"exact": 2, "about": 1}
    assert found.counts["noise"] == {"recognition": 1, "table": 1}
    assert found.counts["planted"] == {"sum_of_parts": 1}
    assert found.counts["region"] == {"某省甲县": 1}
    assert found.entity_length == Spread(2.0, 2.5, 3.0, 3.5, 4.0)
    assert found.ellipsis == round(1 / 3, 4)  # 走访 stands in the sentence before


def test_the_command_prints_tables_json_and_markdown(archive: Path) -> None:
    runner = CliRunner()
    shown = runner.invoke(main, ["corpus", "stats", str(archive)])
    assert shown.exit_code == 0, shown.output
    assert "指标陈述" in shown.stdout
    assert "识别错字" in shown.stdout
    found = json.loads(runner.invoke(main, ["corpus", "stats", str(archive), "--format", "json"]).stdout)
    assert found["counts"]["approx"] == {"exact": 2, "about": 1}
    markdown = runner.invoke(main, ["--lang", "en", "corpus", "stats", str(archive), "--format", "markdown"]).stdout
    assert "| claims | 3 |" in markdown
    assert "| recognition errors | 1 | 50.0% |" in markdown  # of two documents
    assert "| 数量 | 2 | 66.7% |" in markdown  # of three claims


def test_an_archive_without_annotation_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    result = CliRunner().invoke(main, ["corpus", "stats", str(tmp_path)])
    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr


def test_plots_are_written_twice_alike(archive: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    for folder in ("一", "二"):
        result = runner.invoke(main, ["corpus", "stats", str(archive), "--plots", str(tmp_path / folder)])
        assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "一").iterdir()}
    assert {"categories.png", "categories.svg", "documents.png", "claims.svg"} <= names
    for name in names:
        assert (tmp_path / "一" / name).read_bytes() == (tmp_path / "二" / name).read_bytes()
        if name.endswith("png"):
            assert (tmp_path / "一" / name).read_bytes().startswith(b"\x89PNG")


def test_no_character_is_drawn_as_a_box(archive: Path, tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """With a Chinese font its characters are drawn; without one nothing Chinese is left in the plots."""
    from jixiao.messages import Messages

    plots.write(count(read_archive([archive])), tmp_path / "图", Messages("zh"), {})
    assert [str(warning.message) for warning in recwarn if "missing from" in str(warning.message)] == []


def test_without_a_chinese_font_the_plots_are_in_english(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(plots, "FONTS", ())
    result = CliRunner().invoke(main, ["corpus", "stats", str(archive), "--plots", str(tmp_path / "图")])
    assert "fonts-noto-cjk" in result.stderr
    assert not (tmp_path / "图" / "units.png").exists()
    assert [str(warning.message) for warning in recwarn if "missing from" in str(warning.message)] == []
