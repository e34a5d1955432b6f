"""Finance tables: the amounts of their cells, read by their heads, with item, code, basis and year."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, cast, get_args

import regex

from jixiao import numerals
from jixiao.clean import Cleaned
from jixiao.lexicon import Lexicon
from jixiao.records import Basis, Document, Section
from jixiao.segment import section_at
from jixiao.tables import LONGEST_VALUE, NUMBER, YEAR_CELL, Cell, clean_label, filled_rows

BASES: frozenset[str] = frozenset(get_args(Basis))
YEAR = regex.compile(r"(?<!\d)((?:19|20)\d{2})年?(?:度|初)?")
YEAR_LABEL = regex.compile(r"((?:19|20)\d{2})年?(?:度)?")
CODE = regex.compile(r"\d{3,9}")
CODED_LABEL = regex.compile(r"(\d{3,9})\s*(?=\p{Han})(.+)")
EMPTY = regex.compile(r"[-—–－/\\]*")
MONEY_UNIT = regex.compile(r"[（(:：]\s*(?:人民币)?\s*(?P<unit>[亿万千百]?元)[)）]?")
CELL_UNIT = regex.compile(r"[亿万千百]?元$")
RATE = regex.compile(r"[-−－]?[\d.,]{1,12}[%‰]")
NAME = regex.compile(r"[^≥≤＞＜<>=＝]*?[\p{Han}A-Za-z]")
GROUPED = regex.compile(r"^按[^：:]{1,8}[：:]")
FIELD = regex.compile(r"名称|编码|代码|负责人|联系人|电话")
FORM_HEAD = regex.compile(r"\p{Han}{0,8}(?:预算|资金|经费|支出)\p{Han}{0,4}[（(](?P<unit>[亿万千百]?元)[)）]")
HEAD_MARKS = regex.compile(r"[（(](?:[亿万千百]?元|[A-Z]|[A-Z]/[A-Z])[）)]|其中[:：]?")
LABELLED = regex.compile(
    r"(?:(?:项目|任务)(?:名称)?[:：]\s*(?P<item>[^：:；。]{2,40}?)\s*[；，\s])?\s*(?:其中[:：]?\s*)?(?<![期总])"
    r"(?P<label>(?:本?年度|项目|预算)*(?:资金总额|预算总额|预算金额|预算资金|总金额|金额|预算数?)|(?:当年|本级)?财政(?:拨款|资金)"
    r"|(?:一般公共|政府性基金)预算(?:财政)?(?:拨款|资金)?|其他资金|上年结转(?:资金)?|(?:基本|项目|人员|公用)支出|(?:人员|公用)经费)\s*"
    r"(?:[（(](?P<unit>[亿万千百]?元)[）)])?\s*(?P<mark>[:：]|为|共计?|\s)?\s*"
    r"(?P<number>\d[\d,]{0,20}(?:\.\d{1,6})?)\s*(?P<own>[亿万千百]?元)?(?![\d%‰个项条人户])"
)
DIGIT = regex.compile(r"\d")
GLUED = regex.compile(  # a cell that holds name and amount: 其中：财政拨款386.20, 1.村道养护36.50（12公里，3万元/公里）
    r"(?:其中[:：])?(?:[\u2460-\u2473]|\d{1,2}[.、．]?|[（(]\d{1,2}[)）])?(?:\p{Han}{1,6}[:：])?"
    r"(?P<item>[\p{Han}“”‘’、（）()《》A-Za-z]{2,30}?)(?P<mark>[:：]?)(?P<unit>)"
    r"(?P<number>\d{1,3}(?:,\d{3}){0,5}\.\d{1,2}|\d{1,15}\.\d{1,2})(?P<own>[亿万千百]?元)?(?:[（(].*)?"
)
NAMED = regex.compile(  # a line of a form that names a task and in brackets its amount: 1.村道养护（36.50万元）：…
    r"(?:\d{1,2}[.、．]|[（(][\d一二三四五六七八九十]{1,2}[)）]|[一二三四五六七八九十]、)\s?(?P<item>[^（(：:，。；\d]{2,30})(?P<mark>)(?P<unit>)"
    r"[（(](?P<number>\d[\d,]{0,15}(?:\.\d{1,2})?)(?P<own>[亿万]元?|元)[)）]"
)
ALONE = regex.compile(
    r"\*?(?:其中：|项目[一二三四五六七八九十\d]{1,2}：)?[\p{Han}“”、（）().．\d]{2,30}"
)  # a line that is only a label
NUMBERED = regex.compile(r"^\*?(?:其中[:：])?(?:项目[一二三四五六七八九十\d]{1,2}[:：])?")
PROJECT_CELL = regex.compile(r"项目名称[:：]?")
PROJECT_TITLE = regex.compile(
    r"(?:^|表[\d一二三四五六七八九十]{1,2})[“《]?([\p{Han}A-Za-z\d]{2,20}?)[”》]?项目(?:支出)?(?:绩效)?自评表"
)
SIDE_MARKS = regex.compile(r"[（(].*|项目|构成|功能|科目|类型|性质|分类")
THREE_EXPENSES = "“三公”经费"
SUM = regex.compile(r"[合总]计|小计")  # printed as it stands
CAPTION_REACH = 4  # paragraphs before a table that may be its caption
LONGEST_CAPTION = 60
LONGEST_FORM_LINE = 400
LONGEST_REMARK = 20
LONGEST_BROKEN = 40  # characters of a name that was broken over rows
MAX_CELLS = 80  # cells of a row that is read
VALUE_HEADS = ("支出", "费", "拨款", "资金", "收入", "费用")
SPENT_IN = frozenset(("self_evaluation", "final_accounts", "other"))


class Amount(NamedTuple):
    """An amount before it becomes a record: its place in the view, yuan, and what the text around says of it."""

    start: int
    end: int
    value: Decimal
    item: str
    code: str | None
    basis: Basis
    year: str | None


class _Field(NamedTuple):
    """A cell as it is read here: its text without any blanks, and the number that is all of it (a money unit may follow)."""

    cell: Cell
    text: str
    number: Decimal | None
    unit: str  # the money unit behind the number, "" for none


class _Column(NamedTuple):
    """What a head says of the cells below it."""

    says: str  # a role of ``patterns/budgets.toml``; "" for none
    rest: str  # what the head names besides basis and year
    year: str | None
    unit: str
    group: str  # the head above it
    printed: str  # what the head says with basis, without year and unit
    whole: bool  # whether the column holds all of the row's item, not a part of it


class _Head(NamedTuple):
    """The columns of a table; ``values`` of them at the end hold no labels, ``total`` is the first that holds the whole."""

    columns: tuple[_Column, ...] = ()
    values: int = 0
    total: _Column | None = None
    items: bool = False  # whether the heads are the items, and the rows years or departments
    unit: str = ""  # the only unit that the heads name, which stands for all: 项目资金（万元） at the corner


class _Row(NamedTuple):
    """A row with numbers: each field with its column (``fits``: the row could be set under the head), and ``before``, the
    words that stood alone in the rows above it."""

    fields: list[tuple[_Field, _Column | None]]
    fits: bool
    head: _Head
    before: str


class _Sheet(NamedTuple):
    """What stands around a table: its caption's words, its unit, the basis of heads that say none, and the project that the
    title or a cell names; ``listed`` says that items and amounts stand in it pair by pair."""

    caption: str
    unit: str
    basis: Basis
    year: str | None
    project: str = ""
    listed: bool = False


class _Label(NamedTuple):
    """What the cells before an amount say of it: the item's name, the group it stands in, its code, the side of the table."""

    name: str = ""
    group: str = ""
    code: str = ""
    side: str = ""


class _Words(NamedTuple):
    head: tuple[tuple[str, regex.Pattern[str]], ...]
    finance: regex.Pattern[str]
    basis_only: regex.Pattern[str]
    pairs: regex.Pattern[str]
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
        regex.compile(table.basis_only),
        regex.compile(table.pairs),
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
    if document.document_type in ("budget", "final_accounts", "target_table"):
        yield from _lone_lines(cleaned, document, words)
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
        elif match := FORM_HEAD.fullmatch(text, block.start, block.end):
            form_unit = match["unit"]  # 年度预算申请（万元）, the head of the lines below it
        if block.kind == "paragraph" and form:
            for match in LABELLED.finditer(text, block.start, block.end):
                yield from _labelled(match, 0, form_unit, document.fiscal_year)
            if named := NAMED.match(text, block.start, block.end):
                yield from _labelled(named, 0, form_unit, document.fiscal_year)
        if block.kind == "table":
            yield from _read_table(cleaned, index, section, document, words, form_unit)


def _lone_lines(cleaned: Cleaned, document: Document, words: _Words) -> Iterator[Amount]:
    """The amounts of tables that survive with one cell a line, a name and below it its amount, behind a caption's unit.

    A name with several numbers below it is passed over: of which column each is, nothing says.
    """
    text = cleaned.view.text
    default: Basis = "actual" if document.document_type == "final_accounts" else "budget"
    factor: int | None = None
    bases: set[Basis] = set()
    name = ""
    numbers: list[Cell] = []
    for block in (*cleaned.blocks, None):
        short = block is not None and block.end - block.start <= LONGEST_CAPTION
        line = text[block.start : block.end].strip() if block is not None and short else ""
        if block is not None and NUMBER.fullmatch(line) and len(line) <= numerals.MAX_DIGITS:
            start = text.index(line, block.start)
            numbers.append(Cell(start, start + len(line), line))
            continue
        if name and factor and len(numbers) == 1 and len(bases) <= 1 and "-" not in numbers[0].text:
            basis = next(iter(bases), default)
            item = clean_label(NUMBERED.sub("", name))
            if not words.no_item.search(item) and not (basis == "actual" and words.income.search(item)):
                cell = numbers[0]
                value = numerals.trim(_decimal(cell.text) * factor)
                year = document.fiscal_year
                if basis == "previous_year":
                    year = str(int(year) - 1) if year else None
                yield Amount(cell.start, cell.end, value, item, None, basis, year)
        name, numbers = "", []
        if unit := words.caption_unit.search(line):
            factor, bases = numerals.yuan(unit["unit"]), set()
        elif block is None or block.kind == "table" or not ALONE.fullmatch(line):
            factor = None
        elif (says := _says(line, words)) in BASES:
            bases.add(cast(Basis, says))
        else:
            name = line


def _labelled(match: regex.Match[str], at: int, form_unit: str, year: str | None) -> Iterator[Amount]:
    """The amount of a line of a form, such as 项目：村道养护 金额：36.50万元; the form's unit applies behind a colon or blank.

    ``at`` is where the text begins that was searched.
    """
    unit = match["own"] or match["unit"] or (form_unit if match["mark"] or "." in match["number"] else "")
    unit = unit if unit.endswith("元") else f"{unit}元" if match["own"] else ""
    factor = numerals.yuan(unit)
    if factor is None or len(match["number"]) > numerals.MAX_DIGITS:
        return
    start, end = at + match.start("number"), at + (match.end("own") if match["own"] else match.end("number"))
    value = numerals.trim(_decimal(match["number"]) * factor)
    named = match.start("item") if match["item"] else match.start("label")
    item = match["item"].strip() if match["item"] else match["label"]
    if match.string[max(0, named - 3) : named].endswith(("上年", "上年度")):
        yield Amount(start, end, value, item, None, "previous_year", str(int(year) - 1) if year else None)
    else:
        yield Amount(start, end, value, item, None, "budget", year)


def _read_table(
    cleaned: Cleaned, index: int, section: Section | None, document: Document, words: _Words, form_unit: str
) -> Iterator[Amount]:
    sheet = _sheet(cleaned, index, section, document, words, form_unit)
    lines = list(filled_rows(cleaned, cleaned.blocks[index]))
    rows = _rows(lines, words)
    sheet = sheet._replace(
        project=_project(lines, sheet),
        listed=any(words.pairs.search(field.text) for row in rows if not row.fits for field, _ in row.fields),
    )
    if not _of_money(rows, sheet, words):
        return
    names = Counter(name for row in rows if row.fits and (name := _first_name(row)))
    three = (
        "三公" in sheet.caption or 2 * sum(n for name, n in names.items() if words.items.search(name)) > names.total()
    )
    unit = ""
    for row in rows:
        first = row.fields[0][0].text
        named = MONEY_UNIT.search(first)
        unit = named["unit"] if named else "" if first else unit  # one cell for several rows: 资金情况（万元）
        yield from _read_row(row, row.head.unit or unit, sheet, words, names, three)


def _project(lines: Sequence[Sequence[Cell]], sheet: _Sheet) -> str:
    """The project that a form is of: named in a cell of its own, else by its title; "" if neither does."""
    for line in lines[:6]:
        for cell, after in itertools.pairwise(line):
            if PROJECT_CELL.fullmatch("".join(cell.text.split())) and NAME.match(after.text):
                return clean_label(after.text)
    title = PROJECT_TITLE.search(sheet.caption)
    return title[1] if title else ""


def _rows(lines: Iterable[Sequence[Cell]], words: _Words) -> list[_Row]:
    """The rows of the finance tables among ``lines``, set under the heads that stand above them; targets are left out."""
    rows: list[_Row] = []
    heads: list[list[_Field]] = []
    head = _Head()
    open_ = True  # whether the rows are of a finance table, not of targets or scores
    alone: list[str] = []  # words that stood alone in their rows
    column: list[_Field] = []  # values that did
    unit = ""  # that did: 项目资金 / （万元）
    for line in lines:
        if len(line) > MAX_CELLS:
            continue
        fields = [_field(cell) for cell in line]
        filled = [field.text for field in fields if field.text]
        if open_ and len(filled) == len(fields) == 1 and _is_value(fields[0]) and (heads or head.columns) and alone:
            if heads:
                head, heads = _head(heads, len(heads[-1]), unit, words), []
            column += fields
            if len(column) == head.values:  # a name and below it its amounts, each on a line of its own
                rows.append(
                    _Row(list(zip(column, head.columns[-head.values :], strict=True)), True, head, "".join(alone))
                )
                column, alone = [], []
            continue
        column = []
        if not any(field.number is not None for field in fields):
            if open_ and any(map(_glued, fields)):
                rows.append(_Row([(field, None) for field in fields], False, _Head(unit=unit), ""))
            elif any(map(EMPTY.fullmatch, filled[1:])):
                alone = []  # a row whose amounts were left blank
            elif words.not_finance.search("".join(filled)):
                open_ = False
            elif _is_head(filled, words, open_):
                heads.append(fields)
                alone, open_ = [], True
            elif len(filled) == 1:
                alone += filled
                unit = next((match["unit"] for text in filled if (match := MONEY_UNIT.search(text))), unit)
            continue
        if not open_:
            continue
        if all(field.number is None or CODE.fullmatch(field.text) for field in fields) and any(map(_names, filled)):
            alone = filled  # 2080505 机关事业单位基本养老保险缴费支: its amounts stand in the next line
            continue
        if heads:
            head, heads = _head(heads, len(fields), unit, words), []
        before = "".join(alone)
        alone = []
        aligned = _align(fields, head)
        unaligned: list[tuple[_Field, _Column | None]] = [(field, None) for field in fields]
        rows.append(
            _Row(aligned or unaligned, aligned is not None, head, before if len(before) <= LONGEST_BROKEN else "")
        )
    return rows


def _glued(field: _Field) -> regex.Match[str] | None:
    """A cell that holds both a name and its amount: 年度资金总额：386.20."""
    if field.number is not None or not field.text or len(field.text) > LONGEST_CAPTION or not DIGIT.search(field.text):
        return None
    return LABELLED.match(field.cell.text) or GLUED.fullmatch(field.cell.text)


def _field(cell: Cell) -> _Field:
    text = "".join(cell.text.split())
    if not text or not (text[-1].isdecimal() or text[-1] == "元") or len(text) > numerals.MAX_DIGITS:
        return _Field(cell, text, None, "")
    unit = CELL_UNIT.search(text) if text[-1] == "元" else None
    bare = text[: unit.start()] if unit else text
    if NUMBER.fullmatch(bare) is None or (unit is None and YEAR_CELL.fullmatch(bare)):
        return _Field(cell, text, None, "")
    return _Field(cell, text, _decimal(bare), unit[0] if unit else "")


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-").replace("－", "-"))


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
        caption.insert(0, "".join(text[block.start : block.end].split()))
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


def _is_head(filled: Sequence[str], words: _Words, open_: bool) -> bool:
    """Whether a row without numbers is (a part of) a head: short words, one of which heads of such tables use.

    Among targets (``open_`` is false) only a head that names a basis begins another table.
    """
    if len(filled) < 2 or any(len(text) > LONGEST_VALUE for text in filled):
        return False
    if (
        len(filled) > 3
        and all(map(FIELD.search, filled[::2]))
        and not any(_says(text, words) in BASES for text in filled)
    ):
        return False  # 部门名称 | 水利局 | 预算编码 | 130: fields of a form, each with what was filled in
    if not open_:
        return any(_says(text, words) in BASES for text in filled)
    named = (words.finance, words.whole, words.items)
    return any(_says(text, words) or any(pattern.search(text) for pattern in named) for text in filled)


def _names(text: str) -> bool:
    """Whether a cell may name an item: words, neither a target nor a rate."""
    return NAME.match(text) is not None and not text.endswith("%")


def _says(head: str, words: _Words) -> str:
    return next((says for says, pattern in words.head if pattern.search(head)), "")


def _head(heads: Sequence[Sequence[_Field]], width: int, unit: str, words: _Words) -> _Head:
    """What ``heads`` say of the columns; the lowest one as wide as the first row below, else the widest, names them.

    ``unit`` is the one that stood alone above them.
    """
    wide = [k for k, head in enumerate(heads) if len(head) == width]
    base = wide[-1] if wide else max(range(len(heads)), key=lambda k: (len(heads[k]), k))
    lowest = [field.text for field in heads[base]]
    above = [""] * len(lowest)
    for head in heads[:base]:
        above = [
            upper + text for upper, text in zip(above, _spread([field.text for field in head], lowest), strict=True)
        ]
    columns = tuple(_column(text or upper, upper, words) for text, upper in zip(lowest, above, strict=True))
    units = {match["unit"] for head in heads for field in head if (match := MONEY_UNIT.search(field.text))}
    values = next((k for k, column in enumerate(reversed(columns)) if not _holds_values(column)), len(columns))
    return _Head(
        columns,
        values,
        next((column for column in columns if column.whole and column.rest), None),
        any(words.items.search(column.rest) for column in columns),
        units.pop() if len(units) == 1 else unit,
    )


def _spread(texts: Sequence[str], lowest: Sequence[str]) -> list[str]:
    """The texts of a head that stands over ``lowest``, each over all the columns it heads; blanks where that is not clear."""
    width = len(lowest)
    if len(texts) == width:
        spread, last = [], ""
        for text, below in zip(texts, lowest, strict=True):
            last = text or last
            spread.append(last if below else text)
        return spread
    filled = [text for text in texts if text]
    if len(filled) > 1 and width % len(filled) == 0:
        share = width // len(filled)
        if lowest[:share] == lowest[share : 2 * share] or filled[0].startswith("收"):
            return [text for text in filled for _ in range(share)]
    return [""] * width


def _column(head: str, group: str, words: _Words) -> _Column:
    says = _says(head, words)
    if not says and group != head:
        upper = _says(group, words)
        says = upper if upper in BASES else ""
    year = YEAR.search(head) or YEAR.search(group)
    printed = rest = YEAR.sub("", HEAD_MARKS.sub("", head))
    for role, pattern in words.head:
        if role in BASES:
            rest = pattern.sub("", rest)
    unit = MONEY_UNIT.search(head) or MONEY_UNIT.search(group)
    rest = rest.strip("：:、-—()（）")
    whole = not rest or words.whole.search(rest) is not None
    return _Column(says, rest, year[1] if year else None, unit["unit"] if unit else "", group, printed, whole)


def _holds_values(column: _Column) -> bool:
    return column.says in BASES or column.says == "none" or column.whole or column.rest.endswith(VALUE_HEADS)


def _align(fields: list[_Field], head: _Head) -> list[tuple[_Field, _Column | None]] | None:
    """Each field with its column; None where the row cannot be set under the head.

    A row may lack the columns at its end that hold no amounts, and cells of labels at its beginning. Where more amounts follow
    than the head tells of, only the first is known: it is the whole.
    """
    columns = head.columns
    if not columns:
        return None
    while len(fields) > len(columns) and not fields[-1].text:
        fields = fields[:-1]
    if len(fields) == len(columns):
        return list(zip(fields, columns, strict=True))
    numbers = next((k for k, field in enumerate(reversed(fields)) if not _is_value(field)), len(fields))
    labels: list[tuple[_Field, _Column | None]] = [(field, None) for field in fields[: len(fields) - numbers]]
    if numbers and numbers == head.values:
        return [*labels, *zip(fields[-numbers:], columns[-numbers:], strict=True)]
    missing = columns[len(fields) :]
    if len(fields) < len(columns) and not any(c.says in BASES or (not c.says and c.rest) for c in missing):
        aligned: list[tuple[_Field, _Column | None]] = list(zip(fields, columns, strict=False))
        if not any(
            column.says in BASES and not _may_hold(field) for field, column in zip(fields, columns, strict=False)
        ):
            return aligned
    amounts = columns[len(columns) - head.values :]
    known = next((k for k, column in enumerate(amounts) if column.says not in BASES), len(amounts))
    if known and known <= numbers < head.values and all(column.says == "none" for column in amounts[known:]):
        # the blank cells of rate and score at the end of the row are lost
        return [*labels, *zip(fields[-numbers:][:known], amounts, strict=False)]
    if numbers > 1 and head.total is not None:
        return [*labels, (fields[len(fields) - numbers], head.total)]
    return None


def _may_hold(field: _Field) -> bool:
    """Whether a field may stand in a column of amounts: a number or nothing, no name and no rate."""
    return field.number is not None or EMPTY.fullmatch(field.text) is not None


def _is_value(field: _Field) -> bool:
    if field.number is not None:
        return True
    return EMPTY.fullmatch(field.text) is not None or (
        field.text[-1] in "%‰" and RATE.fullmatch(field.text) is not None
    )


def _of_money(rows: Sequence[_Row], sheet: _Sheet, words: _Words) -> bool:
    """Whether anything in heads, caption or labels says that the table tells of money that is set or spent."""
    if rows and (sheet.listed or words.finance.search(sheet.caption)):
        return True
    heads = {id(row.head): row.head for row in rows}.values()
    if any(c.says in BASES or words.finance.search(c.rest + c.group) for head in heads for c in head.columns):
        return True
    return any(words.fund.search(field.text) for row in rows for field, _ in row.fields if field.number is None)


def _first_name(row: _Row) -> str:
    for field, column in row.fields:
        if _names(field.text) and (column is None or column.says not in ("none", "remark", "code")):
            return clean_label(field.text)
    return ""


def _read_row(row: _Row, unit: str, sheet: _Sheet, words: _Words, names: Counter[str], three: bool) -> Iterator[Amount]:
    """The amounts of a row; ``unit`` is that of its head or group, ``names`` counts the table's labels, ``three`` says that it
    is of the three public expenses."""
    label = _Label()
    year = remark = ""
    found: list[tuple[_Field, _Column | None, _Label]] = []
    for field, column in row.fields:
        says = column.says if column else ""
        if field.number is not None and (found or label.name or not _is_code(field, row)):
            found.append((field, column, label))
        elif field.number is not None or (says == "code" and CODE.fullmatch(field.text)):
            label = label._replace(code=field.text)
        elif not found and (match := YEAR_LABEL.fullmatch(field.text)):
            year = match[1]
        elif says == "remark" and not any(
            own.name for *_, own in found
        ):  # behind an amount, 资金用途 heads other items
            remark = field.text
        elif _names(field.text) and (says != "none" or words.whole.search(field.text)):
            own = MONEY_UNIT.search(field.text)
            if (match := _glued(field)) and (match["mark"] or not row.fits):
                yield from _labelled(match, field.cell.start, unit or sheet.unit, sheet.year)
                continue
            unit = unit or (own["unit"] if own else "")
            coded = CODED_LABEL.fullmatch(field.text)
            label = _Label(
                coded[2] if coded else field.text,
                "" if found else label.name,
                coded[1] if coded else "" if found else label.code,
                SIDE_MARKS.sub("", column.group or column.rest) if column else "",
            )
    if not found:
        return
    heads = [column for _, column, _ in found if column is not None and column.says != "none"]
    sides = len({label.side for *_, label in found})
    last: _Label | None = None
    owner = ""  # the project that an amount before in the row is of
    for field, column, label in found:
        if (column is not None and column.says in ("none", "remark", "code")) or (label is last and not row.fits):
            continue  # of several numbers behind a label without a head, only the first is known to be of it
        last = label
        name, code = _named(label, row.before)
        name = name or (
            remark if len(remark) <= LONGEST_REMARK else ""
        )  # 资金用途 heads the items, no other column does
        headed = not name and column is not None and words.fund.search(column.rest) is not None
        if headed and column is not None:
            name = column.printed  # 资金总额 above 386.20, and no label beside it
        alone = column is None or column.says == ""
        of_project = alone and sheet.project != "" and words.basis_only.search(name) is not None
        if (words.no_item.search(name) and not of_project) or not (
            row.fits or of_project or sheet.listed or words.fund.search(name) or words.finance.search(sheet.caption)
        ):
            continue
        own = MONEY_UNIT.search(label.name)
        factor = numerals.yuan(
            field.unit or (column.unit if column else "") or (own["unit"] if own else "") or unit or sheet.unit
        )
        if factor is None or field.number is None or field.number < 0:
            continue
        if row.head.items and column is not None:
            item = THREE_EXPENSES if column.whole else column.rest
        elif three and words.whole.search(name) and not SUM.fullmatch(name):
            item = THREE_EXPENSES
        else:
            item = name
            if names[name] > 1 and remark and len(remark) <= LONGEST_REMARK:
                item = f"{item}-{remark}"
            elif names[name] > 1 and label.group:
                item = f"{clean_label(label.group)}-{item}"
            if column is not None and not headed and _is_part(column, heads, sheet):
                item = f"{item}-{column.rest}"
            if sides > 1 and label.side not in item and words.whole.search(item):
                item = label.side + item
        basis, of_year = _basis(column, year, sheet)
        if of_project:
            item = owner = sheet.project
            says = _says(name, words)
            basis = cast(Basis, says) if says in BASES else basis
        elif owner and alone and label.name.startswith("其中"):
            item = f"{owner}-{name}"
        if not item or (basis == "actual" and words.income.search(label.side + item)):
            continue
        value = numerals.trim(field.number * factor) if factor > 1 else field.number
        yield Amount(field.cell.start, field.cell.end, value, item, code or None, basis, of_year)


def _is_code(field: _Field, row: _Row) -> bool:
    """Whether a number before any label is the code of the item that is named behind it."""
    return CODE.fullmatch(field.text) is not None and any(_names(other.text) for other, _ in row.fields)


def _named(label: _Label, before: str) -> tuple[str, str]:
    """The item's name and code; a name without a code goes on from a coded one in the row before."""
    coded = CODED_LABEL.fullmatch(before)
    if coded and not label.code:
        return clean_label(coded[2] + label.name), coded[1]
    return clean_label(GROUPED.sub("", label.name)) or before, label.code


def _is_part(column: _Column, heads: Sequence[_Column], sheet: _Sheet) -> bool:
    """Whether the row has another amount of the same basis and year: then each is a part, but for the whole."""
    own = (column.says or sheet.basis, column.year)
    others = [other for other in heads if (other.says or sheet.basis, other.year) == own]
    return not column.whole and len({(other.rest, other.group) for other in others}) > 1


def _basis(column: _Column | None, row_year: str, sheet: _Sheet) -> tuple[Basis, str | None]:
    """The basis that head, row and caption give an amount, and its year."""
    basis = cast(Basis, column.says) if column is not None and column.says in BASES else sheet.basis
    year = row_year or (column.year if column else None)
    if basis == "previous_year":
        last = str(int(sheet.year) - 1) if sheet.year else None
        return basis, year if year and year != sheet.year else last
    if year and sheet.year and year < sheet.year:
        return "previous_year", year
    return basis, year or sheet.year
