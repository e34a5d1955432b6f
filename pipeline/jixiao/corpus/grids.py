"""Figures as tables of text, for the terminal and for Markdown alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

from jixiao.corpus.agreement import Agreement, Disagreement
from jixiao.corpus.evaluation import LabelLine, Result, Summary
from jixiao.corpus.peers import PeerLine
from jixiao.corpus.scoring import Calibration, Figure, accuracy, f1
from jixiao.corpus.splitting import Leakage, Part
from jixiao.corpus.statistics import Spread, Statistics, most
from jixiao.corpus.training import Step
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


def agreement_grids(agreement: Agreement, say: Messages, names: Mapping[str, str]) -> list[Grid]:
    """The tables of an agreement, in the order of a datasheet; ``names`` as for :func:`summary_grids`."""
    title = say("agree_title", documents=len(agreement.documents), characters=agreement.characters)
    interval_head = say("col_interval")
    joined = [
        [say(f"joined_{line.name}"), f"{line.one:,.0f}", f"{line.other:,.0f}"]
        + [cell for figure in (line.exact, line.overlap) for cell in (share(figure.value), interval(figure))]
        for line in agreement.joined
    ]
    heads = [say(key) for key in ("col_layer", "meta_A", "meta_B")]
    heads += [say("col_exact"), interval_head, say("col_overlap"), interval_head]
    grids = [Grid(title, heads, joined, say("agree_joined_note"))]
    rows = [
        [say(f"measure_{line.name}"), f"{line.size:,.0f}", share(line.agreed.value), interval(line.agreed)]
        for line in agreement.fields
    ]
    heads = [*(say(key) for key in ("col_layer", "col_measure", "col_pairs", "col_agreed")), interval_head]
    rows = _grouped([line.layer for line in agreement.fields], rows, say)
    grids.append(Grid(say("agree_fields"), heads, rows, say("agree_fields_note"), 2))
    rows = [
        [
            say(f"labelling_{line.name}"),
            f"{line.size:,.0f}",
            share(line.both / line.size if line.size else None),
            share(line.alpha.value),
            interval(line.alpha),
        ]
        for line in agreement.reliability
    ]
    heads = [*(say(key) for key in ("col_measure", "col_pairs", "col_agreed", "col_alpha")), interval_head]
    grids.append(Grid(say("agree_alpha"), heads, rows, say("agree_alpha_note")))
    heads = [*(say(key) for key in ("col_label", "meta_A", "meta_B", "col_both", "col_alpha")), interval_head]
    for name in dict.fromkeys(line.name for line in agreement.labels):
        rows = [
            [
                names.get(line.label or "", line.label or ""),
                *(f"{count:,.0f}" for count in (line.one, line.other, line.both)),
                share(line.alpha.value),
                interval(line.alpha),
            ]
            for line in agreement.labels
            if line.name == name
        ]
        grids.append(Grid(say("agree_labels", name=say(f"labelling_{name}")), heads, rows))
    return [grid for grid in grids if grid.rows]


def disagreement_groups(agreement: Agreement) -> dict[tuple[str, str], list[Disagreement]]:
    """The disagreements by layer and kind, in the order in which they are settled best."""
    groups: dict[tuple[str, str], list[Disagreement]] = {}
    for one in agreement.disagreements:
        groups.setdefault((one.layer, one.kind), []).append(one)
    return groups


def group_title(layer: str, kind: str, size: int, say: Messages) -> str:
    named = say(f"kind_{kind}" if kind in ("only_one", "only_other", "span") else f"measure_{kind}")
    return say("agree_group", layer=say(f"group_{layer}"), kind=named, n=size)


def reading(one: Disagreement, say: Messages, names: Mapping[str, str]) -> str:
    """Both readings of a disagreement, or the one that there is."""
    first, second = (names.get(text, text) or say("nothing_there") for text in (one.one, one.other))
    if one.kind == "only_one":
        return first
    if one.kind == "only_other":
        return second
    return say("agree_readings", one=first, other=second)


def agreement_markdown(
    agreement: Agreement, say: Messages, names: Mapping[str, str], *, with_disagreements: bool
) -> str:
    parts = [markdown(grid) for grid in agreement_grids(agreement, say, names)]
    if with_disagreements:
        for (layer, kind), members in disagreement_groups(agreement).items():
            parts.append(f"**{group_title(layer, kind, len(members), say)}**\n")
            parts += [
                f"- {say('place', file=one.document, line=one.line, start=one.start, end=one.end)}\n"
                f"  - {_quoted(one)}\n  - {_plain(reading(one, say, names))}\n"
                for one in members
            ]
    return "\n".join(parts)


def _quoted(one: Disagreement) -> str:
    start, end = one.highlight
    sentence = one.sentence
    return f"{_plain(sentence[:start])}**{_plain(sentence[start:end])}**{_plain(sentence[end:])}"


def _plain(text: str) -> str:
    """``text`` as itself in Markdown: a report's asterisks and angle brackets are no markup."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>#|~" else character for character in text)


def split_grids(parts: Sequence[Part], leakage: Leakage, say: Messages, names: Mapping[str, str]) -> list[Grid]:
    """What each part holds, and what parts have in common; nothing of the second if they share nothing."""
    claims = sum(part.claims for part in parts) or 1
    kinds = list(dict.fromkeys(kind for part in parts for kind in part.document_types))
    rows = [
        [
            part.name,
            *(f"{n:,}" for n in (part.documents, part.organisations, part.claims)),
            f"{part.claims / claims:.1%}",
            *(str(part.document_types.get(kind, "·")) for kind in kinds),
        ]
        for part in parts
    ]
    heads = [say(key) for key in ("col_part", "sheet_document", "col_organisations", "sheet_claim", "col_share")]
    found = [Grid(say("split_title"), [*heads, *(names.get(kind, kind) for kind in kinds)], rows)]
    shared = (("leak_organisations", leakage.organisations), ("leak_sentences", leakage.sentences))
    for title, entries in shared:
        rows = [[entry.what, "\n".join(entry.documents)] for entry in entries]
        found.append(Grid(say(title, n=len(rows)), [say("col_shared"), say("sheet_document")], rows, left=2))
    rows = [[f"{pair.one}\n{pair.other}", f"{pair.similarity:.3f}"] for pair in leakage.alike]
    found.append(Grid(say("leak_alike", n=len(rows)), [say("sheet_document"), say("col_similarity")], rows))
    return [grid for grid in found if grid.rows]


def curve_grid(steps: Sequence[Step], say: Messages) -> Grid:
    """What training gains, by the share of the corpus learned from; figures of each held-out part."""
    parts = [name for name, counts in steps[0].counts.items() if counts.get("gold")]
    heads = [say("col_learned"), say("col_documents"), say("col_claims")]
    for part in parts:
        heads += [f"{part} {say(key)}" for key in ("measure_record", "measure_action", "measure_category")]
    rows = []
    for step in steps:
        row = [say("rules_only") if not step.share else f"{step.share:.0%}", f"{step.documents}", f"{step.claims:,}"]
        for part in parts:
            counts = step.counts[part]
            row += [share(f1(counts, "record")), share(accuracy(counts, "action")), share(accuracy(counts, "category"))]
        rows.append(row)
    return Grid(say("curve_title"), heads, rows, say("curve_note"))


def statistics_grids(found: Statistics, say: Messages, names: Mapping[str, str], longest: int = 30) -> list[Grid]:
    """The tables of an archive's statistics; of long lists the ``longest`` first lines."""
    grids = [
        Grid(
            say("stats_title"),
            [say("col_aspect"), say("col_count")],
            [[say(f"total_{name}"), f"{n:,}"] for name, n in found.totals.items()],
        ),
        Grid(
            say("stats_spreads"),
            [
                say(key)
                for key in ("col_aspect", "col_least", "col_quarter", "col_median", "col_three_quarters", "col_most")
            ],
            [_spread(say("stats_density"), found.density), _spread(say("stats_entity_length"), found.entity_length)],
            say("stats_ellipsis", share=f"{found.ellipsis:.1%}"),
        ),
    ]
    for aspect, counts in found.counts.items():
        if aspect in ("entity_length", "density") or not counts:
            continue  # they are in the spreads, and drawn
        # a document has several kinds of noise, a claim may have two categories
        of = {"noise": "documents", "category": "claims"}.get(aspect)
        whole = found.totals[of] if of else sum(counts.values())
        rows = [[_value(aspect, value, say, names), f"{n:,}", f"{n / whole:.1%}"] for value, n in most(counts, longest)]
        if len(counts) > longest:
            rest = sum(counts.values()) - sum(n for _, n in most(counts, longest))
            rows.append([say("stats_rest", n=len(counts) - longest), f"{rest:,}", f"{rest / whole:.1%}"])
        title = say(f"stats_{aspect}")
        grids.append(Grid(title, [say("col_value"), say("col_count"), say("col_share")], rows))
    return grids


def _spread(name: str, spread: Spread) -> list[str]:
    return [
        name,
        *(f"{n:,.4g}" for n in (spread.least, spread.quarter, spread.median, spread.three_quarters, spread.most)),
    ]


def _value(aspect: str, value: str, say: Messages, names: Mapping[str, str]) -> str:
    if aspect in ("noise", "verdict"):
        return say(f"{aspect}_{value}")
    if not value:
        return say("stats_no_unit")
    return names.get(value, value) if aspect in ("document_type", "section_label", "approx", "basis") else value
