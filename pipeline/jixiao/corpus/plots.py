"""Plots of an archive's statistics, each as PNG and as SVG. Needs the extra ``corpus`` (matplotlib)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from jixiao.corpus.statistics import Statistics, most
from jixiao.messages import Messages
from jixiao.records import CATEGORIES

FONTS = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Noto Sans CJK JP", "Microsoft YaHei", "SimHei"),
    *("PingFang SC", "Heiti SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Serif CJK SC"),
)
COLOUR = "#2f6690"
GREY = "#5f6b73"
_ENGLISH: dict[str, str] = dict(
    zip(
        CATEGORIES,
        "output quality timeliness cost economic social ecological lasting satisfaction funds resources".split(),
        strict=True,
    )
)
_UNITS = 20
_ROWS = 7  # that bars take at least, so that two are not two beams
_LONGEST = 16  # characters of an entity that have a bar of their own


def chinese_font() -> str | None:
    """A font of this machine that has Chinese characters, or None."""
    known = {font.name for font in fontManager.ttflist}
    return next((font for font in FONTS if font in known), None)


def write(statistics: Statistics, folder: Path, say: Messages, names: Mapping[str, str]) -> list[Path]:
    """The plots in ``folder``, which is made; their paths.

    Without a Chinese font all is labelled in English, and what has no English name (units) is not drawn.
    """
    font = chinese_font()
    if font is None:
        say, names = Messages("en"), {}
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[Any, Any] = {
        "font.family": [font] if font else ["DejaVu Sans"],
        "axes.unicode_minus": False,
        "svg.hashsalt": "jixiao",  # the same plot twice is the same file
        "font.size": 10,
    }
    written = []
    with matplotlib.rc_context(settings):
        for name, figure in _figures(statistics, say, names, chinese=font is not None):
            for ending in ("png", "svg"):
                path = folder / f"{name}.{ending}"
                metadata = {"Date": None} if ending == "svg" else {"Software": None}
                figure.savefig(path, dpi=150, bbox_inches="tight", metadata=metadata)
                written.append(path)
    return written


def _figures(
    statistics: Statistics, say: Messages, names: Mapping[str, str], *, chinese: bool
) -> Iterator[tuple[str, Figure]]:
    counts = statistics.counts

    figure = Figure(figsize=(11, 3.6), layout="constrained")
    axes = figure.subplots(1, 3)
    _bars(axes[0], _named(counts["document_type"], names), say("stats_document_type"))
    _bars(axes[1], dict(sorted(counts["fiscal_year"].items(), reverse=True)), say("stats_fiscal_year"))
    _bars(axes[2], {say(f"noise_{kind}"): n for kind, n in most(counts["noise"], 9)}, say("stats_noise"))
    yield "documents", figure

    categories: dict[str, int] = {category: counts["category"].get(category, 0) for category in CATEGORIES}
    shown = categories if chinese else {_ENGLISH[category]: n for category, n in categories.items()}
    figure = Figure(figsize=(6.5, 4), layout="constrained")
    _bars(figure.subplots(), shown, say("stats_category"))
    yield "categories", figure

    if chinese:
        units = {unit or say("stats_no_unit"): n for unit, n in most(counts["unit"], _UNITS)}
        figure = Figure(figsize=(6.5, 5.5), layout="constrained")
        _bars(figure.subplots(), units, say("stats_unit_top", n=len(units)))
        yield "units", figure

    figure = Figure(figsize=(11, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    lengths = [counts["entity_length"].get(str(length), 0) for length in range(1, _LONGEST + 1)]
    more = sum(n for length, n in counts["entity_length"].items() if int(length) > _LONGEST)
    labels = [*map(str, range(1, _LONGEST + 1)), f">{_LONGEST}"]
    _columns(left, labels, [*lengths, more], say("stats_entity_length"), say("stats_characters"))
    steps = range(0, max(map(int, counts["density"]), default=0) + 10, 10)
    labels = [f"{step}–{step + 10}" for step in steps]
    documents = [counts["density"].get(str(step), 0) for step in steps]
    _columns(right, labels, documents, say("stats_density"), say("stats_per_thousand"))
    yield "claims", figure

    if counts["verdict"] or counts["finding"]:
        figure = Figure(figsize=(11, 4.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        verdicts = {say(f"verdict_{verdict}"): n for verdict, n in most(counts["verdict"], 3)}
        _bars(left, verdicts, say("stats_verdict"))
        _bars(right, dict(most(counts["finding"], 30)), say("stats_finding"))
        yield "links_and_findings", figure


def _named(counts: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    return {names.get(name, name): n for name, n in counts.items()}


def _bars(axes: Axes, counts: Mapping[str, int], title: str) -> None:
    """Horizontal bars, the first on top, with their figures at their ends."""
    names = list(counts)
    drawn = axes.barh(range(len(names)), list(counts.values()), color=COLOUR, height=0.72)
    axes.bar_label(drawn, fmt="{:,.0f}", padding=3, color=GREY, fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), _ROWS) - 0.4, -0.6)
    axes.set_xticks([])
    axes.margins(x=0.12)
    _frame(axes, title, "left")


def _columns(axes: Axes, labels: list[str], heights: list[int], title: str, under: str) -> None:
    drawn = axes.bar(range(len(labels)), heights, color=COLOUR, width=0.78)
    axes.bar_label(drawn, labels=[f"{n:,}" if n else "" for n in heights], padding=2, color=GREY, fontsize=8)
    axes.set_xticks(range(len(labels)), labels, fontsize=9)
    axes.set_yticks([])
    axes.set_xlabel(under, color=GREY)
    axes.margins(x=0.01, y=0.1)
    _frame(axes, title, "bottom")


def _frame(axes: Axes, title: str, kept: str) -> None:
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(side == kept)
    axes.spines[kept].set_color("#c5ccd1")
    axes.tick_params(length=0)
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold", pad=8)
