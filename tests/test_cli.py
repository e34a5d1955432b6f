from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from jixiao import __version__
from jixiao.cli import main
from jixiao.ledger import FORMAT
from jixiao.records import from_json

TEXT = "一、履职情况\n全年调处劳资纠纷1,513宗，发放慰问金82.50万元。\n二、满意度\n服务对象满意度为99.70%。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "澄江市民政局2022年度自评报告.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def ledger(tmp_path: Path, report: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    report.rename(folder / report.name)
    path = tmp_path / "ledger.db"
    assert call("run", folder, "-o", path).exit_code == 0
    return path


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def real(*arguments: Any, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """The command as users start it."""
    command = [sys.executable, "-m", "jixiao", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, **settings)


# ---- help and wrong use


def test_help_is_chinese_and_english_on_request() -> None:
    chinese, english = call("--help").output, call("--lang", "en", "--help").output
    assert "用法：jixiao [选项] 命令" in chinese
    assert "在台账中检索" in chinese
    assert "Usage: jixiao [OPTIONS] COMMAND" in english
    assert "Search the claims" in english
    for command in ("extract", "run", "status", "search", "targets", "schema"):
        assert command in chinese
        assert f"用法：jixiao {command}" in call(command, "--help").output
        assert f"Usage: jixiao {command}" in call("--lang", "en", command, "--help").output


def test_help_names_every_option_in_words() -> None:
    for command in ("extract", "run", "status", "search", "targets", "schema"):
        for line in call(command, "--help").output.split("选项:")[1].splitlines():
            assert not line.strip().startswith("opt_")
            assert "{" not in line


def test_version() -> None:
    assert call("--version").output == f"jixiao {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["extract"], "缺少参数：文件"),
        (["run", "."], "请用 -o 指定台账文件"),
        (["nonsense"], "没有命令“nonsense”"),
        (["search", "x.db", "--limt", "3"], "是否要用 --limit"),
        (["search", "x.db", "词", "--limit", "0"], "须为正整数"),
        (["search", "x.db", "词", "--min", "很多"], "须为数字"),
        (["search", "x.db", "词", "--category", "质与量"], "可选：数量、质量"),
        (["search", "x.db", "词", "--format"], "后面要写值"),
        (["search", "x.db", "词"], "台账 x.db 不存在，请先用 jixiao run 建立"),
        (["extract", "a", "--format", "pdf"], "可选：table、jsonl、csv、xlsx、html"),
        (["extract", "a", "--text", "--format", "csv"], "--text 只输出原文"),
        (["extract", "a", "--format", "csv", "--records", "claims,sections"], "每次只能输出一类"),
        (["extract", "a", "--format", "jsonl", "--records", "facts"], "没有“facts”这类记录"),
        (["extract", "a", "b", "--format", "html"], "请用 -o 指定一个文件夹"),
        (["extract", "a", "--format", "html", "--records", "claims"], "网页总是包含"),
        (["--lang", "fr", "schema"], "可选：zh、en"),
        (["run", "nowhere", "-o", "x.db"], "文件夹 nowhere 不存在"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_to_do(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_errors_in_english() -> None:
    result = call("--lang", "en", "search", "x.db", "a")
    assert result.exit_code == 2
    assert result.stderr == "Error: There is no ledger x.db; make one with jixiao run.\n"


# ---- extract


def test_jsonl_is_the_records_and_nothing_else(report: Path) -> None:
    done = real("extract", report, "--format", "jsonl")
    assert done.returncode == 0
    assert done.stderr == b""
    lines = done.stdout.decode("utf-8").splitlines()
    assert all(line.startswith('{"kind":"') for line in lines)
    records = [from_json(line) for line in lines]
    assert {record.__struct_config__.tag for record in records} == {"document", "section", "claim", "budget"}
    for line in map(json.loads, lines):
        if line["kind"] == "claim":
            assert TEXT[line["start"] : line["end"]] == line["text"]
    values = {line["text"]: line["value"] for line in map(json.loads, lines) if line["kind"] == "claim"}
    assert values["1,513宗"] == "1513"
    assert values["82.50万元"] == "825000.00" or values["82.50万元"] == "825000"
    assert values["99.70%"] == "99.70"


def test_the_same_file_gives_the_same_bytes(report: Path) -> None:
    assert real("extract", report, "--format", "jsonl").stdout == real("extract", report, "--format", "jsonl").stdout


def test_records_selects_kinds(report: Path) -> None:
    lines = call("extract", report, "--format", "jsonl", "--records", "sections").stdout.splitlines()
    assert {json.loads(line)["kind"] for line in lines} == {"section"}


def test_text_prints_the_source_text(report: Path) -> None:
    assert call("extract", report, "--text").stdout == TEXT


def test_table_fits_the_window(report: Path) -> None:
    from rich.cells import cell_len

    long = report.with_name("长.txt")
    long.write_text(f"各级各部门{'继续努力' * 60}，新建社区服务站12个，{'成效明显' * 60}。\n", encoding="utf-8")
    for width in ("60", "80", "120"):
        done = real("extract", report, long, env={**os.environ, "COLUMNS": width})
        table = [line for line in done.stdout.decode().splitlines() if "…" in line or "宗" in line]
        assert table
        assert all(cell_len(line) <= int(width) for line in table)
        assert "12个" in done.stdout.decode()


def test_a_report_cannot_send_control_codes_to_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "hostile.txt"
    file.write_text("新建\x1b]0;owned\x07\x1b[31m[red]公园[/red]12个。\n", encoding="utf-8")
    out = real("extract", file, env={**os.environ, "FORCE_COLOR": ""}).stdout
    assert b"\x1b]0" not in out
    assert b"\x07" not in out


def test_a_file_name_cannot_either(tmp_path: Path) -> None:
    bad = tmp_path / "\x1b]0;owned\x07.txt"
    bad.write_bytes(b"")
    done = real("extract", bad)
    assert done.returncode == 1
    assert b"owned" in done.stderr
    assert b"\x1b" not in done.stderr
    assert b"\x07" not in done.stderr


def test_several_files_some_refused_is_status_1_and_names_them(report: Path, tmp_path: Path) -> None:
    bad = tmp_path / "坏.txt"
    bad.write_bytes(bytes(range(256)) * 20)
    result = call("extract", tmp_path / "没有.txt", bad, report, "--format", "jsonl")
    assert result.exit_code == 1
    assert f"未能读取：{tmp_path / '没有.txt'}：找不到文件" in result.stderr
    assert str(bad) in result.stderr
    assert "1,513宗" in result.stdout
    assert all(json.loads(line)["kind"] for line in result.stdout.splitlines())


def test_a_folder_is_named_with_advice(tmp_path: Path) -> None:
    result = call("extract", tmp_path)
    assert result.exit_code == 1
    assert "文件夹" in result.stderr


def test_csv_has_a_mark_for_excel_and_chinese_heads(report: Path) -> None:
    out = real("extract", report, "--format", "csv").stdout
    assert out.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.decode("utf-8-sig"))))
    assert [row["原文"] for row in rows] == ["1,513宗", "82.50万元", "99.70%"]
    assert rows[0]["数值"] == "1513"
    assert rows[0]["行"] == "2"
    english = real("--lang", "en", "extract", report, "--format", "csv").stdout.decode("utf-8-sig")
    assert english.startswith("file,line,section,section_label,sentence")


def test_the_ending_of_the_output_tells_the_format(report: Path, tmp_path: Path) -> None:
    assert call("extract", report, "-o", tmp_path / "a.xlsx").exit_code == 0
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == ["指标陈述", "章节", "文件", "预算"]
    assert call("extract", report, "-o", tmp_path / "a.html").exit_code == 0
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert call("extract", report, "-o", tmp_path / "a.jsonl").exit_code == 0
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8").startswith('{"kind":"document"')
    assert call("extract", report, "-o", tmp_path / "a.txt").exit_code == 0
    assert "1,513宗" in (tmp_path / "a.txt").read_text(encoding="utf-8")


def test_pages_of_several_files_go_to_a_folder(report: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / report.name
    other.write_text("建成公园3个。\n", encoding="utf-8")
    assert call("extract", report, other, "--format", "html", "-o", tmp_path / "pages").exit_code == 0
    pages = sorted(page.read_text(encoding="utf-8") for page in (tmp_path / "pages").iterdir())
    assert len(pages) == 2
    assert sum("3个" in page for page in pages) == 1


def test_nothing_half_done_is_left_where_the_output_fails(report: Path, tmp_path: Path) -> None:
    result = call("extract", report, "--format", "csv", "-o", tmp_path / "no" / "such" / "a.csv")
    assert result.exit_code == 2
    assert "先建立文件夹" in result.stderr
    (tmp_path / "a.csv").write_text("old", encoding="utf-8")
    failed = call("extract", tmp_path / "没有.txt", "--format", "html", "-o", tmp_path / "b.html")
    assert failed.exit_code == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", report.name]


def test_a_pipe_that_closes_early_ends_quietly(tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text("".join(f"第{n}组检查企业{n}家。\n" for n in range(3000)), encoding="utf-8")
    for form in ("jsonl", "csv", "table"):
        command = f'"{sys.executable}" -m jixiao extract "{long}" --format {form} | head -n 1; echo ${{PIPESTATUS[0]}}'
        done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
        assert done.stderr == b""
        assert done.stdout.splitlines()[-1] == b"0"


# ---- run and status


def test_run_prints_claims_by_document_and_category(tmp_path: Path, report: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    report.rename(folder / report.name)
    done = real("run", folder, "-o", tmp_path / "l.db", "--format", "jsonl")
    assert done.returncode == 0
    line = json.loads(done.stdout)
    assert line["path"] == report.name
    assert line["claims"] == sum(line["categories"].values()) == 3
    assert "本次处理 1 个文件" in done.stderr.decode()
    again = call("run", folder, "-o", tmp_path / "l.db")
    assert again.exit_code == 0
    assert "本次处理 0 个文件，1 个无变化" in again.stderr
    assert report.name in again.stdout
    table = list(csv.reader(io.StringIO(call("run", folder, "-o", tmp_path / "l.db", "--format", "csv").stdout)))
    assert table[0][-1] == "合计"
    assert table[1][-1] == "3"


def test_run_names_what_it_could_not_read_each_time(tmp_path: Path, report: Path) -> None:
    (tmp_path / "坏.txt").write_bytes(bytes(range(256)) * 20)
    for _ in range(2):
        result = call("run", tmp_path, "-o", tmp_path / "l.db")
        assert result.exit_code == 1
        assert str(tmp_path / "坏.txt") in result.stderr


def test_the_summary_fits_80_and_120_columns(tmp_path: Path, report: Path) -> None:
    from rich.cells import cell_len

    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(TEXT + f"新建公园{n}个。\n", encoding="utf-8")
    for width in (80, 120):
        out = real("run", tmp_path, "-o", tmp_path / "l.db", env={**os.environ, "COLUMNS": str(width)}).stdout.decode()
        assert all(cell_len(line) <= width for line in out.splitlines())
        assert "合计" in out


def test_status(ledger: Path) -> None:
    result = call("status", ledger)
    assert result.exit_code == 0
    assert "指标陈述" in result.stdout
    assert __version__ in result.stdout


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    for n in range(4000):  # so many that a busy machine too sends the signal before they are read
        (tmp_path / f"{n}.txt").write_text(TEXT + f"新建公园{n}个。\n", encoding="utf-8")
    command = [sys.executable, "-m", "jixiao", "run", str(tmp_path), "-o", str(tmp_path / "l.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not (tmp_path / "l.db-wal").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert "再次运行即可继续" in errors.decode()
    assert "Traceback" not in errors.decode()


def test_the_progress_bar_is_for_terminals_and_long_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pty

    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(TEXT + f"新建公园{n}个。\n", encoding="utf-8")
    code = f"import jixiao.cli as c, jixiao.shell as s; s._PATIENCE = {{}};c.main(['run', {str(tmp_path)!r}, '-o', {str(tmp_path / 'l.db')!r}])"
    seen = []
    for patience in (0.0, 60.0):
        (tmp_path / "l.db").unlink(missing_ok=True)
        master, slave = pty.openpty()
        done = subprocess.run(
            [sys.executable, "-c", code.format(patience)], stdout=subprocess.PIPE, stderr=slave, check=False
        )
        os.close(slave)
        seen.append(os.read(master, 100_000).decode())
        os.close(master)
        assert done.returncode == 0
        assert "正在处理" not in done.stdout.decode()
    assert "正在处理" in seen[0]
    assert "正在处理" not in seen[1]


# ---- search


def test_search_shows_sentence_value_and_place(ledger: Path) -> None:
    result = call("search", ledger, "劳资纠纷")
    assert result.exit_code == 0
    assert "劳资纠纷" in result.stdout
    assert "1,513宗" in result.stdout
    assert "一、履职情况" in result.stdout
    assert "第 2 行" in result.stdout


@pytest.mark.parametrize("query", ["1513", "1,513", "１５１３宗", "调处 1513", "纷", '"劳资纠纷1,513宗"'])
def test_search_finds_a_number_however_written(ledger: Path, query: str) -> None:
    lines = [json.loads(line) for line in call("search", ledger, query, "--format", "jsonl").stdout.splitlines()]
    assert lines[0]["text"] == "1,513宗"
    assert lines[0]["kind"] == "claim"
    assert lines[0]["line"] == 2
    start, end = lines[0]["highlights"][0]
    assert lines[0]["sentence"][start:end]


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        (["--category", "资金"], ["82.50万元"]),
        (["--unit", "%"], ["99.70%"]),
        (["--min", "80万", "--max", "0.01亿"], ["82.50万元"]),
        (["--max", "100"], ["99.70%"]),
        (["--section", "满意度"], ["99.70%"]),
        (["--section", "satisfaction"], ["99.70%"]),
        (["--year", "1999"], []),
    ],
)
def test_search_filters(ledger: Path, arguments: list[str], texts: list[str]) -> None:
    out = call("search", ledger, *arguments, "--format", "jsonl").stdout
    assert [json.loads(line)["text"] for line in out.splitlines()] == texts


def test_search_by_verdict_shows_the_target(tmp_path: Path) -> None:
    head = "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\n"
    rows = "产出指标\t数量指标\t整改隐患数量\t≥68个\t65个\n产出指标\t数量指标\t检查企业数量\t≥20家\t31家\n"
    (tmp_path / "自评表.txt").write_text(f"沙堤区司法局2022年度项目支出绩效自评表\n\n{head}{rows}", encoding="utf-8")
    assert call("run", tmp_path, "-o", tmp_path / "l.db").exit_code == 0
    result = call("search", tmp_path / "l.db", "--verdict", "unmet")
    assert "65个" in result.stdout
    assert "回应目标：整改隐患数量 ≥68个（未达成）" in result.stdout
    assert "31家" not in result.stdout.replace("检查企业数量 ≥20家 31家", "")
    line = json.loads(call("search", tmp_path / "l.db", "--verdict", "unmet", "--format", "jsonl").stdout)
    assert [(one["indicator"], one["verdict"], one["ratio"]) for one in line["answers"]] == [
        ("整改隐患数量", "unmet", "0.9559")
    ]
    table = list(csv.DictReader(io.StringIO(call("search", tmp_path / "l.db", "--format", "csv").stdout)))
    assert {row["原文"]: row["回应目标"] for row in table}["31家"] == "检查企业数量 ≥20家（达成）"
    assert call("search", tmp_path / "l.db", "--verdict", "unanswered").exit_code == 2


def test_records_are_shown_as_tables_each(tmp_path: Path) -> None:
    file = tmp_path / "自评表.txt"
    file.write_text(
        "沙堤区司法局2022年度项目支出绩效自评表\n\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
        "产出指标\t数量指标\t整改隐患数量\t≥68个\t65个\t10\t9.5\n",
        encoding="utf-8",
    )
    shown = real("extract", file, "--records", "targets,links", env={**os.environ, "COLUMNS": "120"}).stdout.decode()
    for part in (
        "绩效目标",
        "产出·数量指标",
        "整改隐患数量",
        "≥68个",
        "65个",
        "9.5/10",
        "对应关系",
        "未达成",
        "共 1 条",
    ):
        assert part in shown
    assert "指标陈述" not in shown
    every = "claims,targets,budgets,links,sections,documents,findings"
    everything = call("extract", file, "--records", every).stdout
    for part in ("整改隐患数量", "预算", "章节", "项目支出绩效自评表", "自评报告", "疑点"):
        assert part in everything
    rows = call("extract", file, "--format", "jsonl", "--records", "links").stdout.splitlines()
    assert [json.loads(row)["verdict"] for row in rows] == ["unmet"]
    found = call("extract", file, "-o", tmp_path / "a.xlsx", "--records", "targets,links")
    assert found.exit_code == 0
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == ["绩效目标", "对应关系"]


def test_search_as_csv(ledger: Path) -> None:
    out = real("search", ledger, "慰问金", "--format", "csv").stdout.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0]["原文"] == "82.50万元"
    assert rows[0]["行"] == "2"


def test_no_answer_is_no_error(ledger: Path) -> None:
    result = call("search", ledger, "航天")
    assert result.exit_code == 0
    assert "没有符合条件" in result.stdout


def test_a_newer_ledger_is_refused(ledger: Path) -> None:
    import sqlite3

    with sqlite3.connect(ledger) as connection:
        connection.execute(f"PRAGMA user_version={FORMAT + 1}")
    result = call("search", ledger, "劳资")
    assert result.exit_code == 2
    assert "请升级 jixiao" in result.stderr


def test_a_damaged_ledger_is_told_apart_from_wrong_use(ledger: Path) -> None:
    content = bytearray(ledger.read_bytes())
    content[8192:-4096] = os.urandom(len(content) - 8192 - 4096)
    ledger.write_bytes(content)
    result = call("search", ledger, "劳资")
    assert result.exit_code == 1
    assert f"台账 {ledger} 无法读取" in result.stderr


# ---- schema and options


def test_schema_describes_every_kind() -> None:
    schema = json.loads(call("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"Document", "Section", "Claim", "Target", "Budget", "Link", "Finding"} <= set(schema["$defs"])


def test_options_beside_the_archive_and_flags_that_win(tmp_path: Path, report: Path) -> None:
    (tmp_path / "jixiao.toml").write_text(
        'lang = "en"\n[run]\noutput = "档案.db"\nformat = "jsonl"\n[extract]\nformat = "jsonl"\nrecords = ["claims"]\n'
        '[search]\nlimit = 1\nformat = "jsonl"\n',
        encoding="utf-8",
    )
    result = call("run", tmp_path)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["claims"] == 3
    assert "1 files processed" in result.stderr
    assert (tmp_path / "档案.db").is_file()
    assert len(call("search", tmp_path / "档案.db").stdout.splitlines()) == 1
    assert len(call("search", tmp_path / "档案.db", "--limit", "2").stdout.splitlines()) == 2
    kinds = [json.loads(line)["kind"] for line in call("extract", report).stdout.splitlines()]
    assert kinds == ["claim"] * 3
    assert "共 3 条" in call("--lang", "zh", "extract", report, "--format", "table").stdout


def test_an_unknown_option_in_the_file_is_refused_with_those_there_are(tmp_path: Path, report: Path) -> None:
    (tmp_path / "jixiao.toml").write_text("[run]\nworkers = 4\n", encoding="utf-8")
    result = call("extract", report)
    assert result.exit_code == 2
    assert "workers" in result.stderr
    assert "[run] output format retry_failed" in result.stderr


# ---- speed


def seconds(*arguments: Any, times: int = 7) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        assert real(*arguments).returncode == 0
        spent.append(time.perf_counter() - began)
    return min(spent)  # the others had to wait for other programs


def test_help_and_search_answer_at_once(ledger: Path) -> None:
    # The bounds leave room for a busy machine; measured are about 0.06 s and 0.12 s.
    assert seconds("--help") < 0.2
    assert seconds("search", ledger, "劳资纠纷") < 0.4


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from jixiao.cli import main; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    )
    assert not loaded & {"rich", "sqlite3", "msgspec", "regex", "rjieba", "xlsxwriter", "selectolax"}
