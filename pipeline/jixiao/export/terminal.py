"""What the command line shows people: tables that fit 80 columns as well as 120."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jixiao.messages import Messages
from jixiao.records import CATEGORIES

if TYPE_CHECKING:
    from jixiao.analyse import Report
    from jixiao.ledger import Hits

_NARROW_HEADS = {
    "经济效益": "经济\n效益",
    "社会效益": "社会\n效益",
    "生态效益": "生态\n效益",
    "可持续影响": "可持续\n影响",
}
_MOST_ROWS = 60


def excerpt(sentence: str, around: Sequence[tuple[int, int]], width: int) -> Text:
    """``sentence`` cut to ``width`` terminal cells so that the first of the spans ``around`` shows, the spans highlighted."""
    start, end = around[0] if around else (0, 0)
    left, right, used = start, end, cell_len(sentence[start:end])
    left_more, right_more = True, True
    while used < width - 4 and (left_more or right_more):
        left_more, right_more = left > 0, right < len(sentence)
        if right_more:
            used += cell_len(sentence[right])
            right += 1
        if left_more and used < width - 4 and start - left < width // 5 or not right_more and left_more:
            left -= 1
            used += cell_len(sentence[left])
    text = Text("…" if left > 0 else "")
    shift = len(text) - left
    text.append(sentence[left:right].translate(_CONTROLS))
    if right < len(sentence):
        text.append("…")
    for first, last in around:
        if first < right and last > left:
            text.stylize("bold reverse", max(first, left) + shift, min(last, right) + shift)
    return text


_CONTROLS = {code: " " for code in [*range(32), *range(127, 160)]}
"""A report must not move the cursor of whoever looks at it."""


def plain(text: str) -> Text:
    return Text(text.translate(_CONTROLS))


def short_name(path: str) -> str:
    return PurePath(path).name


def claims_table(console: Console, report: Report, say: Messages) -> None:
    """The claims of one report, a line each."""
    document = report.document
    console.print(
        Text(document.title or short_name(document.path), style="bold").append(
            f"  {document.path}", style="dim not bold"
        ),
        soft_wrap=True,
    )
    if not report.claims:
        console.print(say("extract_none"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(say("col_line"), justify="right", style="dim", no_wrap=True)
    table.add_column(say("col_category"), no_wrap=True)
    table.add_column(say("col_entity"), max_width=24, no_wrap=True, overflow="ellipsis")
    table.add_column(say("col_quantity"), justify="right", no_wrap=True, max_width=18, overflow="ellipsis")
    table.add_column(say("col_excerpt"), no_wrap=True, overflow="ellipsis", ratio=1)
    widest = [
        max(len(cells), 4)
        for cells in zip(*((c.category, c.entity, "".join(c.text.split())) for c in report.claims), strict=True)
    ]
    del widest
    room = max(20, console.width - 6 - 11 - min(24, max(cell_len(c.entity) for c in report.claims)) - 16)
    at = line = 0
    for claim in sorted(report.claims, key=lambda claim: claim.start):
        line += report.source_text.count("\n", at, claim.start)
        at = claim.start
        quantity = "".join(claim.text.split())
        place = claim.sentence.find(quantity)
        spans = [(place, place + len(quantity))] if place >= 0 else []
        table.add_row(
            str(line + 1), claim.category, plain(claim.entity), plain(quantity), excerpt(claim.sentence, spans, room)
        )
    console.print(table)
    console.print(Text(say("extract_count", claims=len(report.claims), sections=len(report.sections)), style="dim"))


def hits_list(console: Console, hits: Hits, say: Messages) -> None:
    """Answers of a search: what and how much, the sentence with the hit, and where it stands."""
    for hit in hits.items:
        claim = hit.claim
        head = Text()
        head.append(" ".join(part for part in (claim.entity, claim.action) if part) or "—", style="bold")
        head.append(f"  {''.join(claim.text.split())}", style="bold cyan")
        value = f"{claim.value:f}" if -20 < claim.value.adjusted() < 30 else str(claim.value)
        head.append(f"  {claim.category}  {value} {claim.unit}".rstrip(), style="dim")
        console.print(Text(head.plain.translate(_CONTROLS), spans=head.spans))
        console.print(_indented(excerpt(claim.sentence, hit.highlights, max(40, 3 * console.width))))
        title = hit.section.title if hit.section else ""
        organisation = " ".join(part for part in (hit.document.organisation, hit.document.fiscal_year) if part)
        place = say("place", file=hit.document.path, line=hit.line, start=claim.start, end=claim.end)
        console.print(
            _indented(
                Text(
                    " · ".join(part for part in (organisation, title, place) if part).translate(_CONTROLS), style="dim"
                )
            )
        )
    shown = len(hits.items)
    if not hits.items:
        console.print(say("hits_none"))
    elif shown == hits.total:
        console.print(Text(say("hits_all", total=hits.total), style="dim"))
    else:
        console.print(
            Text(say("hits_about" if hits.approximate else "hits", total=hits.total, shown=shown), style="dim")
        )


def _indented(text: Text) -> Table:
    grid = Table.grid(padding=(0, 0, 0, 2))
    grid.add_column(overflow="fold")
    grid.add_row(text)
    return grid


def summary_table(console: Console, rows: Sequence[tuple[str, Mapping[str, int]]], say: Messages) -> None:
    """Claims by document (name, counts) and category; categories that occur nowhere are left out."""
    used = [category for category in CATEGORIES if any(counts.get(category) for _, counts in rows)]
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold", show_footer=len(rows) > 1)
    totals = {category: sum(counts.get(category, 0) for _, counts in rows) for category in used}
    table.add_column(say("col_document"), footer=say("col_total"), overflow="fold", ratio=1, min_width=16)
    for category in used:
        table.add_column(
            _NARROW_HEADS.get(category, category), footer=str(totals[category]), justify="right", no_wrap=True
        )
    table.add_column(say("col_total"), footer=str(sum(totals.values())), justify="right", no_wrap=True, style="bold")
    for name, counts in rows[:_MOST_ROWS]:
        cells = [str(counts[category]) if counts.get(category) else "·" for category in used]
        table.add_row(plain(name), *cells, str(sum(counts.values())))
    console.print(table)
    if len(rows) > _MOST_ROWS:
        console.print(Text(say("more_rows", n=len(rows) - _MOST_ROWS), style="dim"))


def counts_table(console: Console, head: str, rows: Iterable[tuple[str, int]], say: Messages) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(head, min_width=12)
    table.add_column(say("col_count"), justify="right")
    for name, count in rows:
        table.add_row(name, f"{count:,}")
    console.print(table)
