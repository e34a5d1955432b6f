"""Tables as grids: what a cell's column head, row label and caption say of the number in it.

Tables are read by their heads, never by position. A grid is what every format delivers in the end: rows of cells, each with
its span in the view; here they come from the table blocks of the cleaned text.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
import regex

from jixiao import numerals
from jixiao.clean import Block, Cleaned
from jixiao.lexicon import Lexicon
from jixiao.quantities import Quantity, find_quantities

NUMBER = regex.compile(r"[-−+－]?\s?\d{1,3}(?:,\d{3})++(?:\.\d++)?|[-−+－]?\s?\d++(?:\.\d++)?")
LABEL_PREFIX = regex.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．)）](?!\d)|其中[:：]?|[*＊△▲★])+\s*"
)
LABEL_UNIT = regex.compile(
    r"[（(][亿万千百]?(?:元|人次|场次|人|个|件|户|次|场|家|亩|公里|平方米|立方米|吨|台|套|项|所|辆|张|间|处|座|宗|起|名|份|册|天|小时|%)[）)]$"
    r"|[（(](?:[个件台辆套张间处座把本册部]、)+[个件台辆套张间处座把本册部]等?[）)]$"
)
FUND_ROW = regex.compile(
    r"\t?(?P<name>(?:其中[：:])?\t?(?:年度资金总额|[^\t]{0,6}财政拨款|上年结转[^\t]{0,4}|其他资金|基本支出|项目支出))\t[^%]*\t(?P<actual>[\d.]+%)(?:\t[^\t]*)*"
)
FUND = regex.compile(
    r"(?:年初|全年|年度|调整后)?(?:预算|执行|决算)(?:总?[数额]|金额)"
)  # budgets, where a form prints them in a row
YEAR_CELL = regex.compile(r"(?:19|20)\d{2}")
YEAR_HEAD = regex.compile(r"(?:19|20)\d{2}(?:年度?)?")
CAPTION_REACH = 3  # paragraphs before a table in which its caption may stand
MAX_HEAD_ROWS = 4
LONGEST_VALUE = 30  # characters of a cell that is a value; a longer one is a statement
LONGEST_ROW = 400  # characters of a row that is read by its shape
MAX_ROW_CELLS = 40  # cells of a row that are quoted with a figure


class Cell(msgspec.Struct, frozen=True, gc=False):
    """A cell of a grid: its text, without blanks around it, and its span in the view."""

    start: int
    end: int
    text: str


class Grid(msgspec.Struct, frozen=True):
    """A table: ``head`` holds one text a column (rows of a stacked head joined), ``body`` the rows below it.

    ``unit`` is the caption's (万元), "" if there is none; ``kind`` says what the heads make of it. ``top`` are the rows of the
    head as they stand.
    """

    head: tuple[str, ...]
    body: tuple[tuple[Cell, ...], ...]
    unit: str
    kind: str  # "data" | "target" | "score" | "finance"
    top: tuple[tuple[Cell, ...], ...] = ()


class Figure(NamedTuple):
    """A number cell that states something: its quantity (offsets into the view), row label, column head and row text."""

    quantity: Quantity
    label: str
    column: str
    row: str


class _Rules(NamedTuple):
    silent: tuple[str, ...]
    actual: tuple[str, ...]
    target_table: tuple[str, ...]
    score_table: tuple[str, ...]
    finance_table: tuple[str, ...]
    not_money: tuple[str, ...]
    grouping: frozenset[str]
    caption_unit: regex.Pattern[str]
    head_unit: regex.Pattern[str]
    head_term: frozenset[str]


@functools.cache
def _rules(lexicon: Lexicon) -> _Rules:
    tables = lexicon.tables
    return _Rules(
        tuple(tables.silent.split()),
        tuple(tables.actual.split()),
        tuple(tables.target_table.split()),
        tuple(tables.score_table.split()),
        tuple(tables.finance_table.split()),
        tuple(tables.not_money.split()),
        frozenset(tables.grouping.split()),
        regex.compile(tables.caption_unit),
        regex.compile(tables.head_unit),
        frozenset(tables.head_term.split()),
    )


def filled_rows(cleaned: Cleaned, block: Block) -> Iterator[tuple[Cell, ...]]:
    """The rows of a block that are not empty, with all their cells; a paragraph is one row of one cell."""
    at = block.start
    for line in cleaned.view.text[block.start : block.end].split("\n"):
        if line and not line.isspace():
            yield tuple(_cells(line, at))
        at += len(line) + 1


def _cells(line: str, at: int) -> Iterator[Cell]:
    """The cells of a row, without the blanks around what they print; ``at`` is where the row begins."""
    for printed in line.split("\t"):
        end = at + len(printed)
        text = printed.strip()
        start = at + printed.index(text) if text else end
        yield Cell(start, start + len(text), text)
        at = end + 1


def read_grids(cleaned: Cleaned, index: int, lexicon: Lexicon) -> Iterator[Grid]:
    """The grids of ``cleaned.blocks[index]``, a table: a new one begins where a head stands between its rows.

    The caption is looked for in the paragraphs before the block.
    """
    rules = _rules(lexicon)
    caption = _caption_unit(cleaned, index, rules)
    part: list[tuple[Cell, ...]] = []
    in_body = False
    for line in filled_rows(cleaned, cleaned.blocks[index]):
        numbered = _is_body(line)
        if in_body and not numbered and sum(_heads(cell.text, rules) for cell in line) >= 2:
            yield _grid(part, caption, rules)
            part, in_body = [], False
        part.append(line)
        in_body = in_body or numbered
    if part:
        yield _grid(part, caption, rules)


def _grid(lines: Sequence[tuple[Cell, ...]], caption: str, rules: _Rules) -> Grid:
    depth = 0
    while depth < min(len(lines), MAX_HEAD_ROWS) and not _is_body(lines[depth]):
        depth += 1
    if depth == len(lines):
        depth = min(1, depth)
    whole = " ".join(cell.text for line in lines[:depth] for cell in line)
    kind = _kind(whole, rules)
    # The rows of a target table may all lack its last columns; of other tables, what stands over no cell is no head.
    width = max((len(line) for line in (lines if kind == "target" else lines[depth:])), default=0)
    head = tuple("".join(line[column].text for line in lines[:depth] if column < len(line)) for column in range(width))
    corner = rules.head_unit.search(head[0]) if head else None  # 任务（万元） at the corner is a caption
    return Grid(head, tuple(lines[depth:]), caption or (corner["unit"] if corner else ""), kind, tuple(lines[:depth]))


def _kind(head: str, rules: _Rules) -> str:
    squeezed = head.replace(" ", "")
    if any(term in squeezed for term in rules.score_table):
        return "score"
    if any(term in squeezed for term in rules.target_table):
        return "target"
    if any(term in squeezed for term in rules.finance_table):
        return "finance"
    return "data"


def _caption_unit(cleaned: Cleaned, index: int, rules: _Rules) -> str:
    for above in range(index - 1, max(-1, index - 1 - CAPTION_REACH), -1):
        block = cleaned.blocks[above]
        if block.kind == "table":
            break
        if block.end - block.start > 80:
            break
        match = rules.caption_unit.search(cleaned.view.text, block.start, block.end)
        if match:
            return str(match["unit"])
    return ""


def _heads(text: str, rules: _Rules) -> bool:
    """Whether a cell prints a word that heads a column, or a year."""
    return text in rules.head_term or YEAR_HEAD.fullmatch(text) is not None


def _is_body(line: Sequence[Cell]) -> bool:
    """Whether a row holds values or statements, as no head does."""
    return any(_is_number(cell.text) or len(cell.text) > LONGEST_VALUE for cell in line)


def _is_number(text: str) -> bool:
    bare = text.removesuffix("%").strip()
    # Most cells end in a word, which is asked first.
    return bare[-1:].isdecimal() and NUMBER.fullmatch(bare) is not None and YEAR_CELL.fullmatch(bare) is None


class _Column(NamedTuple):
    """What a column's head says of its numbers: whether they state anything, their unit ("" for none), and if money can."""

    head: str
    wanted: bool
    unit: str
    money: bool


def _columns(grid: Grid, rules: _Rules) -> list[_Column]:
    weighted = any("分值" in head or "权重" in head for head in grid.head)  # then 得分 is a mark of the scoring
    columns = []
    for head in grid.head:
        wanted = _any(rules.actual, head) if grid.kind == "target" else not _any(rules.silent, head)
        unit = rules.head_unit.search(head) or rules.head_unit.fullmatch(f"（{head}）")
        columns.append(
            _Column(
                head,
                wanted and not (weighted and "得分" in head),
                unit["unit"] if unit else "",
                bool(head) and not _any(rules.not_money, head),
            )
        )
    return columns


def figures(grid: Grid, lexicon: Lexicon, *, of_targets: bool = False) -> Iterator[Figure]:
    """The number cells of a data table, and the actual values of a target table; nothing of score and finance tables.

    ``of_targets`` says that the grid stands among target tables: of its other rows only the execution rates of funds are read. A
    cell of a row that does not fit the head is passed over: a wrong column would be a wrong figure.
    """
    rules = _rules(lexicon)
    if grid.kind in ("score", "finance"):
        return
    label_column = _label_column(grid)
    columns = _columns(grid, rules)
    headless = not any(grid.head)
    unknown = _Column("", grid.kind == "data", "", False)
    for line in grid.body:
        fits = len(line) == len(grid.head)
        if of_targets and (not fits or grid.kind != "target"):
            yield from _fund_rate(line, lexicon)
            continue
        alone = len(line) == 2 and grid.kind == "data"  # a total below the grid: 总分 5.96
        label = name = label_unit = ""
        row = " ".join(cell.text for cell in line[:MAX_ROW_CELLS] if cell.text)
        for place, cell in enumerate(line):
            if not cell.text:
                continue
            column = columns[place] if fits else unknown
            readable = place and column.wanted and (fits or alone or "%" in cell.text)
            quantity = _quantity(cell, column, label_unit, grid, lexicon) if readable else None
            if quantity is not None:
                if label_column is not None and fits:
                    name = clean_label(line[label_column].text)
                if name and not (headless and FUND.fullmatch(name)):
                    yield Figure(quantity, name, column.head, row)
            elif (not label or not column.head) and not _is_number(cell.text) and cell.text not in rules.grouping:
                label, name = cell.text, clean_label(cell.text)
                unit = rules.head_unit.search(label)
                label_unit = unit["unit"] if unit else ""


def _fund_rate(line: tuple[Cell, ...], lexicon: Lexicon) -> Iterator[Figure]:
    """The execution rate of a row of funds in a self-evaluation table; its amounts are budgets."""
    joined = "\t".join(cell.text for cell in line)
    if len(joined) > LONGEST_ROW:
        return
    match = FUND_ROW.fullmatch(joined)
    if match is None:
        return
    first, last = match.span("actual")
    at = 0
    for cell in line:
        if at <= first and last <= at + len(cell.text):
            found = find_quantities(cell.text[first - at : last - at], lexicon)
            if len(found) == 1:
                start = cell.start + first - at
                quantity = msgspec.structs.replace(
                    found[0], start=start + found[0].start, end=start + found[0].end, confidence=0.8
                )
                yield Figure(quantity, clean_label(match["name"]), "", joined.replace("\t", " "))
            return
        at += len(cell.text) + 1


def statements(grid: Grid, lexicon: Lexicon) -> Iterator[Cell]:
    """The cells of a target table that tell in sentences what was reached (实际完成情况)."""
    rules = _rules(lexicon)
    if grid.kind != "target":
        return
    for line in grid.body:
        if len(line) == len(grid.head):
            for cell, head in zip(line, grid.head, strict=True):
                if len(cell.text) > LONGEST_VALUE and _any(rules.actual, head):
                    yield cell


def _label_column(grid: Grid) -> int | None:
    for names in (("三级指标",), ("指标名称", "指标")):
        for i, head in enumerate(grid.head):
            if head in names or (names[0] == "三级指标" and "三级指标" in head):
                return i
    return None


def clean_label(text: str) -> str:
    """A row label without its numbering and unit: 一、“三公”经费（万元） → “三公”经费."""
    bare: str = LABEL_UNIT.sub("", LABEL_PREFIX.sub("", text))
    return bare.strip(" ：:")


def _any(terms: Sequence[str], head: str) -> bool:
    return any(term in head for term in terms)


def _quantity(cell: Cell, column: _Column, label_unit: str, grid: Grid, lexicon: Lexicon) -> Quantity | None:
    """What a number cell states, with the unit that the cell, its head, its row label or the caption prints, in this order."""
    match = NUMBER.fullmatch(cell.text)
    if match is None:
        found = find_quantities(cell.text, lexicon)
        if not found or len(cell.text) > LONGEST_VALUE or len(found) > 1:
            return None
        quantity = found[0]
        negative = quantity.start and cell.text[quantity.start - 1] in "-−－"
        return msgspec.structs.replace(
            quantity,
            start=cell.start + quantity.start - (1 if negative else 0),
            end=cell.start + quantity.end,
            value=-quantity.value if negative else quantity.value,
            confidence=0.85,
        )
    if not grid.head or YEAR_CELL.fullmatch(cell.text):
        return None
    digits = cell.text.replace(",", "").replace(" ", "").replace("−", "-").replace("－", "-")
    if len(digits) > numerals.MAX_DIGITS:
        return None
    value = Decimal(digits)
    unit = column.unit
    if not unit and column.money:
        unit = label_unit or grid.unit
    elif not unit and not column.head:
        unit = label_unit  # without a head the row alone says it
    dimension = ""
    factor = numerals.yuan(unit)
    if factor is not None:
        value = numerals.trim(value * factor) if factor > 1 else value
        unit, dimension = "元", "money"
    elif unit and unit[0] in "万亿" and len(unit) > 1:
        value, unit = numerals.trim(value * numerals.multiplier_value(unit[0])), unit[1:]
    return Quantity(cell.start, cell.end, value, None, "exact", unit, dimension, confidence=0.85)
