"""The rows of target tables, whatever became of their borders: which cell is the indicator, which the target, which the score.

A table may arrive as rows of cells, with its first columns printed once for several rows, with cells broken over lines or
glued together, or one cell a line. So the cells below a head are read as one sequence, in the order of the text, and every
cell is given the column that makes the whole most plausible (Viterbi): by what the cell looks like, by where it stands in its
line, and by the column before.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
import regex

from jixiao import glued, labelled, numerals
from jixiao.clean import Block, Cleaned
from jixiao.lexicon import Lexicon
from jixiao.quantities import Quantity, find_quantities
from jixiao.tables import LABEL_UNIT, LONGEST_VALUE, Cell, filled_rows

VALUES = frozenset(("target", "long_target", "actual"))
MARKS = frozenset(("weight", "score"))
LEVELS = ("level1", "level2")
REMARKS = ("note", "deviation")
LONGEST_NOUN = 3  # characters of a level's name that also ends names of indicators: 检测|数量, 群众|满意度
MAX_COLUMNS = 16
MAX_HEAD_CELLS = 24  # single cells on end that may make a head
MOST_LOST = 3  # lines on end between the rows of a table that may have been taken for paragraphs
LONGEST_CELL = 400  # characters; what is longer is running text
LONGEST_LINE = 60  # characters of a paragraph that may be a cell of a table whose cells stand one a line
CLOSE = 2.0  # characters by which a line may be longer than the one it goes on with
LONGEST_LABEL = 16  # characters of a paragraph between two tables that may name a level
IMPOSSIBLE = 60.0

BLANKS = regex.compile(r"\s+")
PREFIX = regex.compile(
    r"^(?:[*＊△▲★☆●◆√]|[（(]?[一二三四五六七八九十]{1,2}[）)、.．]|[（(]\d{1,2}[）)]|\d{1,2}[、.．](?!\d)|指标\d{1,2}[:：.、]?)+"
)
SUFFIX = regex.compile(r"[（(【\[]\d{1,3}(?:\.\d+)?分?[）)】\]]$|\d{1,3}分$")
POINTS = regex.compile(r"[（(【\[]\d{1,3}(?:\.\d+)?分[）)】\]]|指标")  # what is printed below the name of a level
COMPARED = regex.compile(
    r"^(?:[≥≤⩾⩽≧≦><＞＜=＝]{1,2}|不[低高少多大小]于|不超过|大于|小于|至少|达到?|控制在|约)\s?[\d一二三四五六七八九十百]"
)
NUMBER = regex.compile(r"^[-−+]?\d[\d,，]*(?:\.\d+)?$")
COUNT = regex.compile(r"(?P<number>[-−+]?\d[\d,]*(?:\.\d+)?)(?P<times>[万亿])?")  # 90.3万 of what the indicator names
MARK = regex.compile(r"^(?:100|\d{1,2})(?:\.\d{1,3})?分?$|^[—–-]{1,2}$")
DIGITS = frozenset("0123456789一二三四五六七八九十零百千")
REMAINDER = 3  # characters behind a quantity that may still belong to the value it is (≥95%合格)
ITEM = regex.compile(r"^(?:(?P<number>\d{1,2})[.、．)）](?!\d)|[（(](?P<bracketed>\d{1,2})[)）])")
GLUED_LEVEL = regex.compile(r"^(?P<level>\p{Han}{2,8}?指标)(?P<rest>[^（(：:].+)$")
GLUED = regex.compile(
    r"^(?P<name>[\p{Han}“”（）()《》、/\w]{2,40}?)(?P<value>[≥≤⩾⩽>＞<＜=＝]{1,2}\d[\d,.]*[^\d；;，。]{0,8})$"
)
GLUED_MARK = regex.compile(
    r"^(?P<value>[^\d]{0,6}\d[\d,.]*(?:%|‰|[\p{Han}㎡][\p{Han}㎡/·]{0,8}))(?P<mark>\d{1,2}(?:\.\d{1,2})?)$"
)
FORMULA = regex.compile(r"^(?:[×*/+÷]|[=＝](?!\d))|[（(]%[）)]=|[/×÷].{0,30}[×*]?100%")
NO_NAME = regex.compile(
    r"^[，。；、）)]|[。；：:]$|。.|[=＝÷×]|^(?:19|20)\d{2}年(?:底|末|\d|[）)]|$)"
)  # what no indicator holds
VALUED = regex.compile(r"[标期划现]值|预期|目标(?=[\t\n]|$)")  # what the head of a target table has
PROJECT = regex.compile(r"项目名称\s?[:：]?\s?([^\s:：]{2,40})")
FUND_HEAD = regex.compile(r"金额|预算|决算|执行|内容|总额|支出$|资金$|单位$|代码|编码|类别|属性|负责人|起止")
YEAR = regex.compile(r"20\d{2}")
LAST_YEAR = regex.compile(r"上年|去年|上一年|上年度")
LASTING = regex.compile(r"长期|中期|实施周?期")
BOTH = regex.compile(r"(?:指标|目标)值[及和、/]?分值")
HEAD_PIECE = regex.compile(r"(?:[一二三]级(?:指标)?|指标|绩效指标|年度绩效指标|绩效)")
LEVEL_HEAD = regex.compile(r"[一二三]级指标")


STARS = "*＊△▲★☆●◆√"
HALF_UNIT = regex.compile(r"[\p{Han}%‰/·]{1,9}")
COUNT_BEFORE = regex.compile(r"[（(]?(?P<number>\d{1,3})[)）.．、]\s?(?=\S)")
COUNTED = regex.compile(r"[一二三四五六七八九十\d]+")
NUMBERED = regex.compile(r"指标\d{1,2}\s?[:：.、．]")
LIMIT = regex.compile(r"之?[前内]|以[前内上下]|底前|左右")
REST_OF_UNIT = regex.compile(r"(?:标准煤|标煤)(?:/\p{Han}{1,4})?")  # of what the grammar of quantities reads without it


NAME_EDGE = " ：:；;，,、。．-—=＝"


class Column(NamedTuple):
    """A column of a target table: its role (``group``: of no use) and what its head prints."""

    role: str
    head: str


class Row(msgspec.Struct, frozen=True):
    """A row of a target table. ``cells`` has what stands under each role, a cell that was broken over lines in its pieces.

    ``level1``, ``level2`` and ``project`` are as they hold for this row, from a row above where the table prints them once;
    "" where it prints none. ``long_term`` says that the row stands in a block of targets for several years. ``heads`` has the
    heads by role.
    """

    cells: Mapping[str, tuple[tuple[Cell, ...], ...]]
    level1: str
    level2: str
    project: str
    long_term: bool
    heads: Mapping[str, str]

    def indicator(self) -> str:
        """The indicator without its mark, numbering and unit: 指标1：维修泵站（座） → 维修泵站."""
        bare = _bare(self.text("indicator"))
        return LABEL_UNIT.sub("", PREFIX.sub("", bare)).strip(NAME_EDGE) or bare

    def unit(self) -> str:
        """The unit that has a column of its own or stands behind the indicator's name; "" where none does."""
        behind = LABEL_UNIT.search(_bare(self.text("indicator")))
        return _bare(self.text("unit")) or (behind[0][1:-1] if behind else "")

    def whole(self) -> str:
        """What the row prints, from left to right."""
        cells = sorted((piece.start, piece.text) for some in self.cells.values() for cell in some for piece in cell)
        return " ".join(text for _, text in cells)

    def text(self, role: str, which: int = 0) -> str:
        """What stands under ``role`` in the row, its pieces joined; "" where nothing does."""
        found = self.cells.get(role, ())
        return "".join(cell.text for cell in found[which]) if which < len(found) else ""


class _Token(NamedTuple):
    """A cell as it comes in the text: the number of its line, its place there, and how many cells the line has.

    ``in_table`` is false where the layout took the line for a paragraph: then a line is a cell, and no cell is broken.
    """

    cell: Cell
    line: int
    place: int
    width: int
    in_table: bool


class _Rules(msgspec.Struct, frozen=True, eq=False):
    lexicon: Lexicon
    columns: tuple[tuple[str, regex.Pattern[str]], ...]
    level1: frozenset[str]
    level2: frozenset[str]
    group: frozenset[str]
    nothing: frozenset[str]
    total: frozenset[str]
    long_term: frozenset[str]
    annual: frozenset[str]
    state: regex.Pattern[str]
    stop: regex.Pattern[str]
    scoring: regex.Pattern[str]
    symbols: frozenset[str]
    head: regex.Pattern[str]
    label: regex.Pattern[str]
    beginnings: frozenset[str]


@functools.cache
def _rules(lexicon: Lexicon) -> _Rules:
    targets = lexicon.targets
    cells, names, comparators = targets.cells, targets.names, targets.comparators
    return _Rules(
        lexicon,
        tuple((column.role, regex.compile(column.regex)) for column in targets.column),
        frozenset(names.level1.split()),
        frozenset(names.level2.split()),
        frozenset(names.group.split()),
        frozenset(cells.nothing.split()),
        frozenset(cells.total.split()),
        frozenset(cells.long_term.split()),
        frozenset(cells.annual.split()),
        regex.compile(cells.state),
        regex.compile(cells.stop),
        regex.compile(cells.scoring),
        frozenset(comparators.words()) | {"正向", "反向", "定性", "定量", "正向指标", "反向指标", "—", "-"},
        regex.compile(targets.head.regex + r"(?:[（(][^（()）]{1,12}[）)])?"),
        regex.compile(rf"(?P<label>{targets.head.regex}(?:[（(][^（()）]{{1,12}}[）)])?)\s?[:：]"),
        frozenset(
            f"{name}指"[:length] for name in names.level2.split() for length in range(2, len(name) + 2)
        ).difference(names.level2.split()),
    )


def read_rows(cleaned: Cleaned, lexicon: Lexicon, year: str | None = None) -> Iterator[Row]:
    """The rows of all target tables of the document, in the order of the text; cells' offsets are into the view.

    A row has an indicator and a target at least; of totals, notes and what is marked 不适用 there are none. ``year`` is that of
    the document: what was reached in an earlier one (a column 2022年完成值) is not what answers the targets.
    """
    if not VALUED.search(cleaned.view.text):
        return
    rules = _rules(lexicon)
    lines = list(_lines(cleaned))
    above = _Above()
    before: list[Column] = []
    form = _Form(rules)
    at = 0
    while at < len(lines):
        found = _head(lines, at, rules)
        if found is None:
            yield from form.read(lines[at], cleaned.view.text, above)
            _tell(lines[at], above, rules)
            at += 1
            continue
        yield from form.end(above)
        columns, at = found
        if year and year.isdecimal():
            columns = [_of_year(column, int(year)) for column in columns]
        if columns != before:  # else the head again, on the next page
            above.level1 = above.level2 = above.project = ""
        before = columns
        end = _end(lines, at, columns, rules)
        by_heading = not any(column.role == "level1" for column in columns)
        while at < end:
            stop = at
            while stop < end and not _tells_more(lines[stop], by_heading, rules):
                stop += 1
            yield from _read(lines[at:stop], columns, rules, above)
            if stop < end:
                _tell(lines[stop], above, rules)
            at = stop + 1
        at = end
    yield from form.end(above)


class _Above(msgspec.Struct):
    """What the lines above say of the rows below: the levels and the project printed last, whether it is about several years."""

    level1: str = ""
    level2: str = ""
    project: str = ""
    form: str = ""  # the project that a form names at its head
    long_term: bool = False


class _Form:
    """A target table whose rows are written as labels: what stands behind them, until the row is complete."""

    def __init__(self, rules: _Rules) -> None:
        self.rules = rules
        self.level1 = self.level2 = ""
        self.numbered = dict.fromkeys(LEVELS, "")  # how the lines that named a level were numbered
        self.cells: dict[str, Cell] = {}
        self.heads: dict[str, str] = {}
        self.counted = 0

    def read(self, line: _Line, text: str, above: _Above) -> Iterator[Row]:
        """The rows that end before or in ``line``, a line outside all other tables; ``text`` is the view's."""
        found = list(labelled.fields(text, line.cells[0].start, line.cells[-1].end, self.rules.label))
        if not found:
            yield from self.end(above)
            if len(line.texts) == 1:
                self._level(line.texts[0])
        for place, (label, cell) in enumerate(found):
            role = _role(label, self.rules) if label else "indicator"
            if not label:
                if place + 1 < len(found) and not found[place + 1].label and self._level(cell.text):
                    continue  # 数量指标：维修泵站，指标值：≥12座
                cell = self._unnumbered(cell)
            if role in LEVELS:
                yield from self.end(above)
                self._level(cell.text, role)
            elif cell.text:
                if role == "indicator" or role in self.cells:
                    yield from self.end(above)
                self.cells[role] = cell
                self.heads[role] = label

    def _unnumbered(self, cell: Cell) -> Cell:
        """A name without the number before it, where that follows the one of the name before: 3.65岁以上老人体检人数."""
        match = COUNT_BEFORE.match(cell.text)
        if match is None or int(match["number"]) != self.counted + 1:
            return cell
        self.counted += 1
        return Cell(cell.start + match.end(), cell.end, cell.text[match.end() :])

    def end(self, above: _Above) -> Iterator[Row]:
        """The row read last, if it is one: it names an indicator, by a label or with one thing more, and what was to be reached."""
        cells, heads = self.cells, self.heads
        self.cells, self.heads = {}, {}
        row = Row(
            {role: ((cell,),) for role, cell in cells.items() if len(cell.text) <= LONGEST_CELL},
            self.level1,
            self.level2,
            above.form,
            above.long_term,
            heads,
        )
        enough = len(cells) > 2 or bool(heads.get("indicator"))  # a name without a label of its own may be anything
        if enough and "target" in cells and _is_row(row, _Reader(self.rules)):
            yield row

    def _level(self, text: str, role: str = "") -> bool:
        """Whether a line, or what stands behind 一级指标：, is the name of a level, which then holds for the rows below."""
        name = level_name(text)
        number = PREFIX.match(text)
        style = COUNTED.sub("1", number[0]) if number else ""
        if not role:
            first, second = name in self.rules.level1, name in self.rules.level2
            if first and second:  # 成本, 满意度
                inner = self.level1 == "产出" and name == "成本"
                first = not (
                    inner if self.numbered["level1"] == self.numbered["level2"] else style == self.numbered["level2"]
                )
            role = "level1" if first else "level2" if second else ""
        if role:
            self.numbered[role] = style
        if role == "level1":
            self.level1, self.level2 = name, ""
        elif role == "level2":
            self.level2 = name
        return bool(role)


def _tells_more(line: _Line, by_heading: bool, rules: _Rules) -> bool:
    """Whether a line inside a table says something of all rows below: 年度目标, or the level where no column does."""
    if len(line.texts) > 1:
        return False
    text = line.texts[0]
    if _names_years(_bare(text), rules):
        return True
    titled = text.endswith("指标") or PREFIX.match(text) is not None
    return by_heading and titled and (level_name(text) in rules.level1 or line.block.kind == "paragraph")


def _names_years(bare: str, rules: _Rules) -> bool:
    """Whether a line says that what follows is for several years (中期目标), or for one (年度目标)."""
    return bare in rules.long_term or bare in rules.annual


def _is_head(text: str, rules: _Rules) -> bool:
    """Whether what stands behind 项目名称 is the next head of a table and no project's name."""
    return bool(_role(text, rules)) or FUND_HEAD.search(text) is not None


def _tell(line: _Line, above: _Above, rules: _Rules) -> None:
    named = PROJECT.search(" ".join(line.texts)) if "项目名称" in line.texts[0] else None
    if named is not None and not _is_head(named[1], rules):
        above.form = named[1]
        return
    name = _bare(line.texts[0])
    if len(line.texts) > 1:
        return
    if _names_years(name, rules):
        above.long_term = name in rules.long_term
    elif len(name) <= LONGEST_LABEL:
        above.level1, above.level2 = level_name(name), ""


def reached(pieces: Sequence[Cell], unit: str, lexicon: Lexicon) -> Iterator[Quantity]:
    """The quantities of a cell of what was reached, offsets into the view; ``unit`` is that of a column of its own, if any.

    ``pieces`` are those that the cell was broken into; where other cells stand between them, and where the cell holds
    sentences, it is left to others.
    """
    text = "".join(piece.text for piece in pieces)
    apart = any(following.start - piece.end > 1 for piece, following in itertools.pairwise(pieces))
    if len(text) > LONGEST_VALUE or apart:
        return
    places = [at for piece in pieces for at in range(piece.start, piece.end)]
    number = COUNT.fullmatch(text)
    if number is not None and "," not in number["number"][-3:]:
        value = Decimal(number["number"].replace(",", "")) * numerals.multiplier_value(number["times"] or "")
        value, high, of = in_unit(numerals.trim(value) if number["times"] else value, None, _bare(unit))
        yield Quantity(places[0], places[-1] + 1, value, high, "exact", of, "", confidence=0.85)
        return
    for quantity in find_quantities(text, lexicon):
        first, last = places[quantity.start], places[quantity.end - 1] + 1
        yield msgspec.structs.replace(quantity, start=first, end=last, confidence=0.85)


def in_unit(value: Decimal, high: Decimal | None, unit: str) -> tuple[Decimal, Decimal | None, str]:
    """The number in base units: 1.2 and 万册 → 12000 册, 3.5 and 亿元 → 350000000 元."""
    bare = unit[1:-1] if unit[:1] in ("（", "(") and unit[-1:] in ("）", ")") else unit
    factor = Decimal(1)
    if bare in ("万", "亿"):  # 90万 of what the indicator names
        factor, bare = Decimal(numerals.multiplier_value(bare)), ""
    if len(bare) > 1 and bare[0] in "万亿千百":
        cut = 2 if bare[:2] in ("万亿", "百万", "千万") and len(bare) > 2 else 1
        if bare[0] not in "千百" or bare[cut:].startswith("元"):  # 千克 and 千米 are units
            factor, bare = Decimal(numerals.multiplier_value(bare[:cut])), bare[cut:]
    scaled = numerals.trim(value * factor) if factor > 1 else value
    return scaled, (numerals.trim(high * factor) if factor > 1 else high) if high is not None else None, bare


# ---- lines, heads, and where a table ends


class _Line(NamedTuple):
    cells: tuple[Cell, ...]  # empty ones too
    texts: tuple[str, ...]  # of the others
    block: Block


def _lines(cleaned: Cleaned) -> Iterator[_Line]:
    for block in cleaned.blocks:
        for cells in filled_rows(cleaned, block):
            yield _Line(cells, tuple([cell.text for cell in cells if cell.text]), block)


def _head(lines: Sequence[_Line], at: int, rules: _Rules) -> tuple[list[Column], int] | None:
    """The columns of the head that begins in line ``at`` and where its table's body begins; None where none begins."""
    line = lines[at]
    if len(line.texts) > 1:
        following = lines[at + 1].texts if at + 1 < len(lines) else ()
        if not VALUED.search("\t".join((*line.texts, *following))):
            return None
        columns = _columns(_heads(lines, at), rules)
        if _tells(columns):
            roles = {column.role for column in columns}
            more = [_role(text, rules) for text in following]
            if len(more) > 1 and all(more) and roles.isdisjoint(more) and not MARKS.isdisjoint(more):
                return _columns((*_heads(lines, at), *following), rules), at + 2  # the head goes on in the next line
        else:
            if len(following) > 1:  # a head of two lines
                running = _running(lines, at, rules)
                if running is not None:
                    return running, at + 2
                both = _stacked(line, lines[at + 1], rules)
                if both is not None:
                    return both, at + 2
            return None
        return columns, _below(lines, at + 1, rules)
    alone = glued.heads(_bare(line.texts[0]), rules.head)
    if len(alone) > 2:
        columns = _columns(alone, rules)
        return (columns, at + 1) if _tells(columns) else None
    texts: list[str] = []
    end = at
    while end < len(lines) and end - at < MAX_HEAD_CELLS:
        found = lines[end].texts
        if len(found) != 1 or not _role(found[0], rules) or rules.label.match(found[0]):
            break
        texts += found
        end += 1
    columns = _columns(texts, rules)
    return (columns, end) if end - at > 1 and _tells(columns) else None


def _heads(lines: Sequence[_Line], at: int) -> list[str]:
    """The heads in line ``at``; where the first is the end of heads that were broken over the lines above, those: 一级|指标|二级|指标."""
    heads = [cell.text for cell in lines[at].cells]
    above = _broken_head(lines, at)
    if above < at:
        joined = "".join(text for line in lines[above:at] for text in line.texts) + heads[0]
        found = LEVEL_HEAD.findall(joined)
        if found:
            return [*found, *heads[1:]]
    return heads


def _broken_head(lines: Sequence[_Line], at: int) -> int:
    """The first of the lines right above ``at`` that hold nothing but pieces of heads."""
    while at and len(texts := lines[at - 1].texts) == 1 and HEAD_PIECE.fullmatch(_bare(texts[0])):
        at -= 1
    return at


def _running(lines: Sequence[_Line], at: int, rules: _Rules) -> list[Column] | None:
    """The columns of a head that was too long for line ``at`` and goes on in the next, which hold nothing but heads."""
    texts = (*lines[at].texts, *lines[at + 1].texts)
    if any(not _role(text, rules) and _bare(text) not in rules.group for text in texts):
        return None
    columns = _columns(texts, rules)
    return columns if _tells(columns) else None


def _stacked(upper: _Line, lower: _Line, rules: _Rules) -> list[Column] | None:
    if len(upper.cells) != len(lower.cells) or any(NUMBER.match(text) for text in lower.texts):
        return None
    columns = _columns([a.text + b.text for a, b in zip(upper.cells, lower.cells, strict=True)], rules)
    known = sum(bool(_role(text, rules)) for text in lower.texts)
    above = upper.texts
    named = sum(bool(_role(text, rules)) or _bare(text) in rules.group for text in above)
    return columns if known > 1 and 2 * named > len(above) and _tells(columns) else None


def _below(lines: Sequence[_Line], at: int, rules: _Rules) -> int:
    """Where the body begins: below a second line of the head, which holds nothing but names of columns."""
    if at < len(lines):
        texts = lines[at].texts
        if len(texts) > 1 and all(_role(text, rules) in VALUES for text in texts):
            return at + 1
    return at


def column_role(head: str, lexicon: Lexicon) -> str:
    """What the cells below ``head`` hold in a target table, "" where it is no head of one."""
    return _role(head, _rules(lexicon))


@functools.lru_cache(maxsize=4096)
def _role(head: str, rules: _Rules) -> str:
    bare = BLANKS.sub("", head).lstrip(STARS)
    if not bare or len(bare) > 24:
        return ""
    without = regex.sub(r"[（(][^（）()]*[）)]$", "", bare)
    for role, pattern in rules.columns:
        if pattern.search(bare) or pattern.search(without):
            return role
    return ""


def _columns(heads: Sequence[str], rules: _Rules) -> list[Column]:
    columns = []
    for head in (part for each in heads for part in glued.heads(_bare(each), rules.head)):
        if BOTH.search(_bare(head)):  # the target and its points in one cell: 指标值及分值
            columns += [Column("target", head), Column("weight", head)]
        else:
            columns.append(Column(_role(head, rules) or "group", head))
    aimed = max((int(year) for c in columns if c.role == "target" for year in YEAR.findall(c.head)), default=0)
    lasting = False
    for place, column in enumerate(columns):
        if column.role == "actual" and (LAST_YEAR.search(column.head) or _before(column.head, aimed)):
            columns[place] = Column("note", column.head)  # what was reached the year before
        if column.role == "indicator":
            lasting = LASTING.search(column.head) is not None
        elif column.role == "target" and lasting:
            columns[place] = Column("long_target", column.head)
    roles = [column.role for column in columns]
    if "level1" in roles and "indicator" in roles[: roles.index("level1")]:
        columns[roles.index("indicator")] = Column("group", columns[roles.index("indicator")].head)  # 绩效指标 over all
    return columns


def _of_year(column: Column, year: int) -> Column:
    """The column, or one of no use where it has what was reached before ``year``."""
    return Column("note", column.head) if column.role == "actual" and _before(column.head, year) else column


def _before(head: str, year: int) -> bool:
    """Whether a head names a year, and one before ``year``."""
    years = [int(each) for each in YEAR.findall(head)]
    return bool(years) and max(years) < year


def _tells(columns: Sequence[Column]) -> bool:
    """Whether these are the columns of a target table: it names indicators and gives each a value to reach."""
    roles = [column.role for column in columns]
    valued = any(role in ("target", "long_target") for role in roles)
    named = "indicator" in roles
    official = "level2" in roles or "actual" in roles or any("指标" in column.head for column in columns)
    return valued and named and official and len(columns) <= MAX_COLUMNS


def _end(lines: Sequence[_Line], at: int, columns: Sequence[Column], rules: _Rules) -> int:
    """The first line that no longer belongs to the table whose body begins at ``at``."""
    single = at > 0 and len(lines[at - 1].texts) == 1  # one cell a line
    while at < len(lines):
        line = lines[at]
        texts = line.texts
        if _head(lines, at, rules) is not None:
            return _broken_head(lines, at)
        if rules.stop.match(texts[0]) or _finance(texts, rules):
            return at
        if line.block.kind == "paragraph":
            if len(texts[0]) > LONGEST_LINE or texts[0][-1] in "。：:":
                return at
            if not (single or _is_level_line(lines, at, rules) or _goes_on(lines, at, rules)):
                return at
        at += 1
    return at


def _goes_on(lines: Sequence[_Line], at: int, rules: _Rules) -> bool:
    """Whether a short line that the layout took for a paragraph stands between rows of one table, as a row in words may."""
    text = lines[at].texts[0]
    if PREFIX.match(text) or text[-1] in "；;、" or lines[at - 1].block.kind != "table":
        return False
    for line in lines[at + 1 : at + 1 + MOST_LOST]:
        if line.block.kind == "table":
            if len(line.texts) < 2 or rules.stop.match(line.texts[0]):
                return False
            return any(
                COMPARED.match(cell) or (cell.endswith("指标") and _is_level_name(cell, rules)) for cell in line.texts
            )
        if len(line.texts[0]) > LONGEST_LINE or line.texts[0][-1] in "。；：:":
            return False
    return False


def _is_level_name(text: str, rules: _Rules) -> bool:
    return level_name(text) in rules.level1 or level_name(text) in rules.level2


def _finance(texts: Sequence[str], rules: _Rules) -> bool:
    """Whether a line is the head of another table."""
    heads = ("预算数", "决算数", "科目名称", "科目编码", "金额", "执行数", "预算金额", "参考评分标准", "评分标准")
    return (
        len(texts) > 2
        and sum(any(head in text for head in heads) for text in texts) > 1
        and not any(map(NUMBER.match, texts))
    )


def _is_level_line(lines: Sequence[_Line], at: int, rules: _Rules) -> bool:
    """Whether a paragraph between two parts of a table names the level of what follows."""
    text = lines[at].texts[0]
    name = level_name(text)
    if name in rules.level1 or name in rules.level2 or _names_years(_bare(text), rules):
        return True
    followed = at + 1 < len(lines) and lines[at + 1].block.kind == "table" and len(lines[at + 1].texts) > 1
    return followed and len(text) <= LONGEST_LABEL and PREFIX.match(text) is not None and text[-1] not in "。；，"


# ---- the sequence of cells


def _read(lines: Sequence[_Line], columns: list[Column], rules: _Rules, above: _Above) -> Iterator[Row]:
    tokens = list(_tokens(lines, columns, rules))
    if not tokens:
        return
    columns = [*columns, Column("group", "")]  # for points and remarks whose head was lost
    reader = _Reader(rules)
    assigned = _assign(tokens, columns, reader)
    cells: dict[int, list[list[Cell]]] = {}
    heads = {column.role: column.head for column in columns}

    def row() -> Row | None:
        by_role: dict[str, list[tuple[Cell, ...]]] = {}
        for column in sorted(cells):
            by_role.setdefault(columns[column].role, []).extend(tuple(cell) for cell in cells[column])
        found = {role: tuple(some) for role, some in by_role.items()}
        made = Row(found, above.level1, above.level2, above.project or above.form, above.long_term, heads)
        return made if _is_row(made, reader) else None

    last: int | None = None
    last_text = level = ""
    for token, column in zip(tokens, assigned, strict=True):
        role = columns[column].role
        text = token.cell.text
        continues = last == column and reader.may_continue(last_text, text, role)
        if last is not None and column <= last and not continues:
            if made := row():
                yield made
            cells = {}
        if role in LEVELS:
            level = level + text if continues else text  # a name that was broken ends in 指标 once, wherever it was cut
        if role == "level1":
            # Behind a level 2, the first level 1 of all stands in the middle of the rows it is for, as merged cells print it.
            above.level1, above.level2 = level_name(level), "" if above.level1 else above.level2
        elif role == "level2":
            above.level2 = level_name(level)
        elif role == "project":
            above.project = above.project + text if continues else text
        if continues:
            cells[column][-1].append(token.cell)
        else:
            cells.setdefault(column, []).append([token.cell])
        last, last_text = column, text
    if made := row():
        yield made


def _is_row(row: Row, reader: _Reader) -> bool:
    rules = reader.rules
    indicator = _bare(row.text("indicator"))
    if (
        len(indicator) < 2
        or NO_NAME.search(indicator)
        or indicator in rules.total
        or indicator in rules.nothing
        or reader.is_value(indicator)
    ):
        return False
    values = [
        _bare(row.text(role, which))
        for role in ("target", "long_target")
        for which in range(len(row.cells.get(role, ())))
    ]
    return any(value and value not in rules.nothing and not FORMULA.search(value) for value in values)


def _tokens(lines: Sequence[_Line], columns: Sequence[Column], rules: _Rules) -> Iterator[_Token]:
    first_value = min(place for place, column in enumerate(columns) if column.role in VALUES)
    wide = any(len(line.texts) > 1 for line in lines)
    for number, line in enumerate(lines):
        if wide and line.block.kind == "paragraph" and "，" in line.texts[0]:
            continue  # a row of which nothing tells the cells apart
        width = len(line.cells)
        filled = len(line.texts)
        if filled <= first_value and all(cell.text for cell in line.cells[:filled]):
            width = filled  # pushed to the left, where the columns printed once should stand: the places say nothing
        for place, cell in enumerate(line.cells):
            if cell.text and len(cell.text) <= LONGEST_CELL and not POINTS.fullmatch(cell.text):
                others = line.cells[place + 1 :], line.cells[:place]
                for piece in _pieces(cell, others, width, columns, rules):
                    yield _Token(piece, number, place, width, line.block.kind == "table")


def _pieces(
    cell: Cell, others: tuple[Sequence[Cell], Sequence[Cell]], width: int, columns: Sequence[Column], rules: _Rules
) -> Iterator[Cell]:
    """A cell, or those that were glued together in a line that has fewer cells than the head.

    ``others`` are the cells behind it in the line, and those before.
    """
    if width < len(columns):
        match = GLUED_LEVEL.match(cell.text)
        if match and level_name(match["level"]) in rules.level1 | rules.level2:
            cut = cell.start + match.start("rest")
            yield Cell(cell.start, cut, match["level"])
            yield from _pieces(Cell(cut, cell.end, match["rest"]), others, width, columns, rules)
            return
        values = sum(column.role in VALUES for column in columns)
        behind, before = others
        taken = sum(MARK.match(one.text) is not None for some in others for one in some)
        marks = sum(column.role in MARKS for column in columns) - taken
        following: str | None = behind[0].text if behind else ""
        valued = any(character.isdigit() for one in before for character in one.text)
        if width > 1 and not valued and all(MARK.match(one.text) for one in behind):
            following = None
        spans = glued.cuts(cell.text, values, marks, following, rules.lexicon)
        if spans:
            for start, end in spans:
                yield Cell(cell.start + start, cell.start + end, cell.text[start:end])
            return
        match = GLUED.match(cell.text)
        if match:
            cut = cell.start + match.start("value")
            yield Cell(cell.start, cut, match["name"])
            yield from _pieces(Cell(cut, cell.end, match["value"]), others, width, columns, rules)
            return
        match = GLUED_MARK.match(cell.text)
        if match and any(column.role in MARKS for column in columns):
            cut = cell.start + match.start("mark")
            yield Cell(cell.start, cut, match["value"])
            yield Cell(cut, cell.end, match["mark"])
            return
    yield cell


def _assign(tokens: Sequence[_Token], columns: Sequence[Column], reader: _Reader) -> list[int]:
    """The column of every token: the cheapest path through the columns, from left to right and again from the left."""
    n = len(columns)
    everywhere = range(n)
    roles = [column.role for column in columns]
    onward = [[_onward(i, j, roles) for j in everywhere] for i in everywhere]
    anew = [[_anew(i, j, roles) for j in everywhere] for i in everywhere]
    costs = [reader.fit(tokens[0], column, i, n) + _opening(i, roles) for i, column in enumerate(columns)]
    back: list[list[int]] = []
    for before, token in itertools.pairwise(tokens):
        same_line = before.line == token.line
        shift = token.place - before.place
        narrow = before.width == 1 or token.width == 1
        again = 6.0 if same_line else 0.5 if before.width == token.width == 1 else 0.0
        highest = IMPOSSIBLE + min(costs)
        best: list[float] = []
        came: list[int] = []
        for j in everywhere:
            least, origin = highest, j
            # Nothing makes a way cheaper, so that one that costs too much already is not gone on with.
            for i in everywhere:
                cost = costs[i]
                if cost >= least:
                    continue
                if i >= j:
                    cost = cost + anew[i][j] + again
                elif same_line:
                    cost = cost + onward[i][j] + 0.4 * abs(j - i - shift)
                else:
                    cost = cost + onward[i][j] + (0.5 + 0.1 * (j - i) if narrow else 3.0)
                if cost < least:
                    least, origin = cost, i
            least += reader.fit(token, columns[j], j, n)
            if costs[j] < least and reader.may_continue(before.cell.text, token.cell.text, roles[j]):
                continued = costs[j] + _continuing(before, token, roles[j], reader)
                if continued < least:
                    least, origin = continued, j
            best.append(least)
            came.append(origin)
        costs = best
        back.append(came)
    path = [min(everywhere, key=costs.__getitem__)]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]


def _opening(column: int, roles: Sequence[str]) -> float:
    """What it costs that a row begins in ``column``: the columns up to the indicator's may be printed once for several rows."""
    if "indicator" not in roles[:column]:
        return 0.0
    # Beside the indicators of several years may stand those of this one, with columns of their own.
    return 0.5 if "indicator" in roles[column:] else 5.0


def _onward(i: int, j: int, roles: Sequence[str]) -> float:
    """What it costs that a row goes on from column ``i`` to ``j``, by what it leaves out between."""
    skipped = roles[i + 1 : j]
    value = any(role in VALUES for role in skipped) and not any(role in VALUES for role in roles[: i + 1])
    return 4.0 * ("indicator" in skipped) + 3.0 * value


def _anew(i: int, j: int, roles: Sequence[str]) -> float:
    """What it costs that a row ends with column ``i`` and the next begins in ``j``."""
    if i == j and roles[j] not in ("level1", "level2", "indicator", "project"):
        return IMPOSSIBLE
    valued = any(role in VALUES for role in roles[: i + 1])
    only_named = roles[i] in ("level1", "level2", "group", "project")
    unfinished = (
        1.0 * (i == j) if only_named else 3.0 * (not valued) + 0.5 * any(role in MARKS for role in roles[i + 1 :])
    )
    return unfinished + _opening(j, roles)


def _continuing(before: _Token, token: _Token, role: str, reader: _Reader) -> float:
    """What it costs that a cell goes on in the next line, what it looks like included.

    A cell is broken where its line is full, so the rest is no longer.
    """
    if role in REMARKS:
        if before.line == token.line:
            return 2.5
        if not token.in_table and reader.is_value(_bare(token.cell.text)):
            return 4.0  # where every cell has a line of its own, a value is the next row's
        return 0.8 if _measure(token.cell.text) <= _measure(before.cell.text) + CLOSE else 1.6
    if before.line == token.line:
        return IMPOSSIBLE
    if role in VALUES and reader.half_unit(before.cell.text, token.cell.text):
        return 0.3
    if role in LEVELS and reader.is_level(before.cell.text + token.cell.text):
        return 0.1
    if not token.in_table:
        return 5.0
    item = ITEM.match(token.cell.text)
    if item:
        return 4.0 if (item["number"] or item["bracketed"]) == "1" else 0.9
    if before.width == 1 or token.width == 1:
        return 0.9 if _measure(token.cell.text) <= _measure(before.cell.text) + CLOSE else 4.0
    return 2.0


def _measure(text: str) -> float:
    """How wide a line is printed, in Han characters."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


class _Reader:
    """What cells look like, remembered: the same few texts come again and again in a table."""

    def __init__(self, rules: _Rules) -> None:
        self.rules = rules
        self._costs: dict[tuple[str, str], float] = {}
        self._values: dict[str, bool] = {}
        self._halves: dict[tuple[str, str], bool] = {}

    def fit(self, token: _Token, column: Column, place: int, width: int) -> float:
        """How badly a cell fits the column at ``place`` of ``width``, by its looks and by where it stands in its line."""
        key = token.cell.text, column.role
        cost = self._costs.get(key)
        if cost is None:
            cost = self._costs[key] = self._looks(*key)
        if token.width == width - 1:  # the last column has no head
            cost += 0.8 * min(3, abs(place - token.place))
        return cost

    def is_value(self, bare: str) -> bool:
        """Whether a cell is a number to reach: it begins with a comparator, or is a quantity and hardly anything else."""
        known = self._values.get(bare)
        if known is None:
            known = bool(COMPARED.match(bare) or NUMBER.match(bare))
            if not known and any(c in DIGITS for c in bare):
                found = find_quantities(bare, self.rules.lexicon)
                whole = len(found) == 1 and found[0].start <= 1 and len(bare) - found[0].end <= REMAINDER
                known = whole or (
                    len(found) > 1 and "；" in bare and bare[0] not in "1（"
                )  # 小学1000元/生；初中1250元/生
            self._values[bare] = known
        return known

    def is_level(self, text: str) -> bool:
        return _is_level_name(text, self.rules)

    def may_continue(self, before: str, text: str, role: str) -> bool:
        """Whether ``text`` may be the rest of a cell of which ``before`` is the end so far."""
        if self.is_level(text) and (role in LEVELS or len(text) > LONGEST_NOUN):
            return False
        if role == "indicator" and NUMBERED.match(text):
            return False
        return not self.closed(before, role) or (role in VALUES and self.half_unit(before, text))

    def half_unit(self, before: str, text: str) -> bool:
        """Whether a cell was cut inside its unit: ≥30000 and 次, ≤4.6元/平方 and 米·月, ≤90千克标准 and 煤/人."""
        if HALF_UNIT.fullmatch(text) is None:
            return False
        known = self._halves.get((before, text))
        if known is None:
            known = self._halves[before, text] = self._is_half_unit(before, text)
        return known

    def _is_half_unit(self, before: str, text: str) -> bool:
        if LIMIT.fullmatch(text):
            return before[-1] in DIGITS or before[-1] in "年月日末底%个"
        joined = before + text
        found = find_quantities(joined, self.rules.lexicon)
        if len(found) != 1 or found[0].start > 1 or found[0].end < len(before) - REMAINDER:
            return False
        return found[0].end == len(joined) or REST_OF_UNIT.fullmatch(joined, found[0].end) is not None

    def closed(self, text: str, role: str) -> bool:
        """Whether a cell is whole, so that the line below does not go on with it."""
        if role in MARKS or role in ("symbol", "unit", "number"):
            return True
        if role in LEVELS:
            return self.is_level(text)
        if _bare(text) in self.rules.nothing:
            return True
        if role not in VALUES or text[-1] in "、，万亿千百" or NUMBER.match(text):
            return False
        return (
            COMPARED.match(text) is not None or self.rules.state.search(text) is not None or self.is_value(_bare(text))
        )

    def _looks(self, text: str, role: str) -> float:
        rules = self.rules
        bare = _bare(text)
        level = level_name(text)
        is_value = self.is_value(bare)
        is_level = self.is_level(text)
        nothing = bare in rules.nothing
        if bare in rules.group or bare in rules.long_term or bare in rules.annual:
            return 0.0 if role == "group" else (2.0 if role == "level1" else 6.0)
        if role == "level1":
            return 0.0 if level in rules.level1 else (2.5 if "指标" in bare and not is_value else 6.0)
        if role == "level2":
            if level in rules.level2:
                return 0.0
            return 0.3 if level in rules.beginnings else (2.0 if bare.endswith("指标") else 6.0)
        if role == "indicator":
            if bare in rules.total:
                return 0.0
            if is_value or glued.DATE.fullmatch(bare):
                return 7.0
            if len(bare) < 2 or NO_NAME.search(bare) or rules.state.search(bare):
                return 4.0
            if rules.scoring.search(bare):
                return 4.0
            if bare in rules.beginnings and len(bare) > LONGEST_NOUN:
                return 1.5  # 服务对象满|意度指标
            if bare[-1] in "%‰":
                return 1.5
            if "；" in bare or "，" in bare:
                return 2.0
            if is_level:
                return 4.0 if bare.endswith("指标") else 1.5
            return 1.0 if len(bare) > 40 or nothing else 0.0
        if role in VALUES:
            if COMPARED.match(bare):
                return 0.0 if role != "actual" else 1.0
            if bare.endswith("指标") and is_level:
                return 8.0
            if NUMBER.match(bare):
                return 0.9
            if is_value:
                return 0.2
            if FORMULA.search(bare):
                return 6.0
            if nothing or rules.state.search(bare) or glued.DATE.fullmatch(bare):
                return 0.6
            return 1.2 if any(c.isdigit() for c in bare) else 1.6 if len(bare) <= 20 else 2.4
        if role in MARKS:
            return 0.0 if MARK.match(bare) else (0.8 if nothing else 9.0)
        if role == "symbol":
            return 0.0 if bare in rules.symbols else (1.5 if nothing else 8.0)
        if role == "unit":
            if any(c.isdigit() for c in bare):
                return 1.5 if bare.startswith("/") else 8.0
            return 0.0 if len(bare) <= 6 else 5.0
        if role == "number":
            return 0.0 if bare.isdecimal() and len(bare) < 4 else 8.0
        if role in REMARKS:
            return 3.0 if is_value else (2.0 if bare.endswith("指标") else 1.0)
        if role == "group" and MARK.match(bare):
            return 1.5  # points without a head
        return 6.0 if is_value else (1.0 if role == "project" else 3.0)


def _bare(text: str) -> str:
    return "".join(text.split())


@functools.lru_cache(maxsize=4096)
def level_name(text: str) -> str:
    """An official level without its marks, numbering and points: *数量指标（30分） → 数量."""
    bare: str = SUFFIX.sub("", PREFIX.sub("", _bare(text)))
    return bare.removesuffix("指标").strip("：:")
