from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

SCRIPT = Path(__file__).with_name("throughput.py")


def test_benchmark_runs_on_any_file_and_names_what_is_missing(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("一、主要履职情况\n全年调处劳资纠纷1,513宗，发放慰问金82.50万元。\n", encoding="utf-8")
    run = subprocess.run([sys.executable, SCRIPT, report], capture_output=True, text=True, check=True, cwd=tmp_path)
    lines = run.stdout.splitlines()
    assert "1 documents" in lines[0] and "30,000" in lines[0]
    # Three Markdown tables, each with our own line in it.
    assert sum(line.startswith("| ---") for line in lines) == 3
    assert sum(line.startswith("| jixiao, text to claims |") for line in lines) == 2
    assert any(line.startswith("| `jixiao extract` of the report") for line in lines)
    for package, name in (
        ("jieba", "jieba.lcut"),
        ("recognizers_number_with_unit", "Recognizers-Text"),
        ("jionlp", "JioNLP"),
    ):
        missing = any(line.startswith("Not installed") and name in line for line in lines)
        assert missing == (find_spec(package) is None)
