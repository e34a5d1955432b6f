"""Finance tables: the amounts of their cells, read by their heads, with item, code, basis and year."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, get_args

import regex

from jixiao import numerals
from jixiao.clean import Cleaned
from jixiao.lexicon import Lexicon
from jixiao.records import Basis, Document, Section
from jixiao.segment import section_at
from jixiao.tables import LONGEST_VALUE, NUMBER, Cell, clean_label, read_grids

BASES: frozenset[str] = frozenset(get_args(Basis))
BLANKS = regex.compile(r"\s+")
YEAR = regex.compile(r"(?<!\d)((?:19|20)\d{2})年?(?:度|初)?")
YEAR_LABEL = regex.compile(r"((?:19|20)\d{2})年?(?:度)?")
CODE = regex.compile(r"\d{3,9}")
CODED_LABEL = regex.compile(r"(\d{3,9})\s*(?=\p{Han})(.+)")
EMPTY = regex.compile(r"[-—–－/\\]*")
MONEY_UNIT = regex.compile(r"[（(:：]\s*(?:人民币)?\s*(?P<unit>[亿万千百]?元)[)）]?")
CELL_UNIT = regex.compile(r"(?P<unit>[亿万千百]?元)")
NAME = regex.compile(r"[^≥≤＞＜<>=＝]*?[\p{Han}A-Za-z]")
GROUPED = regex.compile(r"^按[^：:]{1,8}[：:]")
HEAD_MARKS = regex.compile(r"[（(](?:[亿万千百]?元|[A-Z]|[A-Z]/[A-Z])[）)]|其中[:：]?")
LABELLED = regex.compile(
    r"(?:(?:项目|任务)(?:名称)?[:：]\s*(?P<item>[^：:；。]{2,40}?)\s*[；，\s])?\s*(?:其中[:：]?\s*)?(?<![期总])"
    r"(?P<label>(?:本?年度|项目|预算)*(?:资金总额|预算总额|预算金额|预算资金|总金额|金额|预算数?)|(?:当年|本级)?财政(?:拨款|资金)"
    r"|(?:一般公共|政府性基金)预算(?:财政)?(?:拨款|资金)|其他资金|上年结转(?:资金)?|(?:基本|项目|人员|公用)支出|(?:人员|公用)经费)\s*"
    r"(?:[（(](?P<unit>[亿万千百]?元)[）)])?\s*(?P<mark>[:：]|为|共计?|\s)?\s*"
    r"(?P<number>\d[\d,]{0,20}(?:\.\d{1,6})?)\s*(?P<own>[亿万千百]?元)?(?![\d%‰个项条人户])"
)
SIDE_MARKS = regex.compile(r"[（(].*|项目|构成|功能|科目|类型|性质|分类")
THREE_EXPENSES = "“三公”经费"
CAPTION_REACH = 4  # paragraphs before a table that may be its caption
LONGEST_CAPTION = 60
LONGEST_FORM_LINE = 400
LONGEST_REMARK = 20
LONGEST_FRAGMENTS = 40
MAX_CELLS = 80  # cells of a row that is read
SPENT_IN = frozenset(("self_evaluation", "final_accounts", "other"))


class Column(NamedTuple):
    """What a head says of the cells below it: ``says`` is a role of ``patterns/budgets.toml`` or "" for none, ``rest`` what
    the head names besides basis and year, ``group`` the head above it, ``unit`` its own unit or ""."""

    says: str
    rest: str
    year: str | None
    unit: str
    group: str
    whole: bool


class Amount(NamedTuple):
    """An amount before it becomes a record: its place in the view, yuan, and what the text around says of it."""

    start: int
    end: int
    value: Decimal
    item: str
    code: str | None
    basis: Basis
    year: str | None


_Row = tuple[tuple[Cell, ...], tuple[Column, ...], str]  # cells, columns, words that stood alone in the rows before


class _Words(NamedTuple):
    head: tuple[tuple[str, regex.Pattern[str]], ...]
    finance: regex.Pattern[str]
    whole: regex.Pattern[str]
    items: regex.Pattern[str]
    no_item: regex.Pattern[str]
    income: regex.Pattern[str]
    fund: regex.Pattern[str]
    not_finance: regex.Pattern[str]
    caption_unit: regex.Pattern[str]


@functools.cache
def _words(lexicon: Lexicon) -> _Words:
    table = lexicon.budgets.table
    return _Words(
        tuple((rule.says, regex.compile(rule.regex)) for rule in lexicon.budgets.head),
        regex.compile(table.finance),
        regex.compile(table.whole),
        regex.compile(table.items),
        regex.compile(table.no_item),
        regex.compile(table.income),
        regex.compile(table.fund),
        regex.compile(table.not_finance),
        regex.compile(lexicon.tables.caption_unit),
    )


def table_amounts(
    cleaned: Cleaned, sections: Sequence[Section], document: Document, lexicon: Lexicon
) -> Iterator[Amount]:
    """The amounts of all tables of the document, in the order of the text."""
    words = _words(lexicon)
    text = cleaned.view.text
    form_unit = ""
    for index, block in enumerate(cleaned.blocks):
        if block.kind == "paragraph" and block.end - block.start > LONGEST_FORM_LINE:
            continue
        section = section_at(sections, cleaned.view.source_span(block.start, block.end)[0])
        form = document.document_type == "target_table" or (section is not None and section.label == "target_table")
        if not form:
            form_unit = ""
        elif match := words.caption_unit.search(text, block.start, block.end):
            form_unit = match["unit"]  # one unit for all the tables of a form
        if block.kind == "paragraph" and form:
            for match in LABELLED.finditer(text, block.start, block.end):
                yield from _labelled(match, 0, form_unit, document.fiscal_year)
        if block.kind == "table":
            yield from _read_table(cleaned, index, section, document, lexicon, form_unit)


class _Sheet(NamedTuple):
    """What stands around a table: its caption's words, its unit, and the basis of heads that say none."""

    caption: str
    unit: str
    basis: Basis
    year: str | None


def _labelled(match: regex.Match[str], at: int, form_unit: str, year: str | None) -> Iterator[Amount]:
    """The amount of a line of a form, such as 项目：村道养护 金额：36.50万元; the form's unit applies behind a colon or blank.

    ``at`` is where the text begins that was searched.
    """
    unit = match["own"] or match["unit"] or (form_unit if match["mark"] else "")
    value, factor = _parse(match["number"]), numerals.yuan(unit)
    if factor is None or value is None:
        return
    start, end = at + match.start("number"), at + (match.end("own") if match["own"] else match.end("number"))
    value = numerals.trim(value * factor)
    yield Amount(start, end, value, match["item"] or match["label"], None, "budget", year)


def _read_table(
    cleaned: Cleaned, index: int, section: Section | None, document: Document, lexicon: Lexicon, form_unit: str
) -> Iterator[Amount]:
    words = _words(lexicon)
    grids = list(read_grids(cleaned, index, lexicon))
    lines = [line for grid in grids for line in (*grid.top, *grid.body)]
    sheet = _sheet(cleaned, index, section, document, words, form_unit)
    heads: list[tuple[Cell, ...]] = []
    columns: tuple[Column, ...] = ()
    open_ = True  # whether the rows are of a finance table, not of targets or scores
    fragments: list[str] = []
    rows: list[_Row] = []
    for line in lines:
        if len(line) > MAX_CELLS:
            continue
        texts = [BLANKS.sub("", cell.text) for cell in line]
        if any(text and EMPTY.fullmatch(text) for text in texts[1:]) and not any(map(_states, texts)):
            fragments = []
            continue
        if not any(map(_states, texts)):
            if words.not_finance.search("".join(texts)):
                open_ = False
            elif _is_head(line, texts, words, open_):
                heads.append(line)
                open_ = True
                fragments = []
            elif len([text for text in texts if text]) == 1:
                fragments.append("".join(texts))
                if heads and not rows:
                    heads.append(line)
            continue
        if not open_:
            continue
        if all(CODE.fullmatch(text) or _number(text) is None for text in texts) and any(map(_names, texts)):
            fragments = [*texts]  # 2080505 机关事业单位基本养老保险缴费支: its amounts stand in the next line
            continue
        if heads:
            columns, heads = _columns(heads, line, words), []
        words_before = "".join(fragments)
        rows.append((line, columns, words_before if len(words_before) <= LONGEST_FRAGMENTS else ""))
        fragments = []
    if not _of_money(rows, sheet, words):
        return
    repeated = Counter(name for line, columns, _ in rows if (name := _name(line, columns, words)))
    labels = [name for line, columns, _ in rows if (name := _name(line, columns, words))]
    of_three = "三公" in sheet.caption or 2 * sum(bool(words.items.search(name)) for name in labels) > len(labels)
    for row in rows:
        yield from _read_row(row, sheet, words, repeated, of_three)


def _sheet(
    cleaned: Cleaned, index: int, section: Section | None, document: Document, words: _Words, form_unit: str
) -> _Sheet:
    text = cleaned.view.text
    caption: list[str] = []
    unit = ""
    for above in range(index - 1, max(-1, index - 1 - CAPTION_REACH), -1):
        block = cleaned.blocks[above]
        if block.kind == "table" or block.end - block.start > LONGEST_CAPTION:
            break
        caption.insert(0, BLANKS.sub("", text[block.start : block.end]))
        match = words.caption_unit.search(text, block.start, block.end) or MONEY_UNIT.search(
            text, block.start, block.end
        )
        unit = unit or (match["unit"] if match else "")
    title = "".join(caption)
    if "决算" in title:
        basis: Basis = "actual"
    elif document.document_type in SPENT_IN and (section is None or section.label != "target_table"):
        basis = "actual"
    else:
        basis = "budget"
    return _Sheet(title, unit or form_unit, basis, document.fiscal_year)


def _is_head(line: Sequence[Cell], texts: Sequence[str], words: _Words, open_: bool) -> bool:
    """Whether a row without numbers is (a part of) a head: short words, one of which heads of such tables use.

    Among targets (``open_`` is false) only a head that names a basis begins another table.
    """
    filled = [text for text in texts if text]
    if len(filled) < 2 or any(len(text) > LONGEST_VALUE for text in filled):
        return False
    if not open_:
        return any(_says(text, words) in BASES for text in filled)
    named = (words.finance, words.whole, words.items)
    return any(_says(text, words) or any(pattern.search(text) for pattern in named) for text in filled)


def _states(text: str) -> bool:
    """Whether a cell holds a number that may be an amount, or a code."""
    return _number(text) is not None and YEAR_LABEL.fullmatch(text) is None


def _names(text: str) -> bool:
    """Whether a cell may name an item: words, neither a target nor a rate."""
    return NAME.match(text) is not None and not text.endswith("%")


def _says(head: str, words: _Words) -> str:
    return next((says for says, pattern in words.head if pattern.search(head)), "")


def _columns(heads: Sequence[Sequence[Cell]], line: Sequence[Cell], words: _Words) -> tuple[Column, ...]:
    """The columns below ``heads``; the lowest head as wide as the first row, else the widest, names them."""
    wide = [k for k, head in enumerate(heads) if len(head) == len(line)]
    base = wide[-1] if wide else max(range(len(heads)), key=lambda k: (len(heads[k]), k))
    lowest = [BLANKS.sub("", cell.text) for cell in heads[base]]
    above = [""] * len(lowest)
    for head in heads[:base]:
        for k, text in enumerate(_spread(head, lowest)):
            above[k] += text
    columns = []
    for text, upper in zip(lowest, above, strict=True):
        columns.append(_column(text or upper, upper, words))
    return tuple(columns)


def _spread(head: Sequence[Cell], lowest: Sequence[str]) -> list[str]:
    """The texts of a head that stands over ``lowest``, each over all the columns it heads; blanks where that is not clear."""
    texts = [BLANKS.sub("", cell.text) for cell in head]
    width = len(lowest)
    if len(texts) == width:
        spread, last = [], ""
        for text, below in zip(texts, lowest, strict=True):
            last = text if text else last
            spread.append(last if below else text)
        return spread
    filled = [text for text in texts if text]
    if len(filled) > 1 and width % len(filled) == 0:
        share = width // len(filled)
        if lowest[:share] == lowest[share : 2 * share] or filled[0].startswith("收"):
            return [text for text in filled for _ in range(share)]
    return [""] * width


def _column(head: str, group: str, words: _Words) -> Column:
    says = _says(head, words)
    if not says and group != head:
        upper = _says(group, words)
        says = upper if upper in BASES else ""
    year = YEAR.search(head) or YEAR.search(group)
    rest = YEAR.sub("", HEAD_MARKS.sub("", head))
    for role, pattern in words.head:
        if role in BASES:
            rest = pattern.sub("", rest)
    unit = MONEY_UNIT.search(head) or MONEY_UNIT.search(group)
    rest = rest.strip("：:、-—()（）")
    whole = not rest or words.whole.search(rest) is not None
    return Column(says, rest, year[1] if year else None, unit["unit"] if unit else "", group, whole)


def _of_money(rows: Sequence[_Row], sheet: _Sheet, words: _Words) -> bool:
    """Whether anything in heads, caption or labels says that the table tells of money that is set or spent."""
    if words.finance.search(sheet.caption):
        return True
    for line, columns, _ in rows:
        if any(column.says in BASES or words.finance.search(column.rest + column.group) for column in columns):
            return True
        if any(words.fund.search(cell.text) for cell in line):
            return True
    return False


def _read_row(row: _Row, sheet: _Sheet, words: _Words, repeated: Counter[str], of_three: bool) -> Iterator[Amount]:
    line, columns, before = row
    aligned = _align(line, columns, words)
    headless = aligned is None
    corner = columns[0].unit if columns else ""
    if aligned is None:
        aligned = [(cell, None) for cell in line]
    label = group = code = year = remark = side = ""
    amounts: list[tuple[Cell, Column | None, str, str, str]] = []
    for cell, column in aligned:
        corner = corner or _label_unit(cell.text)
        text = BLANKS.sub("", cell.text)
        if EMPTY.fullmatch(text):
            continue
        if (match := YEAR_LABEL.fullmatch(text)) and not amounts:
            year = match[1]
        elif column is not None and column.says == "code":
            code, label = (text, label) if CODE.fullmatch(text) else (code, text)
        elif _number(text) is None:
            if column is not None and column.says == "remark":
                remark = text
            elif _names(text) and (column is None or column.says != "none" or words.whole.search(text)):
                if len(text) <= LONGEST_CAPTION and (match := LABELLED.search(cell.text)):
                    yield from _labelled(match, cell.start, corner or sheet.unit, sheet.year)
                    continue
                if match := CODED_LABEL.fullmatch(text):
                    code, text = match[1], match[2]
                group, label = ("" if amounts else label), text
                if column is not None:
                    side = SIDE_MARKS.sub("", column.group or column.rest)
        elif not amounts and not label and CODE.fullmatch(text) and any(_names(other.text) for other in line):
            code = text
        else:
            amounts.append((cell, column, label, code, side))
    if not amounts:
        return
    transposed = any(words.items.search(column.rest) for column in columns)
    shared = [c for _, c, *_ in amounts if c is not None and c.says != "none"]
    sided = len({side for *_, side in amounts}) > 1  # income and spending stand side by side
    several = len({(c.rest, c.group) for c in shared}) > 1
    told = ""
    for cell, column, name, number, side in amounts:
        if headless and name == told:
            continue  # which of the columns it stands in, nothing says
        told = name
        if column is not None and column.says in ("none", "remark", "code"):
            continue
        if not number and (coded := CODED_LABEL.fullmatch(before)):  # a code and a name that goes on in this row
            number, name = coded[1], coded[2] + name
        name = clean_label(GROUPED.sub("", name)) or before
        if words.no_item.search(name) or (headless and not (words.fund.search(name) or sheet.caption)):
            continue
        unit = (column.unit if column else "") or _label_unit(name) or corner or sheet.unit
        value = _value(cell, unit)
        if value is None or value < 0:
            continue
        basis, of_year = _basis(column, year, sheet)
        if transposed and column is not None:
            item = column.rest if not column.whole else THREE_EXPENSES
        elif of_three and words.whole.search(name):
            item = THREE_EXPENSES
        else:
            item = name
            if remark and repeated[name] > 1 and len(remark) <= LONGEST_REMARK:
                item = f"{item}-{remark}"
            elif group and repeated[name] > 1:
                item = f"{clean_label(group)}-{item}"
            if column is not None and several and not column.whole and _parallel(column, shared, sheet):
                item = f"{item}-{column.rest}"
            if sided and side not in item and words.whole.search(item):
                item = side + item
        if not item or (basis == "actual" and words.income.search(side + item)):
            continue
        yield Amount(cell.start, cell.end, value, item, number or None, basis, of_year)


def _parallel(column: Column, shared: Sequence[Column], sheet: _Sheet) -> bool:
    """Whether another column of the row holds an amount of the same basis and year: then each is a part, but for the whole."""
    own = (column.says or sheet.basis, column.year)
    return sum((other.says or sheet.basis, other.year) == own for other in shared) > 1


def _align(line: Sequence[Cell], columns: Sequence[Column], words: _Words) -> list[tuple[Cell, Column | None]] | None:
    """Each cell with its column; None where the row cannot be fitted under the head."""
    if not columns:
        return None
    cells = list(line)
    while len(cells) > len(columns) and not cells[-1].text:
        del cells[-1]
    if len(cells) <= len(columns) and all(_holds_none(column) for column in columns[len(cells) :]):
        return list(zip(cells, columns, strict=False))
    numbers = 0
    while numbers < len(cells) and _is_value(cells[-1 - numbers].text):
        numbers += 1
    values = 0
    while values < len(columns) and (columns[-1 - values].says in BASES | {"none"} or _part(columns[-1 - values])):
        values += 1
    labels: list[tuple[Cell, Column | None]] = [(cell, None) for cell in cells[: len(cells) - numbers]]
    if numbers == values and numbers:
        return [*labels, *zip(cells[-numbers:], columns[-numbers:], strict=True)]
    if numbers > 1:
        total = next((column for column in columns if column.whole and column.rest), None)
        if total is not None:
            return [*labels, (cells[len(cells) - numbers], total)]
    return None


def _holds_none(column: Column) -> bool:
    return column.says in ("none", "remark", "code") or not (column.says or column.rest)


def _part(column: Column) -> bool:
    return column.whole or column.rest.endswith(("支出", "费", "拨款", "资金", "收入", "费用"))


def _is_value(text: str) -> bool:
    bare = BLANKS.sub("", text)
    return EMPTY.fullmatch(bare) is not None or _number(bare.removesuffix("%")) is not None


def _name(line: Sequence[Cell], columns: Sequence[Column], words: _Words) -> str:
    for cell, column in _align(line, columns, words) or ():
        if (
            cell.text
            and _number(cell.text) is None
            and (column is None or column.says not in ("none", "remark", "code"))
        ):
            return clean_label(BLANKS.sub("", cell.text))
    return ""


def _basis(column: Column | None, row_year: str, sheet: _Sheet) -> tuple[Basis, str | None]:
    """The basis that head, row and caption give an amount, and its year."""
    basis: Basis = column.says if column is not None and column.says in BASES else sheet.basis  # type: ignore[assignment]
    year = row_year or (column.year if column else None)
    last = str(int(sheet.year) - 1) if sheet.year else None
    if basis == "previous_year":
        return basis, year if year and year != sheet.year else last
    if year and sheet.year and int(year) < int(sheet.year):
        return "previous_year", year
    return basis, year or sheet.year


def _label_unit(label: str) -> str:
    match = MONEY_UNIT.search(label)
    return match["unit"] if match else ""


def _number(text: str) -> Decimal | None:
    """The number that a cell holds and nothing else (a money unit may follow); None for other text."""
    return _parse(CELL_UNIT.sub("", text) if text.endswith("元") else text)


def _parse(bare: str) -> Decimal | None:
    if NUMBER.fullmatch(bare) is None or len(bare) > numerals.MAX_DIGITS:
        return None
    return Decimal(bare.replace(",", "").replace("−", "-").replace("－", "-"))


def _value(cell: Cell, unit: str) -> Decimal | None:
    """The amount of a cell in yuan, with the cell's own unit or ``unit``; None without any."""
    text = BLANKS.sub("", cell.text)
    number = _number(text)
    own = CELL_UNIT.search(text)
    unit = own["unit"] if own else unit
    factor = numerals.yuan(unit)
    if number is None or factor is None:
        return None
    return numerals.trim(number * factor) if factor > 1 else number
