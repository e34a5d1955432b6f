"""The auditor's table on a terminal: from 80 columns on, at its best from 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jixiao.answers import Office, Place, Row, Spending
from jixiao.export import answers_tabular as told
from jixiao.export.labels import number, one_line, target_text
from jixiao.export.terminal import VERDICT_STYLES, excerpt, shown_path
from jixiao.messages import Messages, printable
from jixiao.records import Claim
from jixiao.verdicts import yuan

_LINES = 2  # lines of a quote


def office_tables(console: Console, offices: Sequence[Office], rules: str, say: Messages) -> None:
    """All that was asked for, office by office; ``rules`` names the scoring profile."""
    for office in offices:
        if any(office.counts.values()):
            _office(console, office, say)
    for office in offices:
        if not any(office.counts.values()):
            text = say("answers_without", office=told.heading(office, say), n=office.unlinked)
            console.print(Text(printable(text), style="dim"), soft_wrap=True)
            if office.loose:
                console.print(_loose(console, office, _names(office), say))
    if not any(sum(office.counts.values()) for office in offices):
        console.print(say("answers_none"), soft_wrap=True)
    elif not any(office.rows for office in offices):
        console.print(say("answers_none_here"))
    elif any(row.due is not None for office in offices for row in office.rows):
        console.print(Text(printable(say("answers_scored_by", title=rules)), style="dim"), soft_wrap=True)


def _office(console: Console, office: Office, say: Messages) -> None:
    """An office's year: the targets with what answers them, those without an answer, and the claims that answer none."""
    console.print(Text(printable(told.heading(office, say)), style="bold"), soft_wrap=True)
    names = _names(office)
    for one in office.documents:
        console.print(Text(printable(f"{names[one.doc_id]} {shown_path(one.path)}"), style="dim"), soft_wrap=True)
    console.print(Text(printable(told.summary(office, say))), soft_wrap=True)
    if answered := told.answered(office):
        console.print(_targets(console, answered, names, say))
    if unanswered := told.unanswered(office):
        console.print(Text(say("answers_unanswered", n=len(unanswered)), style=VERDICT_STYLES["unanswered"]))
        console.print(_unanswered(unanswered, names, say))
    if office.spending:
        console.print(Text(told.spending_line(office.spending, say)))
        console.print(_spending(office.spending, names, say))
    if office.unlinked:
        line = Text(say("answers_loose", n=office.unlinked))
        console.print(line if office.loose else line.append(say("answers_loose_hint"), style="dim"))
    if office.loose:
        console.print(_loose(console, office, names, say))
    console.print()


def _names(office: Office) -> dict[str, str]:
    """The documents by the numbers they have in the heading."""
    return {one.doc_id: f"[{at}]" for at, one in enumerate(office.documents, 1)}


def _grid(**settings: object) -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", **settings)  # type: ignore[arg-type]


def _targets(console: Console, rows: list[Row], names: Mapping[str, str], say: Messages) -> Table:
    table = _grid()
    scored = any(row.target.score is not None or row.target.weight is not None for row in rows)
    indicator = max(14, min(24, console.width // 5))
    table.add_column(say("col_outcome"), no_wrap=True)
    table.add_column(say("col_indicator"), max_width=indicator, overflow="fold")
    table.add_column(say("col_target"), max_width=max(10, console.width // 8), overflow="fold")
    table.add_column(say("col_said"), overflow="fold", ratio=1)
    table.add_column(say("col_reached"), justify="right", no_wrap=True)
    if scored:
        table.add_column(say("col_points"), justify="right", no_wrap=True)
    narrow = console.width - 8 - indicator - console.width // 8 - 9 - (11 if scored else 0) - 10
    level = ""
    for row in rows:
        here = " · ".join(part for part in (row.target.level1, row.target.level2, row.target.project) if part)
        if here != level:
            table.add_row("", Text(printable(here), style="dim"))
            level = here
        cells = [
            Text(say(f"verdict_{row.outcome}"), style=VERDICT_STYLES[row.outcome]),
            Text(printable(row.target.indicator)),
            Text(printable(target_text(row.target))),
            _quote(row, max(24, narrow), names, say),
            Text(told.reached(row)),
        ]
        table.add_row(*cells, *([_points(row, say)] if scored else []))
    return table


def _quote(row: Row, width: int, names: Mapping[str, str], say: Messages) -> Text:
    text = Text(printable(told.figure(row)), style="bold")
    one = told.prose(row)
    if one is None:
        place = f"{say('answers_own_row')} · {_place(row.place, names, say)}"
    else:
        place = _place(one.place, names, say)
        if not one.own:
            text.append("\n").append(_sentence(one.claim, _LINES * width))
    text.append(f"\n{printable(place)}", style="not bold dim")
    if len(row.said) > 1:
        text.append(f"（{say('answers_more', n=len(row.said) - 1)}）", style="not bold dim")
    urgent = told.checks(row, say)
    for remark in told.remarks(row, say):
        line = f"\n▲ {printable(remark)}" if remark in urgent else f"\n{printable(remark)}"
        text.append(line, style="not bold yellow" if remark in urgent else "not bold dim")
    return text


def _place(place: Place, names: Mapping[str, str], say: Messages) -> str:
    """Where something stands, its document by the number it has in the heading."""
    text = say("answers_line", file=names[place.document.doc_id], line=place.line)
    return f"{text} · {place.section}" if place.section else text


def _sentence(claim: Claim, width: int) -> Text:
    span = told.span_of(claim)
    return _quiet(excerpt(claim.sentence, [span] if span else [], width))


def _quiet(text: Text) -> Text:
    quiet = Text(text.plain, style="not bold")
    for span in text.spans:
        quiet.stylize("underline", span.start, span.end)
    return quiet


def _points(row: Row, say: Messages) -> Text:
    target = row.target
    if target.score is None and target.weight is None:
        return Text("")
    score = "–" if target.score is None else number(target.score)
    weight = "–" if target.weight is None else number(target.weight)
    return Text(f"{score}/{weight}", style="yellow" if row.score_differs else "")


def _unanswered(rows: list[Row], names: Mapping[str, str], say: Messages) -> Table:
    table = _grid()
    table.add_column(say("col_level2"), overflow="fold", max_width=16)
    table.add_column(say("col_indicator"), overflow="fold")
    table.add_column(say("col_target"), overflow="fold", max_width=24)
    table.add_column(say("col_target_place"), overflow="fold")
    for row in rows:
        words = f"（{say('answers_in_words')}）" if row.target.value is None else ""
        table.add_row(
            *(Text(printable(cell)) for cell in (row.target.level2, row.target.indicator, target_text(row.target))),
            Text(printable(_place(row.place, names, say)) + words, style="dim"),
        )
    return table


def _spending(spending: Sequence[Spending], names: Mapping[str, str], say: Messages) -> Table:
    table = _grid()
    table.add_column(say("col_outcome"), no_wrap=True)
    table.add_column(say("col_item"), overflow="fold", ratio=1)
    table.add_column(say("col_budget"), justify="right", no_wrap=True)
    table.add_column(say("col_spent"), justify="right", no_wrap=True)
    table.add_column(say("col_rate"), justify="right", no_wrap=True)
    for one in spending:
        at = _place(msgspec.structs.replace(one.said[0].place, section=None), names, say)
        table.add_row(
            Text(say(f"spending_{one.outcome}"), style=VERDICT_STYLES[one.outcome]),
            Text(printable(one.budget.item)).append(f"　{at}", style="dim"),
            Text(yuan(one.budget.amount)),
            Text(yuan(one.said[0].claim.value)),
            Text(told.share(one.ratio)),
        )
    return table


def _loose(console: Console, office: Office, names: Mapping[str, str], say: Messages) -> Table:
    table = _grid()
    figures = [one_line(loose.claim.text) for loose in office.loose]
    wide = min(18, max(map(cell_len, figures)))
    table.add_column(say("col_figure"), justify="right", max_width=wide, overflow="fold")
    table.add_column(say("col_entity"), max_width=16, overflow="fold")
    table.add_column(say("col_sentence"), overflow="fold")
    room = max(20, console.width - wide - 16 - 6)
    for loose, shown in zip(office.loose, figures, strict=True):
        place = say("answers_line", file=names[loose.place.document.doc_id], line=loose.place.line)
        table.add_row(
            Text(printable(shown), style="bold"),
            Text(printable(loose.claim.entity)),
            _sentence(loose.claim, room).append(f"\n{place}", style="dim"),
        )
    return table
