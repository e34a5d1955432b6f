"""What the command line shows people: tables that fit 80 columns as well as 120."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jixiao.export.labels import number, one_line, target_text
from jixiao.export.labels import value as label
from jixiao.messages import Messages, printable
from jixiao.records import CATEGORIES, Budget, Document, Link, Record, Section, Target

if TYPE_CHECKING:
    from jixiao.analyse import Report
    from jixiao.ledger import Hits

_MOST_ROWS = 60
VERDICT_STYLES = {"met": "green", "unmet": "red", "undetermined": "yellow", "unanswered": "magenta"}


class Terminal(Console):
    """A console that reads what it prints as text, not as markup, and leaves a broken pipe to its caller."""

    def __init__(self, file: IO[str], width: int | None = None) -> None:
        super().__init__(file=file, width=width, highlight=False, emoji=False, markup=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def excerpt(sentence: str, around: Sequence[tuple[int, int]], width: int) -> Text:
    """``sentence``, the spans ``around`` highlighted, cut to ``width`` terminal cells that show the first of them."""
    sentence = printable(sentence)
    left, right = 0, len(sentence)
    if cell_len(sentence) > width:
        left = _back(sentence, around[0][0] if around else 0, width // 3)
        right = _ahead(sentence, left, width - 2)
        if right == len(sentence):
            left = _back(sentence, right, width - 2)
    text = Text("…" if left else "")
    shift = len(text) - left
    text.append(sentence[left:right])
    if right < len(sentence):
        text.append("…")
    for start, end in around:
        if start < right and end > left:
            text.stylize("bold reverse", max(start, left) + shift, min(end, right) + shift)
    return text


def _back(text: str, at: int, cells: int) -> int:
    while at > 0 and (cells := cells - cell_len(text[at - 1])) >= 0:
        at -= 1
    return at


def _ahead(text: str, at: int, cells: int) -> int:
    while at < len(text) and (cells := cells - cell_len(text[at])) >= 0:
        at += 1
    return at


def claims_table(console: Console, report: Report, say: Messages) -> None:
    """The claims of one report, a line each."""
    document = report.document
    title = Text(printable(document.title or PurePath(document.path).name), style="bold")
    console.print(title.append(printable(f"  {document.path}"), style="not bold dim"), soft_wrap=True)
    if not report.claims:
        console.print(say("extract_none"))
        return
    wide = console.width >= 110
    rows = []
    at = line = 0
    for claim in sorted(report.claims, key=lambda claim: claim.start):
        line += report.source_text.count("\n", at, claim.start)
        at = claim.start
        quantity = "".join(claim.text.split())
        rows.append((claim, str(line + 1), _cut(claim.entity, 24 if wide else 16), _cut(quantity, 20 if wide else 14)))
    heads = [say(key) for key in ("col_line", "col_category", "col_entity", "col_quantity")]
    columns = list(
        zip(heads, *((line, c.category, entity, quantity) for c, line, entity, quantity in rows), strict=True)
    )
    room = max(16, console.width - sum(max(map(cell_len, column)) for column in columns) - 2 * len(columns))
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for head, justify in zip(heads, ("right", "left", "left", "right"), strict=True):
        table.add_column(head, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column(say("col_excerpt"), no_wrap=True)
    for claim, at_line, what, quantity in rows:
        whole = "".join(claim.text.split())
        place = claim.sentence.find(whole)
        spans = [(place, place + len(whole))] if place >= 0 else []
        table.add_row(
            Text(at_line, style="dim"),
            Text(claim.category),
            Text(what),
            Text(quantity, style="bold"),
            excerpt(claim.sentence, spans, room),
        )
    console.print(table)
    count = say("extract_count", claims=len(report.claims), sections=len(report.sections))
    console.print(Text(count, style="dim"))
    console.print()


def report_tables(console: Console, report: Report, kinds: Sequence[str], say: Messages) -> None:
    """The records of one report that are asked for, a table a kind; claims with their sentences, others field by field."""
    for kind in kinds:
        if kind == "claim":
            claims_table(console, report, say)
            continue
        rows = [_facts(record, report, say) for record in report.records() if record.__struct_config__.tag == kind]
        console.print(
            Text(say(f"sheet_{kind}"), style="bold").append(
                printable(f"  {report.document.path}"), style="not bold dim"
            )
        )
        if rows:
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
            for name in rows[0]:
                table.add_column(name, overflow="fold", justify="right" if name == say("col_line") else "left")
            for row in rows:
                table.add_row(*(Text(printable(cell)) for cell in row.values()))
            console.print(table)
        console.print(Text(say("records_count", n=len(rows)), style="dim"))
        console.print()


def _facts(record: Record, report: Report, say: Messages) -> dict[str, str]:
    """What a line of the terminal has room for of a record, by the heads of the columns."""
    language = say.language
    start = getattr(record, "start", None)
    facts = {} if start is None else {say("col_line"): str(report.source_text.count("\n", 0, start) + 1)}
    if isinstance(record, Target):
        level = "·".join(part for part in (record.level1, record.level2) if part)
        points = "/".join("–" if mark is None else number(mark) for mark in (record.score, record.weight))
        shown = {
            "col_level": level,
            "col_indicator": record.indicator,
            "col_target": target_text(record),
            "col_actual": one_line(record.actual_text or ""),
            "col_points": "" if points == "–/–" else points,
        }
    elif isinstance(record, Budget):
        shown = {
            "col_item": record.item,
            "col_basis": label(record.basis, language),
            "col_amount": f"{record.amount:,f}",
            "col_fiscal_year": record.fiscal_year or "",
            "col_printed": one_line(record.text),
        }
    elif isinstance(record, Link):
        claims = {claim.claim_id: claim.text for claim in report.claims}
        targets = {target.target_id: target for target in report.targets}
        target = targets.get(record.target_id or "")
        shown = {
            "col_indicator": target.indicator if target else record.budget_id or "",
            "col_target": target_text(target) if target else "",
            "col_figure": one_line(claims.get(record.claim_id, record.claim_id)),
            "col_outcome": label(record.verdict, language),
            "col_certainty": f"{record.score:.2f}",
            "col_reason": record.reason,
        }
    elif isinstance(record, Section):
        shown = {"col_section": "　" * (record.level - 1) + record.title, "col_label": label(record.label, language)}
    elif isinstance(record, Document):
        shown = {
            "col_title": record.title or "",
            "col_office": record.organisation or "",
            "col_fiscal_year": record.fiscal_year or "",
            "col_type": label(record.document_type, language),
            "col_status": label(record.status, language),
        }
    else:
        shown = {"col_message": str(getattr(record, "message", ""))}
    return {**facts, **{say(key): text for key, text in shown.items()}}


def _cut(text: str, cells: int) -> str:
    text = printable(text)
    return text if cell_len(text) <= cells else text[: _ahead(text, 0, cells - 1)] + "…"


def hits_list(console: Console, hits: Hits, say: Messages) -> None:
    """Answers of a search: what and how much, the sentence with the hit, and where it stands."""
    for hit in hits.items:
        claim = hit.claim
        head = Text(printable(" ".join(part for part in (claim.entity, claim.action) if part) or "—"), style="bold")
        head.append(f"  {printable(claim.text)}", style="cyan")
        value = f"{claim.value:f}" if -20 < claim.value.adjusted() < 30 else str(claim.value)
        head.append(printable(f"  {claim.category}  {value} {claim.unit}"), style="not bold dim")
        organisation = " ".join(part for part in (hit.document.organisation, hit.document.fiscal_year) if part)
        section = hit.section.title if hit.section else ""
        path = shown_path(hit.document.path)
        place = say("place", file=path, line=hit.line, start=claim.start, end=claim.end)
        console.print(head, soft_wrap=True)
        for line in excerpt(claim.sentence, hit.highlights, 3 * (console.width - 2)).wrap(console, console.width - 2):
            console.print(Text("  ").append(line))
        for answer in hit.answers:
            verdict = say(f"verdict_{answer.link.verdict}")
            told = say(
                "answers_target", indicator=answer.target.indicator, target=target_text(answer.target), verdict=verdict
            )
            console.print(Text("  " + printable(told), style=VERDICT_STYLES[answer.link.verdict]), soft_wrap=True)
        for link in hit.spending:
            console.print(Text("  " + printable(link.reason), style=VERDICT_STYLES[link.verdict]), soft_wrap=True)
        for note in filter(None, (" · ".join(filter(None, (organisation, section))), place)):
            console.print(Text("  " + printable(note), style="dim"), soft_wrap=True)
        console.print()
    shown = len(hits.items)
    if not hits.items:
        console.print(say("hits_none"))
    elif shown == hits.total:
        console.print(Text(say("hits_all", total=hits.total), style="dim"))
    else:
        console.print(
            Text(say("hits_about" if hits.approximate else "hits", total=hits.total, shown=shown), style="dim")
        )


def shown_path(path: str) -> str:
    """``path`` as seen from the working folder, where it lies below it."""
    try:
        return str(PurePath(path).relative_to(Path.cwd()))
    except ValueError:
        return path


def summary_table(console: Console, rows: Sequence[tuple[str, Mapping[str, int]]], say: Messages) -> None:
    """Claims by document (name, counts) and category; categories that occur nowhere are left out.

    Where the window has no room for names beside the figures, each document has two lines.
    """
    used = [category for category in CATEGORIES if any(counts.get(category) for _, counts in rows)]
    totals: dict[str, int] = {category: sum(counts.get(category, 0) for _, counts in rows) for category in used}
    heads = [[name[at : at + 2] for at in range(0, len(name), 2)] for name in [*used, say("col_total")]]
    widths = [max(6, len(f"{total}") + 2) for total in [*totals.values(), sum(totals.values())]]
    room = console.width - sum(widths)
    names = [printable(name) for name, _ in rows]
    beside = room >= 36
    left = min(room, max(map(cell_len, [*names, say("col_document")]), default=0)) if beside else max(room, 0)

    def line(name: str, cells: Iterable[str], style: str = "") -> None:
        padded = "".join(" " * (width - cell_len(cell)) + cell for cell, width in zip(cells, widths, strict=True))
        text = _cut(name, left) if beside else name if cell_len(name) <= left else ""
        if text != name and not beside:
            console.print(Text(name, style=style), soft_wrap=True)
        console.print(Text(text + " " * (left - cell_len(text)) + padded, style=style), soft_wrap=True)

    def figures(counts: Mapping[str, int]) -> list[str]:
        return [
            *(str(counts[category]) if counts.get(category) else "·" for category in used),
            str(sum(counts.values())),
        ]

    for at in range(max(map(len, heads))):
        line(say("col_document") if at == 0 else "", (head[at] if at < len(head) else "" for head in heads), "bold")
    for name, (_, counts) in list(zip(names, rows, strict=True))[:_MOST_ROWS]:
        line(name, figures(counts))
    if len(rows) > _MOST_ROWS:
        console.print(Text(say("more_rows", n=len(rows) - _MOST_ROWS), style="dim"))
    if len(rows) > 1:
        line(say("col_total"), figures(totals), "bold")


def counts_table(console: Console, head: str, rows: Iterable[tuple[str, int]], say: Messages) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(head, min_width=12)
    table.add_column(say("col_count"), justify="right")
    for name, count in rows:
        table.add_row(name, f"{count:,}")
    console.print(table)


def grid(
    console: Console, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], note: str = "", left: int = 1
) -> None:
    """A table of figures under its title; the first ``left`` columns are names, the others stand to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for at, head in enumerate(heads):
        table.add_column(head, justify="left" if at < left else "right", no_wrap=at >= left, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console.print(Text(title, style="bold cyan"))
    console.print(table)
    if note:
        console.print(Text(note, style="dim"))
    console.print()


def readings(
    console: Console, head: str, place: str, sentence: str, span: tuple[int, int], lines: Iterable[str]
) -> None:
    """One thing to look at: what it is and where, its sentence with the span shown, and how it was read."""
    console.print(
        Text(printable(head), style="bold").append(printable(f"  {place}"), style="not bold dim"), soft_wrap=True
    )
    for line in excerpt(sentence, [span], 2 * (console.width - 2)).wrap(console, console.width - 2):
        console.print(Text("  ").append(line))
    for reading in lines:
        console.print(Text("  " + printable(reading)), soft_wrap=True)
