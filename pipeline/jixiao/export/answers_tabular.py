"""The auditor's table in words and cells, the same for every format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any, BinaryIO

from jixiao.answers import Loose, Office, Place, Row, Said, Spending
from jixiao.export.labels import number, one_line, target_text
from jixiao.export.tabular import EXCEL_ROWS, Formats, plain_text, write_rows
from jixiao.messages import Language, Messages, UserError
from jixiao.records import Claim
from jixiao.scores import Span, is_ceiling
from jixiao.verdicts import OVERSHOOT, yuan

COLUMNS: tuple[tuple[str, int], ...] = (
    ("office", 22),
    ("fiscal_year", 7),
    ("level1", 10),
    ("level2", 14),
    ("project", 16),
    ("indicator", 26),
    ("target", 18),
    ("outcome", 10),
    ("figure", 16),
    ("ratio", 9),
    ("weight", 7),
    ("score", 7),
    ("due", 10),
    ("notes", 32),
    ("sentence", 60),
    ("place", 38),
    ("reason", 40),
    ("others", 44),
    ("target_place", 36),
)
"""The columns of a sheet of targets with their widths in characters."""
UNANSWERED = (
    "office",
    "fiscal_year",
    "level1",
    "level2",
    "project",
    "indicator",
    "target",
    "weight",
    "score",
    "notes",
    "target_place",
)
SPENDING = (
    "office", "fiscal_year", "item", "outcome", "budget", "spent", "rate", "sentence", "place", "budget_place", "reason",
)  # fmt: skip
WIDTHS = {**dict(COLUMNS), "item": 26, "budget": 18, "spent": 18, "rate": 9, "budget_place": 36}
LOOSE = ("office", "fiscal_year", "indicator", "figure", "sentence", "place")
COLOURS = {"met": "#DDF0E3", "unmet": "#F8DCDA", "undetermined": "#FBEFCB", "unanswered": "#E4E8ED"}


def heading(office: Office, say: Messages) -> str:
    """望海市沙堤区司法局　2022年度; a document that does not say whose it is bears its file's name."""
    name = office.organisation or say("answers_no_office", name=PurePath(office.documents[0].path).name)
    if office.fiscal_year is None:
        return say("answers_no_year", office=name)
    return say("answers_head", office=name, year=office.fiscal_year)


def summary(office: Office, say: Messages) -> str:
    counts = {str(outcome): n for outcome, n in office.counts.items()}
    parts = [say("answers_counts", total=sum(counts.values()), **counts)]
    if office.lasting:
        parts.append(say("answers_lasting", n=office.lasting))
    return "；".join(parts) if say.language == "zh" else "; ".join(parts)


def place_of(place: Place, say: Messages) -> str:
    """报告.txt 第 12 行 · 二、履职情况"""
    text = say("answers_line", file=PurePath(place.document.path).name, line=place.line)
    return f"{text} · {place.section}" if place.section else text


def figure(row: Row) -> str:
    """What answers the target, as printed; what its own row says was reached where no claim does."""
    return one_line(row.said[0].claim.text if row.said else row.target.actual_text or "")


def prose(row: Row) -> Said | None:
    """The sentence to show for a row: the likeliest of the report, for the target's own row only repeats the table."""
    return next((one for one in row.said if not one.own), row.said[0] if row.said else None)


def span_of(claim: Claim) -> tuple[int, int] | None:
    """Where the figure of a claim stands in its sentence; None where it is not printed there alike."""
    for text in ("".join(claim.text.splitlines()), "".join(claim.text.split()), one_line(claim.text)):
        at = claim.sentence.find(text)
        if text and at >= 0:
            return at, at + len(text)
    return None


def share(ratio: Decimal | None) -> str:
    return "" if ratio is None else f"{(ratio * 100).quantize(Decimal('0.1')):f}".removesuffix(".0") + "%"


def reached(row: Row) -> str:
    """The share of the target that was reached; of 近80 against 80 it is less than the whole."""
    approx = row.said[0].claim.approx if row.said and row.said[0].link.method == "direct" else "exact"
    sign = {"more": ">", "less": "<", "about": "≈"}.get(approx, "")
    text = share(row.ratio)
    return f"{sign}{text}" if text else ""


def due(points: Decimal | Span | None, say: Messages) -> str:
    if points is None:
        return ""
    if isinstance(points, Span):
        return say("answers_points", low=number(points.low), high=number(points.high))
    return number(points)


def checks(row: Row, say: Messages) -> list[str]:
    """What a person must look at: figures that contradict each other, a score that does not follow from the rules."""
    found = []
    if row.contrary is not None:
        table, prose = one_line(row.target.actual_text or ""), one_line(row.contrary.claim.text)
        found.append(say("answers_contrary", table=table, prose=prose, line=row.contrary.place.line))
    if row.score_differs and row.target.score is not None:
        found.append(say("answers_score", score=number(row.target.score), due=due(row.due, say)))
    return found


def remarks(row: Row, say: Messages) -> list[str]:
    """:func:`checks` and what else there is to say of a row."""
    found = checks(row, say)
    if row.target.value is None:
        found.append(say("answers_in_words"))
    if row.said and row.said[0].operands:
        figures = [row.said[0].claim, *row.said[0].operands]
        found.append(say("answers_derived", operands="、".join(one_line(claim.text) for claim in figures)))
    if row.units_differ:
        found.append(say("answers_units", said=row.said[0].claim.unit, wanted=row.target.unit))
    if row.target.deviation:
        found.append(say("answers_deviation", reason=one_line(row.target.deviation)))
    elif _overshoots(row):
        found.append(say("answers_overshoot"))
    if row.repeated:
        found.append(say("answers_repeated", places="、".join(place_of(place, say) for place in row.repeated)))
    return found


def _overshoots(row: Row) -> bool:
    """Whether so much more was reached that the target was set too low, or the report owes a reason."""
    target = row.target
    if row.outcome != "met" or row.ratio is None or target.value_max is not None or is_ceiling(target):
        return False
    return row.ratio >= OVERSHOOT


def _statement(one: Said, say: Messages) -> str:
    verdict = say(f"verdict_{one.link.verdict}")
    return f"{one_line(one.claim.text)}（{verdict}）{_sentence(one, say)}　{place_of(one.place, say)}"


def _sentence(one: Said, say: Messages) -> str:
    """The sentence of a claim; of the target's own row only that it is, for its cells stand in their columns."""
    return say("answers_own_row") if one.own else one.claim.sentence


def cells(office: Office, row: Row, say: Messages) -> dict[str, Any]:
    """A row by column: text, or Decimal for what is a number."""
    target = row.target
    best = prose(row)
    own = say("answers_own_row") if target.actual_text else ""
    return {
        "office": office.organisation or "",
        "fiscal_year": office.fiscal_year or "",
        "level1": target.level1,
        "level2": target.level2,
        "project": target.project or "",
        "indicator": target.indicator,
        "target": target_text(target),
        "outcome": say(f"verdict_{row.outcome}"),
        "figure": figure(row),
        "ratio": reached(row),
        "sentence": _sentence(best, say) if best else own,
        "place": place_of(best.place if best else row.place, say) if best or own else "",
        "others": "\n".join(_statement(one, say) for one in row.said if one is not best),
        "reason": row.said[0].link.reason if row.said else "",
        "weight": target.weight,
        "score": target.score,
        "due": row.due if isinstance(row.due, Decimal) else due(row.due, say),
        "notes": "；".join(remarks(row, say)),
        "target_place": place_of(row.place, say),
    }


def spending_line(spending: Sequence[Spending], say: Messages) -> str:
    return say("answers_spending", n=len(spending), over=sum(one.outcome == "unmet" for one in spending))


def spending_cells(office: Office, one: Spending, say: Messages) -> dict[str, Any]:
    """An item's budget and what was spent on it, by column."""
    said = one.said[0]
    return {
        "office": office.organisation or "",
        "fiscal_year": office.fiscal_year or "",
        "item": one.budget.item,
        "outcome": say(f"spending_{one.outcome}"),
        "budget": yuan(one.budget.amount),
        "spent": yuan(said.claim.value),
        "rate": share(one.ratio),
        "sentence": said.claim.sentence,
        "place": place_of(said.place, say),
        "budget_place": place_of(one.place, say),
        "reason": said.link.reason,
    }


def loose_cells(office: Office, loose: Loose, say: Messages) -> dict[str, Any]:
    """A claim that answers no target, in the columns of the targets."""
    claim = loose.claim
    return {
        "office": office.organisation or "",
        "fiscal_year": office.fiscal_year or "",
        "indicator": " ".join(part for part in (claim.entity, claim.action) if part),
        "figure": one_line(claim.text),
        "sentence": claim.sentence,
        "place": place_of(loose.place, say),
    }


# ---- JSON


def as_json(office: Office, row: Row) -> dict[str, Any]:
    """A row as an object: numbers that were printed are strings."""
    target = row.target
    return {
        "kind": "answer",
        "organisation": office.organisation,
        "fiscal_year": office.fiscal_year,
        "target_id": target.target_id,
        **{name: getattr(target, name) for name in ("level1", "level2", "project", "indicator", "comparator", "unit")},
        "target": target_text(target),
        "value": _digits(target.value),
        "value_max": _digits(target.value_max),
        "place": _place(row.place),
        "repeated": [_place(place) for place in row.repeated],
        "verdict": row.outcome,
        "ratio": _digits(row.ratio),
        "actual_text": target.actual_text,
        "actual_value": _digits(target.actual_value),
        "weight": _digits(target.weight),
        "score": _digits(target.score),
        "expected_score": [_digits(end) for end in row.due] if isinstance(row.due, Span) else _digits(row.due),
        "score_differs": row.score_differs,
        "contrary_claim": row.contrary.claim.claim_id if row.contrary else None,
        "said": [_said(one) for one in row.said],
    }


def spending_as_json(office: Office, one: Spending) -> dict[str, Any]:
    """An item's budget and what was spent on it; amounts in yuan, as strings."""
    return {
        "kind": "spending",
        "organisation": office.organisation,
        "fiscal_year": office.fiscal_year,
        "budget_id": one.budget.budget_id,
        "item": one.budget.item,
        "basis": one.budget.basis,
        "amount": _digits(one.budget.amount),
        "place": _place(one.place),
        "verdict": one.outcome,
        "ratio": _digits(one.ratio),
        "said": [_said(said) for said in one.said],
    }


def loose_as_json(office: Office, loose: Loose) -> dict[str, Any]:
    claim = loose.claim
    return {
        "kind": "unlinked_claim",
        "organisation": office.organisation,
        "fiscal_year": office.fiscal_year,
        **_claim(claim),
        "place": _place(loose.place),
    }


def _said(one: Said) -> dict[str, Any]:
    return {
        **_claim(one.claim),
        "place": _place(one.place),
        "certainty": one.link.score,
        "method": one.link.method,
        "operands": [_claim(claim) for claim in one.operands],
        "verdict": one.link.verdict,
        "ratio": _digits(one.link.ratio),
        "reason": one.link.reason,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    names = ("claim_id", "start", "end", "text", "unit", "entity", "action", "sentence")
    return {**{name: getattr(claim, name) for name in names}, "value": _digits(claim.value)}


def _place(place: Place) -> dict[str, Any]:
    return {"doc_id": place.document.doc_id, "path": place.document.path, "line": place.line, "section": place.section}


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def write_json(offices: Iterable[Office], stream: BinaryIO, *, lines: bool) -> None:
    """Rows, and the claims that answer nothing, as objects: one a line, or all in one array."""
    objects = _objects(offices)
    if lines:
        for one in objects:
            stream.write(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        return
    stream.write(json.dumps(list(objects), ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")


def _objects(offices: Iterable[Office]) -> Iterator[dict[str, Any]]:
    for office in offices:
        yield from (as_json(office, row) for row in office.rows)
        yield from (spending_as_json(office, one) for one in office.spending)
        yield from (loose_as_json(office, loose) for loose in office.loose)


# ---- tables


def write_csv(offices: Iterable[Office], stream: BinaryIO, language: Language = "zh") -> None:
    """A line a target, in each office those without an answer last, below them the claims that answer nothing.

    Budgets have other columns, and are left to the formats that hold several tables.
    """
    say = Messages(language)
    names = [name for name, _ in COLUMNS]

    def lines() -> Iterator[list[Any]]:
        yield [say(f"col_{name}") for name in names]
        for office in offices:
            ordered = [cells(office, row, say) for row in (*answered(office), *unanswered(office))]
            ordered += [loose_cells(office, loose, say) for loose in office.loose]
            for one in ordered:
                yield [one.get(name, "") for name in names]

    write_rows(stream, lines())


def answered(office: Office) -> list[Row]:
    return [row for row in office.rows if row.outcome != "unanswered"]


def unanswered(office: Office) -> list[Row]:
    return [row for row in office.rows if row.outcome == "unanswered"]


def write_xlsx(offices: Sequence[Office], stream: BinaryIO, language: Language = "zh") -> None:
    """A workbook: what became of the targets, those without an answer, budgets and spending, the claims that answer none."""
    import xlsxwriter

    say = Messages(language)
    options = {"in_memory": False, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        formats = Formats(book)
        colours = {
            say(key): book.add_format(
                {"bg_color": colour, "valign": "top", "align": "center", "border": 1, "border_color": "#FFFFFF"}
            )
            for name, colour in COLOURS.items()
            for key in (f"verdict_{name}", *([f"spending_{name}"] if name != "unanswered" else []))
        }
        sheets = (
            (
                "targets",
                tuple(name for name, _ in COLUMNS),
                [cells(o, row, say) for o in offices for row in answered(o)],
            ),
            ("unanswered", UNANSWERED, [cells(o, row, say) for o in offices for row in unanswered(o)]),
            ("spending", SPENDING, [spending_cells(o, one, say) for o in offices for one in o.spending]),
            ("loose", LOOSE, [loose_cells(o, loose, say) for o in offices for loose in o.loose]),
        )
        for name, columns, rows in sheets:
            if len(rows) >= EXCEL_ROWS:
                raise UserError("excel_rows", limit=EXCEL_ROWS)
            # a column that is empty from top to bottom only takes room
            shown = [column for column in columns if not rows or any(row[column] not in ("", None) for row in rows)]
            _sheet(book.add_worksheet(say(f"answers_sheet_{name}")), shown, WIDTHS, rows, formats, colours, say)


def _sheet(
    sheet: Any,
    columns: Sequence[str],
    widths: dict[str, int],
    rows: Sequence[dict[str, Any]],
    formats: Formats,
    colours: dict[str, Any],
    say: Messages,
) -> None:
    for at, name in enumerate(columns):
        sheet.write_string(0, at, say(f"col_{name}"), formats.head)
        sheet.set_column(at, at, widths[name])
    for line, row in enumerate(rows, 1):
        for at, name in enumerate(columns):
            value = row[name]
            if isinstance(value, Decimal):
                sheet.write_number(line, at, float(value), formats.number(max(0, -int(value.as_tuple().exponent))))
            elif value not in ("", None):
                style = colours[value] if name == "outcome" else formats.wrapped
                sheet.write_string(line, at, plain_text(value), style)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, next((at + 1 for at, name in enumerate(columns) if name in ("indicator", "item")), 0))
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
