"""``jixiao corpus check``: what fits is counted, what does not is named with its line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from jixiao.cli import main

TEXT = "全年调处劳资纠纷1513宗。\n"


def test_every_file_that_does_not_fit_is_named_with_its_line(tmp_path: Path) -> None:
    for name, line in {
        "甲": "纠纷[1513宗] | = 1513 宗 | 劳资纠纷 | 调处 | 数量",
        "乙": "纠纷[1514宗] | = 1514 宗 | 劳资纠纷 | 调处 | 数量",
        "丙": "纠纷[1513宗] | = 1513 宗 | 劳资纠纷 | 调处 | 效果",
    }.items():
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
        (tmp_path / f"{name}.txt.gold").write_text(f"== claims\n{line}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["corpus", "check", str(tmp_path)])
    assert result.exit_code == 1
    assert "乙.txt.gold:2" in result.output
    assert "丙.txt.gold:2" in result.output
    assert "甲.txt.gold" not in result.output
    assert "1 份标注与原文相符，2 份有误" in result.output


def test_where_nothing_is_annotated_nothing_is_called_right(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(main, ["corpus", "check", str(tmp_path)])
    assert result.exit_code == 2
    assert "没有可用的标注" in result.output


def test_the_archive_of_the_checkout_fits() -> None:
    result = CliRunner().invoke(main, ["corpus", "check"])
    assert result.exit_code == 0, result.output
