"""The shape of the program as DESIGN tells it: contracts in ``pyproject.toml``, start-up without what a command may not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]


def test_import_contracts_are_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


def imported_by(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after ``statement``."""
    script = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


HEAVY = {
    "msgspec",
    "regex",
    "rjieba",
    "rich",
    "sqlite3",
    "xlsxwriter",
    "charset_normalizer",
    "spacy",
    "numpy",
    "pytest",
}


def test_the_command_line_starts_without_heavy_imports() -> None:
    """``jixiao --help`` must answer at once."""
    assert not imported_by("import jixiao.cli") & HEAVY


def test_analysis_needs_no_terminal_no_database_and_no_extra() -> None:
    needed = imported_by("import jixiao.analyse; jixiao.analyse.load()")
    assert not needed & {"click", "rich", "sqlite3", "xlsxwriter", "spacy", "numpy", "pandas"}
