"""Tables whose borders were lost in the text: rows told from running text, and cut into cells again."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from jixiao.lines import Line, Patterns
from jixiao.textmap import Edit

_SENTENCE_MARK = regex.compile(r"[。；！？]")
_NUMBER_FIELD = regex.compile(r"(?:[≥≤]\d[\d,.]*+[^\d，。；]{0,6}|[-+−]?\d[\d,]*+(?:\.\d++)?[%‰]?|[-—–/]{1,4}|\d{4}年)")
_WIDE_GAP = regex.compile(r" {3,}+")
_DOUBLE_GAP = regex.compile(r" {2,}+")
_KEEP_BEFORE = frozenset(".,;:!?)%'\"")


def find_tables(lines: list[Line], full: int, patterns: Patterns) -> None:
    """Marks rows of tables whose borders are blanks, and the pieces of broken cells and heads around them.

    ``full`` is the width that running text is wrapped at, 0 for none.
    """
    for line in lines:
        if line.kind == "prose" and " " in line.text and not line.mark.level:
            strength = 0 if _is_outer_heading(line) else _row_strength(line.text, patterns)
            if strength > 1:
                line.kind = "row"
            elif strength:
                line.weak = True
    _find_columns(lines)
    for order in (lines, lines[::-1]):  # downwards and upwards, so that a run of weak rows beside a strong one joins it
        beside = False
        for line in order:
            if line.weak and beside:
                line.kind = "row"
            beside = line.kind == "row"
    _fill_tables(lines, full, patterns.table_head)


def _find_columns(lines: list[Line]) -> None:
    """Three lines on end that are each cut in two by a wide gap are rows of two columns."""
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and line.weak and _WIDE_GAP.search(line.text):
            run.append(line)
            continue
        if len(run) > 2:
            for row in run:
                row.kind = "row"
        run = []


def _is_outer_heading(line: Line) -> bool:
    """Whether a line is numbered like a part or section and holds no figure, as a row of a table would."""
    if line.prefix is None or line.prefix.style not in ("part", "chapter", "section", "han", "han_paren"):
        return False
    return not any(char.isdigit() for char in line.text[line.prefix.length :])


def _row_strength(text: str, patterns: Patterns) -> int:
    """2 for a line that can only be a table row, 1 for one that is a row beside others, 0 for running text."""
    if patterns.row.fullmatch(text):
        return 2
    if patterns.weak_row.fullmatch(text):
        return 1
    if len(text) > 300:
        return 0
    columns = _WIDE_GAP.split(text) if "   " in text and "。" not in text and "：" not in text else []
    if len(columns) > 1 and any(len(column) > 1 for column in columns):
        return 2 if len(columns) > 2 else 1
    if _SENTENCE_MARK.search(text):
        return 0
    fields = text.split()
    if len(fields) < 2:
        return 0
    heads = sum(1 for field in fields if field.lstrip("*") in patterns.table_head)
    if heads > 2 or (heads == 2 and len(fields) < 5):
        return 2
    numbers = 0
    for position, field in enumerate(fields):
        following = fields[position + 1][0] if position + 1 < len(fields) else ""
        if following not in patterns.unit_start and _NUMBER_FIELD.fullmatch(field):
            numbers += 1
    last = _NUMBER_FIELD.fullmatch(fields[-1]) is not None
    if "，" in text:
        return 0
    wide = _DOUBLE_GAP.split(text) if "  " in text else [text]
    if (numbers > 1 and last) or (len(wide) > 2 and "：" not in text and any(len(field) > 1 for field in wide)):
        return 2
    return 1 if (numbers and last) or (numbers and len(fields) > 2) or (len(wide) == 2 and "：" not in text) else 0


def _fill_tables(lines: list[Line], full: int, table_head: frozenset[str]) -> None:
    """Short lines between two rows, or between a caption and the first row below it, are pieces of the table.

    In a wrapped document so are the short lines below the last row, for running text would fill the line.
    """
    limit = full - 8 if full else 90
    run: list[Line] = []
    after = ""
    for line in lines:
        if line.kind == "row":
            if run and after == "caption" and _is_title_line(run[0]):
                run[0].kind = "caption"  # the line below «表 3» is the table's title
                del run[0]
            _make_pieces(run, table_head)
            run, after = [], "row"
        elif line.kind == "prose" and after and len(run) < 60 and _is_piece(line, limit, full):
            run.append(line)
        elif line.kind == "caption":
            if after == "row" and full:
                _make_pieces(run, table_head)
            run, after = [], "caption"
        elif line.kind != "label" or after != "caption":
            if after == "row" and (full or any(piece.weak for piece in run)) and (full or line.kind == "note"):
                _make_pieces(run, table_head)
            run, after = [], ""
    if after == "row" and full:
        _make_pieces(run, table_head)


def _make_pieces(run: list[Line], table_head: frozenset[str]) -> None:
    for line in run:
        line.kind = "row" if line.weak or not table_head.isdisjoint(line.text.split()) else "fragment"


def _is_title_line(line: Line) -> bool:
    return line.text.rstrip("）)").endswith("表") or "表（" in line.text


def _is_piece(line: Line, limit: int, full: int) -> bool:
    """Whether a line is short enough for a table cell and is no heading by its marks or its numbering."""
    if line.mark.level or line.mark.bold_end or line.width >= limit or line.text[-1] in "：:":
        return False
    if not full and line.text[-1] in "。；" and not line.weak:
        return False
    if line.prefix is None:
        return True
    return line.prefix.style not in ("part", "chapter", "han", "han_paren") or line.text[-1] in "0123456789"


def cell_edits(line: Line, patterns: Patterns) -> Iterator[Edit]:
    """In a row, a tab with the blanks around it is a border; so are blanks where there are no tabs."""
    text = line.text
    if " " not in text:
        return  # tabs alone are borders already
    inner = [match.span() for match in patterns.spaced_word.finditer(text)]
    tabs = "\t" in text
    wide = [match.start() for match in _WIDE_GAP.finditer(text)] if text.count("   ") > 1 else []
    # Between columns set apart by many blanks, a single one is no border.
    aligned = sum(not any(first < at < last for first, last in inner) for at in wide) > 1
    for match in _CELL_GAP.finditer(text):
        start, end = match.span()
        gap = match[0]
        if "\t" in gap:
            if " " in gap:
                yield Edit(line.start + start, line.start + end, "\t" * gap.count("\t"))
            continue
        before, after = text[start - 1], text[end]
        if any(first < start < last for first, last in inner):
            replacement = ""
        elif tabs:
            keep = (
                before.isascii()
                and after.isascii()
                and (before.isalnum() or before in _KEEP_BEFORE)
                and after.isalnum()
            )
            replacement = " " if keep else ""
        elif end - start == 1 and (aligned or _is_inner_gap(line, start, end, patterns)):
            replacement = ""
        else:
            replacement = "\t"
        yield Edit(line.start + start, line.start + end, replacement)


def _is_inner_gap(line: Line, start: int, end: int, patterns: Patterns) -> bool:
    """Whether a single blank stands inside a cell: before a unit, or before a number that the words before it want."""
    text = line.text
    before, after = text[start - 1], text[end]
    if before.isdigit():
        number = _NUMBER_END.search(text, max(0, start - 20), start)
        return (
            number is not None
            and number[0].isdecimal()
            and after in patterns.unit_start
            and not after.isascii()
            and not text.startswith(("项目", "本年", "本级", "人员", "个人", "公用", "年度", "分值", "其中"), end)
        )
    if not after.isdigit():
        return False
    if before in (
        "约近超达为共展照按有至逾每第于即" if line.kind == "fragment" or line.prefix is not None else "约近超逾"
    ):
        return True
    number = _NUMBER_AND_NEXT.match(text, end)
    return line.kind == "fragment" and number is not None and number[1] in patterns.unit_start and not before.isascii()


_CELL_GAP = regex.compile(r"[ \t]++")
_NUMBER_END = regex.compile(r"[\d,.]++$")
_NUMBER_AND_NEXT = regex.compile(r"[\d,.]++ (\S)")
