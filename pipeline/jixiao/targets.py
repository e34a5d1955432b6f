"""From target tables to targets: one number of one row, with what it is compared by and what the table says was reached."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import regex

from jixiao import numerals
from jixiao.claims import find_claims
from jixiao.clean import Cleaned, clean
from jixiao.lexicon import Lexicon
from jixiao.quantities import Quantity, find_quantities
from jixiao.records import Approx, Comparator, Document, Target, record_id
from jixiao.tables import LONGEST_VALUE, Cell
from jixiao.target_rows import BLANKS, Row, in_unit

BARE_VALUE = regex.compile(
    r"(?P<sign>[^\d\p{L}]{0,2}|[\p{Han}]{1,6}?)(?P<low>\d[\d,，]*(?:\.\d+)?)"
    r"(?:\s?[-—–~～至]{1,2}\s?(?P<high>\d[\d,，]*(?:\.\d+)?))?\s?(?P<unit>[^\d；;，。]{0,12}|/\d*\p{Han}{1,3})"
)
PARTED = regex.compile(r"[；;。\n]|(?<=[\p{Han})）%])[，,、](?=[\p{Han}“（(]{1,12}?[约≥≤<>]?\d)")
OWN_UNIT = regex.compile(r"(?![年月日时号底前])\p{Han}{1,3}")
DURATION = regex.compile(r"个月|天|小时|分钟|个?工作日|周|周年")
FULL_MARKS = regex.compile(r"[（(]?(?:满分|总分|共)\s?$")
UNIT_TAIL = regex.compile(r"/[\p{Han}\w]{1,6}|(?:标准煤|标煤)(?:/[\p{Han}]{1,4})?")
ITEMS = regex.compile(r"(?:^|(?<=[；;。]))\s*\d{1,2}[.、．](?!\d)")
CLAUSE = regex.compile(r"[，；;。：]|[（(]\d{1,2}[）)]")
LISTED = regex.compile(r"[、；;]|\d{1,2}[.、．]")
LIST_END = regex.compile(r"等(?:情况|内容|方面)?$")
OF = regex.compile(r"\G的(\p{Han}{2,6})$")
LIGHT_VERB = regex.compile(r"^(?:组织|开展|举办|做好|完成|实施|推进|加强|抓好)+")
BARE_NUMBER = regex.compile(numerals.NUMERAL)
# A cell's sentences are read as a report's prose.
STATEMENT = Document(
    doc_id="",
    path="",
    title=None,
    organisation=None,
    region=None,
    fiscal_year=None,
    document_type="other",
    pages=None,
    characters=0,
    format="text",
    encoding=None,
)
NAME_EDGE = " ：:；;，,、。．（）()【】[]*＊-—=＝"
ITEM = regex.compile(r"\s*(?:\d{1,2}[.、．)）](?!\d)|[（(]\d{1,2}[)）]|[①-⑳]|[一二三四五六七八九十]、)\s*")
ABOUT: dict[Approx, Comparator] = {"more": "ge", "less": "le", "about": "about", "range": "range", "exact": "eq"}
STRICT = regex.compile(r"^[>＞]|^(?:超过|高于|大于|多于)")
STRICT_LESS = regex.compile(r"^[<＜]|^(?:低于|小于|少于)")
"""The words that exclude their number; 不低于 and 以上 include it."""


class Value(NamedTuple):
    """A target of a cell: its span in the view, what it is compared by, and what the cell names it; no number: qualitative."""

    start: int
    end: int
    comparator: Comparator
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    name: str


def find_targets(rows: Iterable[Row], cleaned: Cleaned, document: Document, lexicon: Lexicon) -> tuple[Target, ...]:
    """The targets of ``rows``, those of all target tables of the document, in the order of the text.

    A composite cell gives one target a number, the part's name behind the indicator's; a cell without a number one that is
    ``qualitative``. ``fiscal_year`` is None for targets of several years (实施周期、长期目标).
    """
    found: dict[str, Target] = {}
    for row in rows:
        for target in _of_row(row, cleaned, document, lexicon):
            found.setdefault(target.target_id, target)
    return tuple(sorted(found.values(), key=lambda target: (target.start, target.end)))


def _of_row(row: Row, cleaned: Cleaned, document: Document, lexicon: Lexicon) -> Iterator[Target]:
    view = cleaned.view
    indicator = row.indicator()
    actual = row.cells.get("actual", ((),))[0]
    nothing = frozenset(lexicon.targets.cells.nothing.split())
    for role in ("long_target", "target"):
        for pieces in row.cells.get(role, ()):
            text = "".join(piece.text for piece in pieces)
            if not text or BLANKS.sub("", text) in nothing:
                continue
            values = _values(pieces, row, cleaned, lexicon)
            reached = _values(actual, row, cleaned, lexicon, plain=True) if actual and role == "target" else []
            if not values and _is_unit(text, lexicon):
                continue  # a form that was never filled in
            spans: Sequence[Value | None] = values or [None]
            for at, value in enumerate(spans):
                start, end = (value.start, value.end) if value else (pieces[0].start, pieces[-1].end)
                first, last = view.source_span(start, end)
                achieved = _partner(value, at, values, reached)
                shown = achieved or (actual and Cell(actual[0].start, actual[-1].end, "")) or None
                shown_span = view.source_span(shown.start, shown.end) if shown and role == "target" else None
                yield Target(
                    target_id=record_id("target", document.doc_id, first, last),
                    doc_id=document.doc_id,
                    organisation=document.organisation,
                    project=row.project or None,
                    fiscal_year=None if role == "long_target" or row.long_term else document.fiscal_year,
                    level1=row.level1,
                    level2=f"{row.level2}指标" if row.level2 else "",
                    indicator=_composed(indicator, value.name if value and len(values) > 1 else ""),
                    text=view.source[first:last],
                    start=first,
                    end=last,
                    comparator=value.comparator if value else "qualitative",
                    value=value.value if value else None,
                    value_max=value.value_max if value else None,
                    unit=value.unit if value else "",
                    actual_text=view.source[slice(*shown_span)] if shown_span else None,
                    actual_start=shown_span[0] if shown_span else None,
                    actual_end=shown_span[1] if shown_span else None,
                    actual_value=achieved.value if achieved else None,
                    weight=_mark(row.text("weight")),
                    score=_mark(row.text("score")),
                    deviation=row.text("deviation") or None,
                )


def _composed(indicator: str, part: str) -> str:
    if not part or part == indicator:
        return indicator
    if LIST_END.search(indicator) and "、" in indicator:
        return part  # the cell names a list, not an indicator
    return f"{indicator}-{part}"


def _is_unit(text: str, lexicon: Lexicon) -> bool:
    bare = BLANKS.sub("", text).lstrip("≥≤⩾⩽≧≦><＞＜=＝")
    found = find_quantities(f"5{bare}", lexicon) if not any(c.isdigit() for c in bare) else ()
    return len(found) == 1 and found[0].end == len(bare) + 1


def _partner(value: Value | None, at: int, values: Sequence[Value], reached: Sequence[Value]) -> Value | None:
    """Which of the values that were reached belongs to a target: the only one, the one of the same name, or the one of its place."""
    if value is None:
        return None
    if len(values) == 1:
        return reached[0] if len(reached) == 1 else None
    for one in reached:
        if one.name and one.name == value.name:
            return one
    return reached[at] if len(reached) == len(values) else None


def _mark(text: str) -> Decimal | None:
    bare = BLANKS.sub("", text).removesuffix("分")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 1000 else None


# ---- the numbers of a cell


def _symbol(row: Row, lexicon: Lexicon) -> Comparator | None:
    """The comparator that stands in a column of its own; a sign says more than a direction (正向、反向)."""
    words = _comparators(lexicon)
    texts = [BLANKS.sub("", row.text("symbol", which)) for which in range(len(row.cells.get("symbol", ())))]
    known = [text for text in texts if text in words]
    signs = [text for text in known if not text.startswith(("正向", "反向"))]
    return words[(signs or known)[0]] if known else None


@functools.cache
def _comparators(lexicon: Lexicon) -> dict[str, Comparator]:
    return lexicon.targets.comparators.words()


def _values(
    pieces: Sequence[Cell], row: Row, cleaned: Cleaned, lexicon: Lexicon, *, plain: bool = False
) -> list[Value]:
    """The numbers of a cell. Its symbol and unit may stand in columns of their own; ``plain``: a cell of what was reached."""
    if not pieces:
        return []
    start, end = pieces[0].start, pieces[-1].end
    view_text = cleaned.view.text
    # a cell broken over lines is read without the breaks; each of its characters keeps its place
    places = [i for piece in pieces for i in range(piece.start, piece.end)]
    text = "".join(view_text[i] for i in places)
    symbol = _symbol(row, lexicon)
    unit = row.unit()
    unit = "" if unit in lexicon.targets.cells.nothing.split() else unit
    single = _single(text, unit, lexicon)
    if single is not None:
        comparator, low, high, of = single
        if comparator == "eq" and symbol is not None and not plain:
            comparator = symbol
        return [Value(start, end, comparator, low, high, of, "")]
    if not plain and (ITEMS.match(text) or (len(text) > LONGEST_VALUE and ("，" in text or "。" in text))):
        stated = list(_stated(text, row, lexicon))
        if stated:
            return [value._replace(start=places[value.start], end=places[value.end - 1] + 1) for value in stated]
    parts = list(_parts(text, lexicon, unit))
    alone = len(parts) == 1
    found = []
    for part in parts:
        quantity, first, last, name = part
        value, high, of = quantity.value, quantity.value_max, quantity.unit
        tail = UNIT_TAIL.match(text, quantity.end)
        if tail and of and not of.endswith(tail[0]):
            of, last = of + tail[0], max(last, tail.end())
        if not of and unit:
            value, high, of = in_unit(value, high, unit)
        comparator = _comparator(text[quantity.start : quantity.end], quantity, lexicon)
        if comparator == "eq":
            before = text[first : quantity.start]
            comparator = (
                _verbal(text[: quantity.start], lexicon)
                or _of_another(before, lexicon)
                or (symbol if symbol and not plain else None)
                or comparator
            )
        span = (start, end) if alone else (places[first], places[last - 1] + 1)
        found.append(Value(*span, comparator, value, high, of, name))
    return found


def _single(text: str, unit: str, lexicon: Lexicon) -> tuple[Comparator, Decimal, Decimal | None, str] | None:
    """A cell that is nothing but a comparator, a number and its unit, be the unit one the lexicon does not know (16 /10万)."""
    match = BARE_VALUE.fullmatch(BLANKS.sub("", text))
    if match is None:
        return None
    words = _comparators(lexicon)
    sign, tail = match["sign"], match["unit"]
    comparator = words.get(sign) if sign else "eq"
    if comparator is None:
        return None
    low, high = _number(match["low"]), _number(match["high"]) if match["high"] else None
    if low is None:
        return None
    for word in ("以内", "之内", "以上", "及以上", "以下", "左右", "内"):
        if len(tail) > len(word) and tail.endswith(word) and _lasting(match["low"], tail[: -len(word)], word):
            if comparator == "eq":
                comparator = words.get(word, "le")
            return comparator, low, high, tail[: -len(word)]  # 30分钟以内
    if tail and not unit:
        found = find_quantities(match["low"] + tail, lexicon)
        whole = len(found) == 1 and found[0].end >= len(match["low"] + tail) and found[0].start == 0
        named = bool(sign) and OWN_UNIT.fullmatch(tail) is not None  # ≥1200叶
        if not whole and not tail.startswith("/") and not named and not _lasting(match["low"], tail, sign):
            return None
        if whole:
            quantity = found[0]
            if comparator == "eq" and high is None:
                comparator = ABOUT[quantity.approx]
            if high is not None:
                factor = quantity.value / low if low else Decimal(1)
                return "range", quantity.value, numerals.trim(high * factor), quantity.unit
            return comparator, quantity.value, quantity.value_max, quantity.unit
        low, high, tail = in_unit(low, high, tail)
        return ("range" if high is not None else comparator), low, high, tail
    if tail and tail != unit and tail not in words and tail not in ("%", "％"):
        return None
    if tail in words:  # 92以上 in the value's column, % in the unit's
        comparator = words[tail] if comparator == "eq" else comparator
    low, high, unit = in_unit(low, high, unit or tail)
    return ("range" if high is not None else comparator), low, high, unit


def _lasting(number: str, tail: str, sign: str) -> bool:
    """Whether a cell is a length of time: 6个月, 2小时, ≥20年, 30日内; no date (2023年, 9月)."""
    return DURATION.fullmatch(tail) is not None or (tail in ("年", "日") and bool(sign) and len(number) < 4)


def _number(text: str) -> Decimal | None:
    digits = text.replace(",", "").replace("，", "")
    return Decimal(digits) if len(digits) <= numerals.MAX_DIGITS else None


class _Part(NamedTuple):
    quantity: Quantity
    start: int
    end: int
    name: str


def _parts(text: str, lexicon: Lexicon, unit: str) -> Iterator[_Part]:
    """The quantities of a composite cell, each with the span of its part and what the part names: 小学1000元/生；初中1250元/生."""
    found = [q for q in find_quantities(text, lexicon) if not FULL_MARKS.search(text[: q.start])]
    if unit and not any(quantity.unit for quantity in found):  # 小学1000；初中1250, and 元/生 in a column of its own
        found = []
        for match in BARE_NUMBER.finditer(text):
            number = numerals.parse(match[0])
            if number is not None:
                first, last = match.span()
                found.append(Quantity(first, last, number.value, number.value_max, number.approx, "", ""))
    at = 0
    for position, quantity in enumerate(found):
        # A part begins behind the last mark between this quantity and the one before.
        first = at
        for mark in PARTED.finditer(text, at, quantity.start):
            first = mark.end()
        limit = found[position + 1].start if position + 1 < len(found) else len(text)
        mark = PARTED.search(text, quantity.end, limit)
        last = mark.start() if mark else (limit if position + 1 == len(found) else quantity.end)
        at = quantity.end
        item = ITEM.match(text, first, quantity.start)
        if item:
            first = item.end()
        while first < quantity.start and text[first] in " ，、；;：:":
            first += 1
        while last > quantity.end and text[last - 1] in " ，、；;。":
            last -= 1
        yield _Part(quantity, first, last, text[first : quantity.start].strip(NAME_EDGE))


def _stated(text: str, row: Row, lexicon: Lexicon) -> Iterator[Value]:
    """The targets of a cell that holds sentences, which are read as prose is: 1.开展培训：（1）甲80人；（2）乙100人；2.发放…

    An item that has no number is a target of its own, but only where another has one. Where the indicator's cell lists as many
    names as the cell has items, an item with one target bears its name.
    """
    claims = find_claims(clean(text, lexicon), (), STATEMENT, lexicon)
    if not claims:
        return
    starts = [match.start() for match in ITEMS.finditer(text)]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    names = [name for name in LISTED.split(LIST_END.sub("", row.indicator())) if name]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        item = ITEM.match(text, start, end)
        begin = item.end() if item else start
        named = names[number] if len(names) == len(starts) > 1 else ""
        inside = [claim for claim in claims if start <= claim.start < end]
        if not inside:
            last = len(text[:end].rstrip("；;。 "))
            if last > begin:
                yield Value(begin, last, "qualitative", None, None, "", named or text[begin:last])
            continue
        colon = text.find("：", begin, inside[0].start)
        topic = LIGHT_VERB.sub("", text[begin:colon]) if colon > 0 else inside[0].entity
        for claim in inside:
            first = max((m.end() for m in CLAUSE.finditer(text, begin, claim.start)), default=begin)
            mark = CLAUSE.search(text, claim.end, end)
            last = mark.start() if mark else len(text[:end].rstrip("；;。 "))
            if len(inside) == 1:
                name = named or claim.entity
            else:
                of = OF.search(text, claim.end, max(last, claim.end))  # 2800元/户的标准
                part = of[1] if of else claim.entity
                name = f"{topic}-{part}" if item and topic and part != topic else part
            quantity = Quantity(claim.start, claim.end, claim.value, claim.value_max, claim.approx, claim.unit, "")
            comparator = _comparator(claim.text, quantity, lexicon)
            if comparator == "eq":
                comparator = _verbal(text[: claim.start], lexicon) or comparator
            yield Value(first, max(last, claim.end), comparator, claim.value, claim.value_max, claim.unit, name)


def _comparator(printed: str, quantity: Quantity, lexicon: Lexicon) -> Comparator:
    if quantity.approx == "more":
        return "gt" if STRICT.match(printed) else "ge"
    if quantity.approx == "less":
        return "lt" if STRICT_LESS.match(printed) else "le"
    return ABOUT[quantity.approx]


def _of_another(before: str, lexicon: Lexicon) -> Comparator | None:
    """The comparator of a share of something named between: 不高于工程造价的10%."""
    if not before.endswith("的"):
        return None
    words = _comparators(lexicon)
    found = [word for word in words if len(word) > 1 and before.startswith(word)]
    return words[max(found, key=len)] if found else None


def _verbal(before: str, lexicon: Lexicon) -> Comparator | None:
    """A comparator that the grammar of quantities leaves outside: 大于等于, 控制在."""
    words = _comparators(lexicon)
    before = before.rstrip()
    for length in range(min(6, len(before)), 0, -1):
        if before[-length:] in words:
            return words[before[-length:]]
    return None
