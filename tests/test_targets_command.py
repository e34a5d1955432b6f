from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from jixiao.cli import main

PLAN = """沙堤区司法局2022年部门整体支出绩效目标表

一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t开展法治宣传活动场次\t≥60场
产出指标\t数量指标\t调解矛盾纠纷件数\t≥900件
产出指标\t数量指标\t办理法律援助案件数\t≥120件
"""
REPORT = """望海市沙堤区司法局2022年度部门整体支出绩效自评报告

一、主要履职情况
全年开展法治宣传活动72场，调解矛盾纠纷895件。新购电脑16台。
"""
OTHER = PLAN.replace("沙堤区司法局2022年", "禾丰县水利局2021年")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "归档"
    folder.mkdir()
    for name, text in (("目标表.txt", PLAN), ("报告.txt", REPORT), ("水利局.txt", OTHER)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def ledger(files: Path, tmp_path: Path) -> Path:
    path = tmp_path / "台账.db"
    assert call("run", files, "-o", path).exit_code == 0
    return path


def call(*arguments: Any, **env: str) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=env)


def answers(*arguments: Any) -> list[dict[str, Any]]:
    result = call("targets", *arguments, "--format", "jsonl")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def verdicts(*arguments: Any) -> dict[str, str]:
    return {one["indicator"]: one["verdict"] for one in answers(*arguments, "--organisation", "司法局")}


WANTED = {"开展法治宣传活动场次": "met", "调解矛盾纠纷件数": "unmet", "办理法律援助案件数": "unanswered"}


def test_files_of_one_office_and_year_are_held_against_each_other(files: Path) -> None:
    assert verdicts(files / "目标表.txt", files / "报告.txt") == WANTED
    assert verdicts(files / "报告.txt", files / "目标表.txt") == WANTED
    assert set(verdicts(files / "目标表.txt").values()) == {"unanswered"}
    assert verdicts(files) == WANTED  # a folder


def test_a_ledger_gives_what_the_files_give(ledger: Path, files: Path) -> None:
    assert answers(ledger) == answers(files)
    assert answers(ledger, "--claims") == answers(files, "--claims")


def test_the_table_names_quote_place_and_what_is_missing(ledger: Path) -> None:
    result = call("targets", ledger, COLUMNS="100")
    assert result.exit_code == 0
    for part in (
        "望海市沙堤区司法局　2022年度",
        "未达成 1",
        "895件",
        "第 4 行",
        "未回应的目标 1 个",
        "办理法律援助案件数",
    ):
        assert part in result.stdout
    assert "新购电脑" not in result.stdout
    assert "新购电脑16台" in call("targets", ledger, "--claims", COLUMNS="100").stdout


def test_status_counts_targets_and_links(ledger: Path) -> None:
    counts = dict(line.split() for line in call("status", ledger).stdout.splitlines() if len(line.split()) == 2)
    assert (counts["绩效目标"], counts["对应关系"]) == ("6", "2")


@pytest.mark.parametrize(
    ("arguments", "indicators"),
    [
        (["--verdict", "unmet"], ["调解矛盾纠纷件数"]),
        (["--verdict", "unanswered", "--year", "2022"], ["办理法律援助案件数"]),
        (["--verdict", "undetermined"], []),
        (["--year", "2020"], []),
        (["--organisation", "司法局", "--verdict", "met"], ["开展法治宣传活动场次"]),
        (["--organisation", "沙堤区司法局", "--min-score", "1", "--verdict", "met"], []),
    ],
)
def test_filters(ledger: Path, arguments: list[str], indicators: list[str]) -> None:
    assert [one["indicator"] for one in answers(ledger, *arguments)] == indicators


def test_the_ending_of_the_output_tells_the_format(ledger: Path, tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.html", "a.json", "a.jsonl", "a.csv", "a.txt"):
        assert call("targets", ledger, "-o", tmp_path / name).exit_code == 0
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == [
        "目标完成情况",
        "未回应目标",
        "预算与支出",
        "未对应指标陈述",
    ]
    assert load_workbook(tmp_path / "a.xlsx")["未对应指标陈述"].max_row == 2
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 6
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig"))))
    assert [row["结论"] for row in rows if "司法局" in row["单位"]] == ["达成", "未达成", "未回应"]
    assert "未达成 1" in (tmp_path / "a.txt").read_text(encoding="utf-8")


def test_an_office_file_that_cannot_be_written_is_refused_before_any_work(ledger: Path, tmp_path: Path) -> None:
    result = call("targets", ledger, "-o", tmp_path / "a.PDF")
    assert result.exit_code == 2
    assert "不能写 .pdf 文件，请改用 .xlsx、.html、.csv 或 .jsonl 作扩展名。" in result.stderr
    assert not (tmp_path / "a.PDF").exists()


def test_files_that_cannot_be_read_are_named_with_status_1(files: Path, tmp_path: Path) -> None:
    result = call("targets", files / "目标表.txt", tmp_path / "没有.txt")
    assert result.exit_code == 1
    assert "没有.txt" in result.stderr
    assert "法治宣传" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "缺少参数：台账或文件"),
        (["x.txt", "--verdict", "good"], "可选：met、unmet、undetermined、unanswered"),
        (["x.txt", "--min-score", "2"], "须为 0 到 1 之间的数"),
        (["x.txt", "--profile", "gansu"], "deviation、national、strict"),
        (["x.txt", "--format", "pdf"], "可选：table、jsonl、json、csv、xlsx、html"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_to_do(arguments: list[str], message: str) -> None:
    result = call("targets", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_ledger_is_read_alone(ledger: Path, files: Path) -> None:
    result = call("targets", ledger, files / "报告.txt")
    assert result.exit_code == 2
    assert "台账每次只能读一个" in result.stderr


def test_scores_by_a_profile(tmp_path: Path) -> None:
    table = tmp_path / "自评表.txt"
    table.write_text(
        "沙堤区司法局2022年度项目支出绩效自评表\n\n"
        "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因\n"
        "产出指标\t数量指标\t开展法治宣传活动场次\t≥60场\t72场\t10\t10\t\n"
        "产出指标\t数量指标\t调解矛盾纠纷件数\t≥900件\t895件\t10\t9.94\t\n",
        encoding="utf-8",
    )

    def due(*arguments: Any) -> list[tuple[str, bool]]:
        return [(one["expected_score"], one["score_differs"]) for one in answers(table, *arguments)]

    assert due() == [("10", False), ("9.94", False)]
    assert due("--profile", "strict") == [("10", False), ("0", True)]
    (tmp_path / "jixiao.toml").write_text('[targets]\nprofile = "strict"\n', encoding="utf-8")
    assert due() == [("10", False), ("0", True)]
    assert due("--profile", "national") == [("10", False), ("9.94", False)]
    own = tmp_path / "本省.toml"
    own.write_text('title="本省"\nwhy=""\nunmet="proportional"\nexceeded="zero"\nband=[]\novershoot="1.1"\n', "utf-8")
    assert due("--profile", own)[0] == (["8.00", "10"], False)


def test_without_targets_it_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "报告.txt").write_text(REPORT, encoding="utf-8")
    result = call("targets", tmp_path / "报告.txt")
    assert result.exit_code == 0
    assert "请把绩效目标表与报告一起列入" in result.stdout


def test_english(ledger: Path) -> None:
    text = call("--lang", "en", "targets", ledger, COLUMNS="120").stdout
    assert "3 targets: 1 unmet, 0 undetermined, 1 met, 1 unanswered" in text
    assert "Usage: jixiao targets [OPTIONS] LEDGER|FILE…" in call("--lang", "en", "targets", "--help").stdout


def test_help_names_every_option_in_words() -> None:
    lines = call("targets", "--help").stdout.split("选项:")[1].splitlines()
    assert all("opt_" not in line and "{" not in line for line in lines)


def test_with_rules_alone_only_the_own_row_answers(files: Path) -> None:
    assert set(verdicts(files, "--models", "none").values()) == {"unanswered"}


def test_a_report_sends_no_control_codes(tmp_path: Path) -> None:
    plan = tmp_path / "目标表.txt"
    plan.write_text(PLAN.replace("开展法治", "\x1b]0;x\x07开展法治"), encoding="utf-8")
    out = call("targets", plan, **{**os.environ, "COLUMNS": "100"}).stdout
    assert "\x1b" not in out
    assert "\x07" not in out


def test_a_file_that_cannot_be_read_is_not_called_a_report_without_targets(files: Path) -> None:
    broken = files / "损坏.pdf"
    broken.write_bytes(b"%PDF-1.4 cut short")
    alone = call("targets", broken)
    assert (alone.exit_code, "没有读到绩效目标" in alone.output) == (1, False)
    assert "未能读取" in alone.output
    beside = call("targets", broken, files / "报告.txt")
    assert (beside.exit_code, "没有读到绩效目标" in beside.output) == (1, True)
