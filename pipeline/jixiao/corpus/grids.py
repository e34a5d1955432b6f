"""Figures as tables of text, for the terminal and for Markdown alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

from jixiao.corpus.evaluation import LabelLine, Result, Summary
from jixiao.corpus.peers import PeerLine
from jixiao.corpus.scoring import Calibration, Figure, f1
from jixiao.messages import Messages
from jixiao.records import CATEGORIES


class Grid(NamedTuple):
    """A table; the first ``left`` columns are names, the others figures."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    left: int = 1


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def interval(figure: Figure) -> str:
    return "" if figure.low is None or figure.high is None else f"{figure.low:.3f}–{figure.high:.3f}"


def markdown(grid: Grid) -> str:
    lines = [grid.heads, ["---"] * grid.left + ["---:"] * (len(grid.heads) - grid.left), *grid.rows]
    table = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    return "\n\n".join(filter(None, (f"**{grid.title}**", table, grid.note))) + "\n"


def summary_grids(summary: Summary, say: Messages, names: Mapping[str, str]) -> list[Grid]:
    """The tables of an evaluation, the most telling first; those that would be empty are left out.

    ``names`` has what labels are called in the language of ``say``, where that differs.
    """
    title = say("eval_title", documents=summary.documents, characters=summary.characters)
    rated = [line for line in summary.lines if not line.shared]
    shared = [line for line in summary.lines if line.shared and line.size]
    heads = [say(key) for key in ("col_layer", "col_measure", "col_gold")]
    figures = [say(key) for key in ("col_precision", "col_recall", "col_f1", "col_interval")]
    rows = [
        [
            say(f"measure_{line.name}"),
            f"{line.size:,.0f}",
            *map(share, (line.precision, line.recall, line.figure.value)),
            interval(line.figure),
        ]
        for line in rated
    ]
    grids = [Grid(title, [*heads, *figures], _grouped([line.group for line in rated], rows, say), say("eval_note"), 2)]
    rows = [
        [say(f"measure_{line.name}"), f"{line.size:,.0f}", share(line.figure.value), interval(line.figure)]
        for line in shared
    ]
    heads = [say(key) for key in ("col_layer", "col_measure", "col_pairs", "col_accuracy", "col_interval")]
    grids.append(Grid(say("eval_shares"), heads, _grouped([line.group for line in shared], rows, say), "", 2))
    macro = f"{share(summary.macro_f1.value)} {interval(summary.macro_f1)}".strip()
    grids.append(_labels(say("eval_categories", macro=macro), summary.categories, say, names))
    grids.append(_confusion(summary, say))
    grids.append(_labels(say("eval_section_labels"), summary.section_labels, say, names))
    for name, found in (
        ("eval_confidence", summary.confidence),
        ("eval_category_confidence", summary.category_confidence),
    ):
        if found is not None:
            grids.append(_calibration(say(name), found, say))
    return [grid for grid in grids if grid.rows]


def _grouped(groups: Sequence[str], rows: Sequence[list[str]], say: Messages) -> list[list[str]]:
    """``rows`` with the name of their group before them, where it begins."""
    return [
        [say(f"group_{group}") if at == 0 or groups[at - 1] != group else "", *row]
        for at, (group, row) in enumerate(zip(groups, rows, strict=True))
    ]


def _labels(title: str, lines: Sequence[LabelLine], say: Messages, names: Mapping[str, str]) -> Grid:
    heads = [say(key) for key in ("col_label", "col_gold", "col_precision", "col_recall", "col_f1")]
    rows = [
        [names.get(line.label, line.label), f"{line.size:,.0f}", *map(share, (line.precision, line.recall, line.f1))]
        for line in lines
    ]
    return Grid(title, heads, rows)


def _confusion(summary: Summary, say: Messages) -> Grid:
    counts = {(gold, found): count for gold, found, count in summary.confusion}
    used = [category for category in CATEGORIES if any(category in pair for pair in counts)]
    rows = [
        [gold, *(f"{counts[gold, found]:.0f}" if (gold, found) in counts else "·" for found in used)] for gold in used
    ]
    return Grid(say("eval_confusion"), ["", *(category[:2] for category in used)], rows)


def _calibration(name: str, found: Calibration, say: Messages) -> Grid:
    rows = [
        [f"{bin.low:.1f}–{bin.high:.1f}", f"{bin.size:,}", share(bin.confidence), share(bin.right)]
        for bin in found.bins
    ]
    heads = [say(key) for key in ("col_confidence", "col_pairs", "col_mean", "col_right")]
    title = say("eval_calibration", name=name, ece=found.ece, brier=found.brier, n=found.size)
    return Grid(title, heads, rows)


def document_grid(results: Sequence[Result], say: Messages) -> Grid:
    rows = []
    for result in results:
        claims, sections = result.counts.get("claims", {}), result.counts.get("sections", {})
        figures = [f1(sections, "detection"), *(f1(claims, name) for name in ("detection", "quantity", "record"))]
        rows.append([result.name, f"{claims.get('gold', 0):,.0f}", *map(share, figures)])
    heads = [say("col_document"), say("col_gold"), say("group_sections")]
    return Grid(
        say("eval_documents"), [*heads, *(say(f"measure_{n}") for n in ("detection", "quantity", "record"))], rows
    )


def peers_grid(lines: Sequence[PeerLine], say: Messages) -> Grid:
    rows = []
    for what, measure in product(("all", "money"), ("detection", "value", "quantity")):
        names = [say(f"eval_{what}") if measure == "detection" else "", say(f"measure_{measure}")]
        for line in lines:
            if (line.what, line.measure) == (what, measure):
                figures = map(share, (line.precision, line.recall, line.f1))
                rows.append([*names, line.program, f"{line.gold:,.0f}", *figures])
                names = ["", ""]
    keys = ("col_scope", "col_measure", "col_program", "col_gold", "col_precision", "col_recall", "col_f1")
    return Grid(say("eval_peers"), [say(key) for key in keys], rows, say("eval_peers_note"), 3)
