"""How fast jixiao reads, and what it takes to start, beside the programs one would otherwise use for a part of the job.

    python tests/benchmarks/throughput.py [FILE…]

prints Markdown tables, all measured in this run over the same text: the given files, by default the archive under
``annotations/documents``. Speeds are the best of several rounds in one process, the programs taking turns, in seconds of
processor time; cold starts and peak memory come from a fresh process each, in seconds by the clock. What is not installed
is left out and named; ``pip install -e '.[benchmark]'`` installs all of it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import io
import json
import logging
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ARCHIVE = Path(__file__).resolve().parents[2] / "annotations" / "documents"
REPORT_CHARACTERS = 30_000
ROUNDS = 15
PATIENCE = 15.0  # seconds after which a program takes no more turns
INSTALL = "pip install -e '.[benchmark]'"

Tool = Callable[[str], Any]


# --- The programs: each function imports, loads and returns what is called with a text --------------------------------------


def jixiao(rules_alone: bool = False) -> Tool:
    """Text to claims, the whole of it: cleaning, sections, quantities, entities, categories."""
    from jixiao import linear
    from jixiao.claims import find_claims
    from jixiao.clean import clean
    from jixiao.ingest import Source
    from jixiao.ingest.metadata import describe
    from jixiao.lexicon import load
    from jixiao.segment import segment

    lexicon, models = load(), linear.RULES_ONLY if rules_alone else linear.load()

    def read(text: str) -> Any:
        source = Source(text=text, format="text", path="", doc_id="0")
        cleaned = clean(text, lexicon)
        described = describe(source, cleaned, lexicon)
        sections = segment(cleaned, source.doc_id, lexicon, described.document_type)
        return find_claims(cleaned, sections, described, lexicon, models)

    return read


def rules() -> Tool:
    """The extraction core: the same without the models."""
    return jixiao(rules_alone=True)


def everything() -> Tool:
    """Claims, and targets, budgets and links besides."""
    from jixiao.analyse import analyse
    from jixiao.ingest import Source
    from jixiao.lexicon import load

    lexicon = load()
    return lambda text: analyse(Source(text=text, format="text", path="", doc_id="0"), lexicon)


def jieba() -> Tool:
    """Words only."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    return jieba.lcut  # type: ignore[no-any-return]


def recognizers() -> Tool:
    """Numbers, percentages and currency; no sections, entities or categories."""
    from recognizers_number import Culture, NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

    models = (
        NumberRecognizer(Culture.Chinese).get_number_model(),
        NumberRecognizer(Culture.Chinese).get_percentage_model(),
        NumberWithUnitRecognizer(Culture.Chinese).get_currency_model(),
    )
    return lambda text: [model.parse(text) for model in models]


def jionlp() -> Tool:
    """Sums of money as printed, not parsed."""
    with contextlib.redirect_stdout(io.StringIO()):  # it greets
        import jionlp

    return jionlp.ner.extract_money  # type: ignore[no-any-return]


TOOLS: dict[str, tuple[str, str, Callable[[], Tool]]] = {
    "jixiao": ("jixiao, text to claims", "jixiao", jixiao),
    "rules": ("jixiao, the rules alone", "jixiao", rules),
    "everything": ("jixiao, all records: targets, budgets and links too", "jixiao", everything),
    "jieba": ("bare `jieba.lcut`", "jieba", jieba),
    "recognizers": (
        "Recognizers-Text, number + percentage + currency",
        "recognizers-text-number-with-unit",
        recognizers,
    ),
    "jionlp": ("JioNLP, `extract_money`", "jionlp", jionlp),
}


# --- Measuring --------------------------------------------------------------------------------------------------------------


def speeds(documents: Sequence[str], report: str) -> dict[str, dict[str, float]]:
    """Characters a second by tool, over the documents one by one and over the one long report: the best of the rounds."""
    tools: dict[str, Tool] = {}
    for name, (_, _, load) in TOOLS.items():
        try:
            tools[name] = load()
        except ImportError as error:
            print(f"{name}: {error}", file=sys.stderr)
    best: dict[str, dict[str, float]] = {name: {} for name in tools}
    spent = dict.fromkeys(tools, 0.0)
    for _ in range(ROUNDS):
        for name, tool in tools.items():
            if spent[name] > PATIENCE:
                continue
            for kind, texts in (("archive", documents), ("report", (report,))):
                # Of the processor and not of the clock, so that what else the machine does counts for nobody.
                start = time.process_time()
                for text in texts:
                    tool(text)
                seconds = time.process_time() - start
                spent[name] += seconds
                best[name][kind] = max(best[name].get(kind, 0.0), sum(map(len, texts)) / seconds)
    return best


def alone(name: str, report: str) -> dict[str, float]:
    """One tool in this fresh process: seconds to import and load, to read the report the first time and again, and memory."""
    start = time.perf_counter()
    tool = TOOLS[name][2]()
    loaded = time.perf_counter()
    tool(report)
    first = time.perf_counter()
    tool(report)
    again = time.perf_counter()
    return {"load": loaded - start, "first": first - loaded, "again": again - first, "peak": peak_megabytes()}


def peak_megabytes(usage: resource.struct_rusage | None = None) -> float:
    usage = usage or resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def command(arguments: Sequence[str], rounds: int = 5) -> tuple[float, float]:
    """Best wall time of a command in seconds, and its peak memory in MB. Raises CalledProcessError if it fails."""
    times, peak = [], 0.0
    for _ in range(rounds):
        start = time.perf_counter()
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        times.append(time.perf_counter() - start)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(arguments))
        peak = max(peak, peak_megabytes(usage))
    return min(times), peak


def in_process_of_its_own(*arguments: str, texts: Path) -> Any:
    """Run this script on one part of the job, with the texts as JSON in a file, and return what it prints."""
    run = subprocess.run(
        [sys.executable, __file__, *arguments, "--texts", str(texts)], stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(run.stdout)


# --- The texts ----------------------------------------------------------------------------------------------------------------


def read_texts(files: Sequence[Path]) -> list[str]:
    from jixiao.ingest import read

    if not files:
        files = [
            path for path in sorted(ARCHIVE.rglob("*")) if path.is_file() and path.suffix not in (".jsonl", ".gold")
        ]
    sources = [read(path) for path in files]
    for source in sources:
        if not source.text:
            print(f"{source.path}: {source.reason}", file=sys.stderr)
    texts = [source.text for source in sources if source.text]
    if not texts:
        raise SystemExit("no text to measure on")
    return texts


def one_report(texts: Sequence[str]) -> str:
    """The longest of the texts if it is about as long as REPORT_CHARACTERS, else a text of that length made of all of them.

    A text stitched together is no report: where one of its own length is given, that one is measured.
    """
    longest = max(texts, key=len)
    if len(longest) >= 0.8 * REPORT_CHARACTERS:
        return longest
    joined = "\n".join(texts)
    return (joined * (REPORT_CHARACTERS // len(joined) + 1))[:REPORT_CHARACTERS]


# --- The tables ---------------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def thousands(number: float) -> str:
    return f"{float(f'{number:.3g}'):,.0f}"


def ratio(number: float) -> str:
    return f"{number:.2f} ×" if number < 10 else f"{number:.0f} ×"


def judged(value: str, target: str, met: bool) -> list[str]:
    return [value, target, "yes" if met else "**no**"]


def machine() -> str:
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    versions = []
    for package in dict.fromkeys(package for _, package, _ in TOOLS.values()):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{package} {importlib.metadata.version(package)}")
    return f"{model}, one core of {os.cpu_count()}; Python {platform.python_version()}; {', '.join(versions)}."


def compare(texts: list[str]) -> None:
    report = one_report(texts)
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "texts.json"
        given.write_text(json.dumps({"documents": texts, "report": report}), encoding="utf-8")
        file = Path(folder) / "report.txt"
        file.write_text(report, encoding="utf-8")

        speed: dict[str, dict[str, float]] = in_process_of_its_own("--part", "speeds", texts=given)
        single = {name: in_process_of_its_own("--part", name, texts=given) for name in speed}
        script = Path(sys.executable).with_name("jixiao")
        program = [str(script)] if script.exists() else [sys.executable, "-m", "jixiao"]
        help_seconds, _ = command([*program, "--help"])
        extract_seconds, extract_peak = command([*program, "extract", str(file), "--format", "jsonl"])

    total = sum(map(len, texts))
    print(f"{len(texts)} documents of {total:,} characters, and a report of {len(report):,} made of them.")
    print(machine() + "\n")
    ours = speed["jixiao"]
    print(
        table(
            [
                "in one process, warm",
                "documents, characters/s",
                "jixiao is",
                "one report, characters/s",
                "jixiao is",
            ],
            [
                [
                    TOOLS[name][0],
                    thousands(their["archive"]),
                    ratio(ours["archive"] / their["archive"]),
                    thousands(their["report"]),
                    ratio(ours["report"] / their["report"]),
                ]
                for name, their in speed.items()
            ],
        )
    )
    print(
        table(
            [
                "alone in a fresh process",
                "import and load, s",
                "the report, first time, s",
                "again, s",
                "peak memory, MB",
            ],
            [
                [TOOLS[name][0], *(f"{its[key]:.2f}" for key in ("load", "first", "again")), f"{its['peak']:.0f}"]
                for name, its in single.items()
            ],
        )
    )
    rows = [
        ["`jixiao --help`", *judged(f"{help_seconds:.2f} s", "< 0.2 s", help_seconds < 0.2)],
        ["`jixiao extract` of the report, all in", *judged(f"{extract_seconds:.2f} s", "< 1 s", extract_seconds < 1)],
        ["its peak memory", *judged(f"{extract_peak:.0f} MB", "< 400 MB", extract_peak < 400)],
    ]
    times = ours["archive"] / speed["rules"]["archive"]
    rows.append(["the documents, against the rules alone", *judged(f"{times:.3f} ×", "≥ 0.8 ×", times >= 0.8)])
    for other, least in (("jieba", 1), ("recognizers", 15)):
        if other in speed:
            times = ours["report"] / speed[other]["report"]
            rows.append(
                [f"the report, against {TOOLS[other][0]}", *judged(ratio(times), f"≥ {least} ×", times >= least)]
            )
    print(table(["", "measured", "wanted", "met"], rows))
    for name in TOOLS.keys() - speed.keys():
        print(f"Not installed, so not measured: {TOOLS[name][0]}. {INSTALL}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--texts", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part is None:
        compare(read_texts(arguments.files))
        return
    given = json.loads(arguments.texts.read_text(encoding="utf-8"))
    if arguments.part == "speeds":
        print(json.dumps(speeds(given["documents"], given["report"])))
    else:
        print(json.dumps(alone(arguments.part, given["report"])))


if __name__ == "__main__":
    main()
