"""The package as others get it: built, installed in an environment of its own, run outside the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ROOT / "annotations" / "documents"
JUNK = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")


def clean_environment() -> dict[str, str]:
    """Without what could lead Python back to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def call(*command: str | Path, cwd: Path) -> str:
    run = subprocess.run(command, cwd=cwd, env=clean_environment(), capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, f"{command}\n{run.stdout}\n{run.stderr}"
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, for a build/ left in the checkout would add modules that are gone from the source."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pipeline", "patterns", "models"):
        shutil.copytree(ROOT / name, source / name, ignore=JUNK)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    call(sys.executable, "-m", "build", "--wheel", "--outdir", out, source, cwd=out)
    (built,) = out.glob("jixiao-*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that holds the wheel and what it depends on, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    bin = folder / ("Scripts" if os.name == "nt" else "bin")
    call(sys.executable, "-m", "pip", "--python", bin / "python", "install", "--quiet", wheel, cwd=folder)
    return bin


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the checkout with a small archive in it."""
    folder = tmp_path_factory.mktemp("office")
    files = [path for path in sorted(DOCUMENTS.rglob("*自评报告*")) if path.suffix in (".txt", ".md", ".html")][:3]
    assert files
    (folder / "档案").mkdir()
    for file in files:
        shutil.copy(file, folder / "档案")
    return folder


def shipped() -> Iterator[str]:
    """What of the source must be in the wheel, by its name there."""
    for folder, name in (("pipeline/jixiao", "jixiao"), ("patterns", "jixiao/patterns"), ("models", "jixiao/models")):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
                yield f"{name}/{path.relative_to(ROOT / folder).as_posix()}"


def test_wheel_holds_every_module_pattern_and_model(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert set(shipped()) - names == set()
    assert {name.partition("/")[0] for name in names} == {"jixiao", f"jixiao-{wheel.name.split('-')[1]}.dist-info"}


def test_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"jixiao-{wheel.name.split('-')[1]}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        entry_points = archive.read(f"{info}/entry_points.txt").decode()
        assert archive.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert "License-Expression: Apache-2.0" in metadata
    assert "jixiao = jixiao.cli:main" in entry_points
    assert "[spacy_factories]" in entry_points


def test_installed_package_is_not_the_checkout(scripts: Path, office: Path) -> None:
    where = call(scripts / "python", "-c", "import jixiao; print(jixiao.__file__)", cwd=office)
    assert Path(where.strip()).is_relative_to(scripts.parent)


def test_extract_gives_the_same_bytes_as_the_checkout(scripts: Path, office: Path) -> None:
    file = min((office / "档案").iterdir())
    printed = call(scripts / "jixiao", "extract", file, "--format", "jsonl", cwd=office)
    assert printed == call(sys.executable, "-m", "jixiao", "extract", file, "--format", "jsonl", cwd=office)
    kinds = {json.loads(line)["kind"] for line in printed.splitlines()}
    assert {"document", "section", "claim"} <= kinds


def test_archive_run_and_search(scripts: Path, office: Path) -> None:
    call(scripts / "jixiao", "run", "档案", "-o", "claims.ledger", cwd=office)
    hits = call(scripts / "jixiao", "search", "claims.ledger", "满意度", "--format", "jsonl", cwd=office)
    assert any("满意度" in line for line in hits.splitlines())
