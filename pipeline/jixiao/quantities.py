"""Where a text states quantities: numeral, modifiers and unit, found by a character grammar and never on word tokens.

Word boundaries of a segmenter cut about one quantity in eighty (1,100.9亿元, 万余人次); characters decide here. The
grammar is compiled from ``patterns/units.toml`` and ``patterns/quantities.toml``; what counts nothing (dates, ordinals,
numbers of documents, names with numerals) is excluded by rules of the same data.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec
import regex

from jixiao import numerals
from jixiao.lexicon import Exclusion, Lexicon
from jixiao.records import Approx

# Longer than any real quantity; keeps hostile runs of digits from being copied about.
MAX_LENGTH = 80
REACHED = regex.compile(r"(?:实现|保持|做到|达到)[^，。；！？]{0,12}[“\"]$")
# Seconds that one pattern of the lexicon may take at one place; patterns are data that users write, and some never end.
TIME_LIMIT = 10.0


class Quantity(msgspec.Struct, frozen=True, gc=False):
    """A numeral with its modifiers and unit; ``start`` and ``end`` are offsets into the text that was searched.

    ``value`` is in base units with multipliers applied; ``unit`` is as printed, 元 for money, "" where none is printed.
    ``dimension`` is the unit's (``""`` without a unit). ``shared`` says that the unit was printed at a later member of
    the same list (增加12.7个、8个百分点).
    """

    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    approx: Approx
    unit: str
    dimension: str
    shared: bool = False
    confidence: float = 1.0


class Grammar(msgspec.Struct, frozen=True, eq=False):
    """The patterns compiled: one pattern that finds numerals with units, and the exclusions grouped for speed."""

    spot: re.Pattern[str]
    quantity: regex.Pattern[str]
    fraction: regex.Pattern[str]
    zero: regex.Pattern[str]
    before: dict[str, Approx]
    verbs: tuple[tuple[str, Approx], ...]
    before_ends: frozenset[str]
    after: dict[str, Approx]
    part_of_word: tuple[str, ...]
    dimensions: dict[str, str]
    bare_units: frozenset[str]
    not_after_chinese: frozenset[str]
    not_before_shu: frozenset[str]
    unit_words: tuple[str, ...]
    unit_word_starts: frozenset[str]
    persons: tuple[str, ...]
    arabic: Exclusions
    chinese: Exclusions


class CompiledExclusion(NamedTuple):
    """A rule; ``edge`` is the part it is told by, without what that part looks at around itself.

    ``limit`` is for a pattern that may go on without end, for to watch the clock takes longer than most patterns do.
    """

    before: regex.Pattern[str] | None
    numeral: regex.Pattern[str] | None
    after: regex.Pattern[str] | None
    after_unit: bool
    edge: regex.Pattern[str]
    limit: float | None


class ExclusionPlace(msgspec.Struct, frozen=True, eq=False):
    """All rules that are told by the character at one place."""

    rules: tuple[CompiledExclusion, ...]


class Exclusions(NamedTuple):
    """The exclusion rules for numerals of one script, by the place where they are told apart cheapest."""

    itself: ExclusionPlace  # where the numeral begins
    start: ExclusionPlace  # before it
    numeral: ExclusionPlace  # behind it
    unit: ExclusionPlace  # behind its unit


LARGEST_SHARING = 10**15  # a longer number is a code
MUCH_LARGER = 100
CHAINING = frozenset(("、", "和", "及", "与", "或", "以及"))
# A part of a rule that only looks at what stands before or behind, brackets inside it included.
LOOKING_AROUND = regex.compile(r"\(\?<?[=!](?P<inside>(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\()\[]|\((?&inside)\))*+)\)")
# What is repeated as a whole, or repeated twice in a pattern, may take for ever.
ENDLESS = re.compile(r"\)(?:[*+]|\{\d*,\})|(?:[*+]|,\}).*(?:[*+]|,\})")
REPEATED = re.compile(r"\{[0-9,]*\}")
FACTOR = regex.compile(rf"(?<=\d){numerals.MULTIPLIER}")
SHARING = frozenset(("、", "和", "及", "与", "或", "以及", "，", ","))
FROM_TO = regex.compile(r"(?:[下上]?[降升]低?|提[升高]|增[加长]|减少|压[减缩]|调整|增|减|扩大|优化)?(?:[到至为])")
RANKS = frozenset(("前", "第"))  # 前千分之一
ORIGINS = frozenset("由从")
DISCRETE = frozenset(("person", "household", "count", "institution", "occasion", "equipment", "facility", "document"))
ITEM_NUMBER = regex.compile(r"(?P<mark>[1-9]\d?\.)(?P<count>[1-9]\d*)")
# What follows a 多 that says 比上年的29个多13个 or 多拉了154吨; elsewhere it ends the figure (三成多，).
COMPARED = regex.compile(r"[\d一二两三四五六七八九十百千近约]|\p{Han}{0,2}[了出]")
EARLY_LATE = regex.compile(r"(?<=(?:比|较|提)\p{Han}{0,6}(?:提前|早|晚|推迟|缩短|前)了?)")
LOST_POWER = regex.compile(
    r"(?:(?P<area>面积|占地)|[蓄调供用节需排]水|库容|水量|土?石?方量?|容量|气量|取水)[^，。；]{0,5}$"
)
TENTHS_ARE = regex.compile(r"[二三四五六七八九]成为")  # 九成为脱贫户 holds no 成为
PASSED = regex.compile(r"(?<=超过|突破|破|超|逾|过|近|上)")
CLAUSE_END = regex.compile(r"[，。；、）]|$")
HALF = regex.compile(
    r"半(?:(?=[，。；、）]|$)(?<=(?:[^通经][过近逾超达占]|不足|不到)半)(?<!时间过半|时间过半、任务过半)"
    r"|数(?<!过半数)(?P<above>以上)?(?!人|据|字|学|值|量)"
    r"|(?<![一二两三四五六七八九十\d个大多夜年月天下上]半)(?P<unit>个?(?:小时|工作日|百分点)))"
)
ANNOUNCED = regex.compile(
    r"[二两三四五六七八九](?=[：:，。；])"
    r"(?<=(?:问题|困难|难[点处题]|原因|不足|短板|差距|做法|经验|亮点|特点|变化|教训|建议|打算)(?:主要)?有.)"
)
SHARE_OF = regex.compile(r"(?:(?P<more>超过|逾|超出)|不足|不到|未到|都没到)(?:\p{Han}{2,12}的)?$")
YEAR = regex.compile(r"(?:19|20)\d{2}")
ZERO_MONEY = regex.compile(r"(?:预算数?|经费|费用|支出|费)(?:均|都)?[为是]$")
QUOTED = regex.compile(r"“[^“”]{0,60}+”|《[^《》]{0,120}+》|「[^「」]{0,60}+」|〔[^〔〕]{0,12}+〕|\"[^\"]{0,40}+\"")
QUOTE_MARK = re.compile(r"[“《「〔\"]")
MONEY_NOUN = regex.compile(r"[^，。；、：！？\d]{0,14}?(?:资金|经费|款项|善款|贷款|补助|补贴|投资|资产|预算)")
VALUE_VERB = regex.compile(
    r"(?<=达到?|为|至|到|由|从|降至|升至|增至|是|[“：:]|上升|下降|回落|提高|降低|提升|增加|减少|(?:指数|得分|率|系数|强度)(?=\d+\.))"
)
# A number in tens of thousands is a count wherever its clause ends: 粉丝18.6万，; of money it is one of yuan: 慰问金260万，
MYRIADS = regex.compile(r"\d[万亿]$")
SUM_BEFORE = regex.compile(
    r"(?:[金费税款]|经费|支出|收入|投资|产值|补[助贴]|预算|金额|[售交]额|利润)"
    r"(?:累?共?计?|达到?|为|约|近|超)?$"
)


@functools.cache
def grammar(lexicon: Lexicon) -> Grammar:
    """Compile the lexicon's units and quantity rules, once a lexicon."""
    rules = lexicon.quantities
    dimensions = {term: unit.dimension for unit in lexicon.units for term in unit.terms.split()}
    after = rules.modifiers.after.terms()

    def rate(number: str, terms: str = r"\L<units>") -> str:
        """A unit, compound (元/人·次) or with its variant in brackets (台（套）), as group ``unit1`` or ``unit2``."""
        # 例/10万人, 秒/百小时: what a rate is per may have a numeral of its own.
        per = r"(?:(?:\d{1,3}|[十百千])?[万亿]?(?:\L<units>)|年|月|日|天|季|学期|期|班|校|村|镇|生|床|平)"
        return (
            rf"(?P<unit{number}>{terms}(?<!人天(?=天))(?:/{per}(?:[.·/](?:年|月|日|天|次|人|学期))?)?"
            r"(?:[（(](?:次|件|间|套|台|只|场|份|个|条|项|户|批|册|座|处|人)[）)]次?)?)"
        )

    numeral = numerals.NUMERAL
    # What may stand right behind a Chinese numeral that counts: more of it, a unit, a mark of a list or range, a person.
    behind = {term[0] for term in (*dimensions, *lexicon.phrases.persons.split())} | set(
        numerals.HAN + "余多分半、和及与或以至到-—–~～"
    )
    return Grammar(
        # `re` finds a character class several times faster than `regex`.
        spot=re.compile(
            f"(?<![0-9])(?:19|20)[0-9][0-9]年|[0-9]|[{numerals.HAN}](?=[{re.escape(''.join(sorted(behind)))}])"
        ),
        quantity=regex.compile(
            rf"(?:(?<![A-Za-z_\d])|(?<=GDP|CPI))(?:(?<!\d[.,])|(?!\d))(?P<first>{numeral})"
            r"(?P<plus>(?<=\d\d)[+＋](?=\L<units>))?(?P<inner>个[多余](?=月|小时|百分点|工作日|学时|亿))?"
            rf"(?:(?: (?=[A-Za-zμ℃°㎡‰]+(?![A-Za-z])))?{rate('1', _tree(dimensions))})?"
            rf"(?:(?:[-—–~～至]|到(?=[\d一二两三四五六七八九十]))(?P<second>{numeral})(?:{rate('2')})?)?(?P<after>\L<after>)?",
            units=list(dimensions),
            after=list(after),
        ),
        fraction=regex.compile(
            rf"(?P<scale>[百千])分之(?P<of>{numeral})(?:点(?P<decimals>[零〇一二三四五六七八九]{{1,4}}))?"
            r"|(?P<den>[一二三四五六七八九十]{1,3})分之(?P<num>[一二三四五六七八九十]{1,3})|(?P<most>一)大半|(?P<half>一半)"
            r"|(?P<tenths>[一二两三四五六七八九])成(?P<hundredths>半|[一二三四五六七八九](?![十百千万亿是家]|\L<units>))"
            r"|(?P<whole>[一二两三四五六七八九十]{1,3})个半(?P<hours>小时|工作日|百分点|月)",
            units=list(dimensions),
        ),
        zero=regex.compile(rf"零(?={_alternatives(rules.zero.split())})|(?<=[为到至是])零(?!\p{{Han}})"),
        before=rules.modifiers.before.terms(),
        verbs=tuple(sorted(rules.modifiers.verb.terms().items(), key=lambda item: -len(item[0]))),
        before_ends=frozenset(
            term[-1] for term in (*rules.modifiers.before.terms(), *rules.modifiers.verb.terms(), "上")
        ),
        after=after,
        part_of_word=tuple(rules.modifiers.part_of_word.split()),
        dimensions=dimensions,
        bare_units=frozenset(rules.bare_multiplier_units.split()),
        not_after_chinese=frozenset(rules.not_after_chinese.split()),
        not_before_shu=frozenset(rules.not_before_shu),
        unit_words=tuple(lexicon.phrases.unit_word.split()),
        unit_word_starts=frozenset(word[:2] for word in lexicon.phrases.unit_word.split()),
        persons=tuple(lexicon.phrases.persons.split()),
        arabic=_exclusions([rule for rule in rules.exclusion if _takes(rule, arabic=True)]),
        chinese=_exclusions([rule for rule in rules.exclusion if _takes(rule, arabic=False)]),
    )


def _takes(rule: Exclusion, *, arabic: bool) -> bool:
    """Whether a rule's numeral can be of that script."""
    if not rule.numeral:
        return True
    if arabic:
        digits = REPEATED.sub("", rule.numeral)  # how often is no digit: {1,2}
        return "d" in digits or any(c.isascii() and c.isdecimal() for c in digits)
    return any(c in rule.numeral for c in numerals.HAN)


def _exclusions(rules: Iterable[Exclusion]) -> Exclusions:
    """Rules by the part that rules most out: what stands before, if that is not optional or negative, else what follows."""
    itself: list[Exclusion] = []
    start: list[Exclusion] = []
    numeral: list[Exclusion] = []
    unit: list[Exclusion] = []
    for rule in rules:
        if not rule.before and not rule.after:
            itself.append(rule)
        elif rule.before and not rule.before.startswith("(?<!") and not regex.fullmatch(rule.before, ""):
            start.append(rule)
        else:
            (unit if rule.after_unit else numeral).append(rule)
    return Exclusions(
        _place(itself, "numeral"), _place(start, "before"), _place(numeral, "after"), _place(unit, "after")
    )


def _place(rules: Iterable[Exclusion], told_by: Literal["numeral", "before", "after"]) -> ExclusionPlace:
    backwards = "(?r)" if told_by == "before" else ""
    return ExclusionPlace(
        tuple(
            CompiledExclusion(
                regex.compile(f"(?<={rule.before})") if rule.before else None,
                regex.compile(rule.numeral) if rule.numeral else None,
                regex.compile(rule.after) if rule.after else None,
                rule.after_unit,
                regex.compile(backwards + LOOKING_AROUND.sub("", getattr(rule, told_by))),
                TIME_LIMIT if ENDLESS.search(f"{rule.before} {rule.numeral} {rule.after}") else None,
            )
            for rule in rules
        )
    )


@functools.lru_cache(maxsize=1 << 14)
def _possible(place: ExclusionPlace, character: str) -> tuple[CompiledExclusion, ...]:
    """The rules that can hold where ``character`` stands at their place: what they are told by can begin with it, or end.

    ``character`` is "" at the beginning and the end of the text, where nothing more can follow.
    """
    return tuple(rule for rule in place.rules if rule.edge.match(character, partial=character != ""))


def _alternatives(terms: Iterable[str]) -> str:
    return "(?:" + "|".join(regex.escape(term) for term in sorted(terms, key=lambda term: (-len(term), term))) + ")"


def _tree(terms: Iterable[str]) -> str:
    """A pattern of the terms, a longer one before its beginning, with each character told once: (?:公(?:里|顷)|亩)."""
    after: dict[str, list[str]] = {}
    whole = False
    for term in sorted(terms):
        if term:
            after.setdefault(term[0], []).append(term[1:])
        else:
            whole = True
    parts = [regex.escape(first) + (_tree(rest) if rest != [""] else "") for first, rest in after.items()]
    return f"(?:{'|'.join(parts)})" + "?" * whole


def find_quantities(text: str, lexicon: Lexicon, start: int = 0, end: int | None = None) -> list[Quantity]:
    """The quantities of ``text[start:end]``, in order and without overlap; offsets are into ``text``.

    A quantity never crosses a line break: ``text`` is a cleaned paragraph, or several on lines of their own.
    """
    rules = grammar(lexicon)
    end = len(text) if end is None else end
    spot = rules.spot.search(text, start, end)
    has_zero, has_half = text.find("零", start, end) >= 0, text.find("半", start, end) >= 0
    announced = list(_announced(text, start, end)) if text.find("有", max(0, start - 1), end) >= 0 else []
    if spot is None and not has_zero and not has_half and not announced:
        return []
    quote = QUOTE_MARK.search(text, start, end)
    quotes = [match.span() for match in QUOTED.finditer(text, quote.start(), end)] if quote else []
    found: list[Quantity] = []
    while spot is not None:
        place, at = spot.span()
        match = fraction = None
        if at - place == 1:  # else a year
            fraction = rules.fraction.match(text, place, end) if text[place] > "9" else None
            match = fraction or rules.quantity.match(text, place, end)
        if (
            match is not None
            and place < match.end() - 1
            and text[place] == "数"
            and text[place - 1 : place] in rules.not_before_shu
        ):
            match = None  # 人数四成: the numeral begins behind the 数
        if match is not None:
            if text[place - 1 : place] in ORIGINS and not fraction and match["second"] and match["unit1"]:
                # 由430人到860人 says what it was and what it became; 3至5万人 is a range
                match = rules.quantity.match(text, place, match.start("second") - 1) or match
            at = match.end()
            quantity = (_read_fraction if fraction else _read)(match, text, rules, quotes)
            if quantity is not None:
                if found and quantity.start < found[-1].end:  # 5元以上亿元: the 上 belongs to the first
                    quantity = msgspec.structs.replace(quantity, start=found[-1].end)
                found.append(quantity)
        spot = rules.spot.search(text, at, end)
    if has_half:
        found.extend(_halves(text, start, end, rules, found))
    found.extend(announced)
    for match in rules.zero.finditer(text, start, end, timeout=TIME_LIMIT) if has_zero else ():
        first, last = match.span()
        # 零事故 in quotes is a name, but what was reached (实现) or kept up is none.
        if REACHED.search(text, max(start, first - 16), first) or not _in_quotes(
            first, last, text, quotes, "", exact_number=False
        ):
            money = ZERO_MONEY.search(text, max(start, first - 12), first) is not None
            unit, dimension = ("元", "money") if money else ("", "")
            found.append(Quantity(first, last, Decimal(0), None, "exact", unit, dimension, confidence=0.8))
    found.sort(key=lambda quantity: quantity.start)
    return list(_share_units(found, text, rules))


def _read(match: regex.Match[str], text: str, rules: Grammar, quotes: list[tuple[int, int]]) -> Quantity | None:
    start, end = match.span()
    if end - start > MAX_LENGTH:
        return None
    printed, second, first_unit, last_unit, suffix, inner, plus = match.group(
        "first", "second", "unit1", "unit2", "after", "inner", "plus"
    )
    group = "unit2" if second else "unit1"
    unit: str = (last_unit if second else first_unit) or ""
    numeral_end = match.end("second" if second else "first")
    if inner and not second:  # 四个多百分点, 两个多月
        numeral_end = match.end("inner")
        unit = f"个{unit}" if f"个{unit}" in rules.dimensions else unit
    elif plus and not second:
        numeral_end = match.end("plus")
    if (
        not unit
        and printed[0] > "9"
        and printed[0] not in "数几百千"
        and text[numeral_end : numeral_end + 1] not in SHARING
    ):
        return None  # a Chinese numeral counts with a measure word, its own or one it shares
    dimension = _dimension(unit, rules)
    # 6.8 months were measured, and so is what was early or late; 6 months may be a span of time.
    measured = unit == "个月" and ("." in printed or EARLY_LATE.match(text, start) is not None)
    if (dimension == "calendar" and not measured) or (dimension == "place" and YEAR.fullmatch(printed)):
        return None
    number = numerals.parse(printed)
    if number is None:
        return None
    value, value_max, approx = number
    if inner or plus:
        approx = "more"
    if dimension in DISCRETE and (item := ITEM_NUMBER.fullmatch(printed)) and text[start - 1 : start] in ("", "\n"):
        start, printed = (
            start + item.end("mark"),
            item["count"],
        )  # 3.14所: the item's number stands before its first word
        value = Decimal(printed)
    chinese = not printed[0].isdecimal()
    if second:
        last = numerals.parse(second)
        if last is None:
            return None
        value, value_max = _range(printed, second, number, last)
        if value_max is None or not unit:  # 表1-2, 3-5 alone: no count without a measure word
            return None
        approx = "range"
    elif chinese and not _countable(printed, unit, match, text, rules):
        return None
    if len(unit) == 1 and not inner:
        at = match.start(group)
        tenths = unit == "成" and TENTHS_ARE.match(text, at - 1)
        if not tenths and text[at : at + 2] in rules.unit_word_starts and text.startswith(rules.unit_words, at):
            unit = dimension = ""  # 6集体 is no 6集, 两部分 no 两部
    if (
        chinese
        and not unit
        and printed[-1] in "万千"
        and printed[0] in "数几"
        and text.startswith(rules.persons, numeral_end)
    ):
        return _vague(start, numeral_end, number, text, rules, quotes)
    if chinese and not unit and not second and (round_number := _round(start, numeral_end, number, text, rules)):
        return round_number
    if chinese and (not unit or unit in rules.not_after_chinese):
        return None
    if _in_quotes(start, end, text, quotes, dimension, exact_number="." in printed):
        return None
    unit_end = match.end(group) if unit else numeral_end
    if unit == "m" and text[unit_end : unit_end + 1] in ("?", "？"):  # m³ or m² in a text that lost its raised digits
        if not (lost := LOST_POWER.search(text, max(0, start - 10), start)):
            return None
        unit = "m²" if lost["area"] else "m³"
        dimension, unit_end = _dimension(unit, rules), unit_end + 1
    if not unit and (chinese or not _stands_alone(start, numeral_end, printed, text)):
        return Quantity(start, numeral_end, value, value_max, approx, "", "", confidence=0.0)
    if _excluded(start, numeral_end, unit_end, text, rules):
        return None
    end = unit_end
    if suffix and (unit or suffix != "多") and not (suffix == "多" and COMPARED.match(text, match.end("after"))):
        end = match.end("after")
        approx = rules.after[suffix] if approx == "exact" or approx == "about" else approx
    start, modifier = _modifier(start, text, rules)
    if modifier is not None and approx != "range":
        # 近 beside 余 contradict each other; what is sure is that the figure is about this
        approx = "about" if {approx, modifier} == {"more", "less"} else modifier
    elif approx == "exact" and unit == "成":
        approx = _comparing(start, text) or approx
    confidence = 0.95 if chinese else 1.0
    if not unit:
        confidence = 0.6
        if any(c in printed for c in "万亿") and (
            MONEY_NOUN.match(text, end) or SUM_BEFORE.search(text, max(0, start - 10), start)
        ):
            unit, dimension, confidence = "元", "money", 0.9
    if dimension == "money" and unit.startswith(("元人民币", "人民币元", "元整", "块")):
        unit = "元"
    return Quantity(start, end, value, value_max, approx, unit, dimension, confidence=confidence)


def _dimension(unit: str, rules: Grammar) -> str:
    """The dimension of a unit, of a compound one (元/人, 套（间）) that of its first part; "" without a unit."""
    if not unit or unit in rules.dimensions:
        return rules.dimensions.get(unit, "")
    return rules.dimensions.get(unit.split("/")[0].split("（")[0].split("(")[0], "")


def _round(start: int, end: int, number: numerals.Number, text: str, rules: Grammar) -> Quantity | None:
    """点击量破百万, 超过千万: a round number behind what it passes, at the end of its clause, without a measure word."""
    if number.value < 10**6 or not PASSED.match(text, start) or not CLAUSE_END.match(text, end):
        return None
    start, modifier = _modifier(start, text, rules)
    return Quantity(start, end, number.value, None, modifier or "more", "", "", confidence=0.7)


def _halves(text: str, start: int, end: int, rules: Grammar, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """过半 and 半数以上 are more than 0.5, 半个工作日 is half of one; half a month or a year is a span of time."""
    taken = {place for quantity in found for place in range(quantity.start, quantity.end)}
    for match in HALF.finditer(text, start, end):
        first, last = match.span()
        unit = match["unit"] or ""
        if first in taken or (unit and _excluded(first, first + 1, last, text, rules)):
            continue
        first, modifier = _modifier(first, text, rules)
        passed = text[match.start() - 1 : match.start()] == "过"  # 进度过半 holds no 度过
        approx: Approx = "more" if match["above"] or passed else modifier or "exact"
        yield Quantity(first, last, Decimal("0.5"), None, approx, unit, _dimension(unit, rules), confidence=0.8)


def _announced(text: str, start: int, end: int) -> Iterator[Quantity]:
    """问题有三：一是…: what is told one by one, announced by its number alone."""
    for match in ANNOUNCED.finditer(text, start, end):
        value = Decimal(numerals.DIGITS[match[0]])
        yield Quantity(match.start(), match.end(), value, None, "exact", "", "", confidence=0.7)


def _vague(
    start: int, end: int, number: numerals.Number, text: str, rules: Grammar, quotes: list[tuple[int, int]]
) -> Quantity | None:
    """数万职工: a vague numeral directly before whom it counts, without a measure word."""
    if _in_quotes(start, end, text, quotes, "", exact_number=False) or text[start - 1 : start] in rules.not_before_shu:
        return None
    return Quantity(start, end, number.value, number.value_max, number.approx, "", "", confidence=0.7)


def _read_fraction(
    match: regex.Match[str], text: str, rules: Grammar, quotes: list[tuple[int, int]]
) -> Quantity | None:
    """百分之九十五 is 95 %, 三分之二 is 0.6667 without a unit, 一半 is 0.5."""
    start, end = match.span()
    if _in_quotes(start, end, text, quotes, "ratio", exact_number=False) or text[start - 1 : start] in RANKS:
        return None
    approx: Approx = "exact"
    unit = dimension = ""
    if match["of"]:
        number = numerals.parse(match["of"])
        if number is None:
            return None
        value, approx = number.value, number.approx
        if match["decimals"]:
            value += Decimal("0." + "".join(str(numerals.DIGITS[digit]) for digit in match["decimals"]))
        unit, dimension = ("%" if match["scale"] == "百" else "‰"), "ratio"
    elif match["half"] or match["most"]:
        value = Decimal("0.5")
        approx = "more" if match["most"] else approx
    elif match["tenths"]:  # 三成五, 一成半
        part = match["hundredths"]
        value = numerals.DIGITS[match["tenths"]] + Decimal(5 if part == "半" else numerals.DIGITS[part]) / 10
        unit, dimension = "成", "ratio"
    elif match["whole"]:
        whole = numerals.chinese_value(match["whole"])
        unit = match["hours"] if match["hours"] in rules.dimensions else f"个{match['hours']}"
        dimension = _dimension(unit, rules)
        if not whole or dimension == "calendar" or _excluded(start, match.end("whole"), end, text, rules):
            return None
        value = whole + Decimal("0.5")
    else:
        above, below = numerals.chinese_value(match["num"]), numerals.chinese_value(match["den"])
        if not above or not below or above >= below:
            return None
        value = numerals.trim((Decimal(above) / Decimal(below)).quantize(Decimal("0.0001")))
    suffix = next((term for term in rules.after if text.startswith(term, end)), None)
    if suffix:
        end += len(suffix)
        approx = rules.after[suffix]
    start, modifier = _modifier(start, text, rules)
    if modifier is None and approx == "exact" and dimension in ("ratio", ""):
        approx = _comparing(start, text) or approx
    return Quantity(start, end, value, None, modifier or approx, unit, dimension, confidence=0.9)


def _comparing(start: int, text: str) -> Approx | None:
    """超过全部新收案件的六成, 不足冻结额的两成: what a share is said to exceed or not to reach stands before its whole."""
    match = SHARE_OF.search(text, max(0, start - 16), start)
    return None if match is None else "more" if match["more"] else "less"


def _range(
    first_text: str, second_text: str, first: numerals.Number, last: numerals.Number
) -> tuple[Decimal, Decimal | None]:
    """20-30家; 3至5万人, where the multiplier printed at the end holds for both ends. None where it does not ascend."""
    low, high = first.value, last.value
    if not any(c in first_text for c in "百千万亿") and any(c in second_text for c in "百千万亿"):
        for factor in (10**8, 10**4, 1000, 100):
            if high % factor == 0 and low < high / factor:
                return low * factor, high
    return low, high if low < high else None


def _countable(printed: str, unit: str, match: regex.Match[str], text: str, rules: Grammar) -> bool:
    """Chinese numerals that can be a count at all: no bare 几 or 数, no 人数十分, bare 百/千/万 with a modifier or a person unit."""
    start = match.start()
    if printed[0] == "数" and (len(printed) == 1 or (start and text[start - 1] in rules.not_before_shu)):
        return False
    if printed in ("几", "余", "多"):
        return False
    if printed.strip("百千万亿") == "" and len(printed) <= 2:
        modified = match["after"] or (start and text[start - 1] in "近上逾超过约破达足")
        return bool(modified) or (unit in rules.bare_units and unit != "" and text[start - 1 : start] not in ("",))
    return True


def _in_quotes(
    start: int, end: int, text: str, quotes: list[tuple[int, int]], dimension: str, *, exact_number: bool
) -> bool:
    """Inside 《…》 and short “…” numerals belong to a name, but for rates, money and a quoted figure alone (“65.91”)."""
    i = bisect_right(quotes, (start, len(text))) - 1
    if i < 0 or quotes[i][1] < end:
        return False
    first, last = quotes[i]
    if text[first] in "《〔":
        return True
    if dimension in ("ratio", "money", "percentage-point") or (exact_number and last - end <= 1 and start - first <= 1):
        return False
    return last - first <= 26


def _excluded(start: int, numeral_end: int, unit_end: int, text: str, rules: Grammar) -> bool:
    """Whether a rule says that the numeral at ``start:numeral_end`` counts nothing there."""
    exclusions = rules.arabic if text[start].isascii() else rules.chinese
    for place, at in zip(exclusions, (start, start - 1, numeral_end, unit_end), strict=True):
        for rule in _possible(place, text[at : at + 1] if at >= 0 else ""):
            # What follows differs most from rule to rule, the numeral least.
            end = unit_end if rule.after_unit else numeral_end
            if (
                (rule.after is None or rule.after.match(text, end, timeout=rule.limit))
                and (rule.before is None or rule.before.match(text, start, timeout=rule.limit))
                and (rule.numeral is None or rule.numeral.fullmatch(text, start, numeral_end, timeout=rule.limit))
            ):
                return True
    return False


def _modifier(start: int, text: str, rules: Grammar) -> tuple[int, Approx | None]:
    """Where the quantity begins with its modifier, and what the modifier says (None if there is none)."""
    if text[start - 1 : start] not in rules.before_ends:
        return start, None
    for length in (3, 2, 1):
        term = text[max(0, start - length) : start]
        if term in rules.before and not text.endswith(rules.part_of_word, 0, start):
            return start - len(term), rules.before[term]
    for verb, approx in rules.verbs:
        if text.endswith(verb, 0, start) and not text.endswith(rules.part_of_word, 0, start):
            return start, approx
    if start and text[start - 1] == "上" and text[start : start + 1] in "百千万亿" and start < len(text):
        return start - 1, "more"
    return start, None


def _stands_alone(start: int, end: int, printed: str, text: str) -> bool:
    """Whether an Arabic numeral without a unit counts something: 吸纳82358新就业形态劳动者, 下降到0, 提高至“97.06”."""
    if YEAR.fullmatch(printed):
        return False
    following = text[end : end + 1]
    if "\u4e00" <= following <= "\u9fff":
        return len(printed) >= 2 or "\u4e00" <= text[start - 1 : start] <= "\u9fff"
    if following and following not in "，。；、）)”,;":
        return False
    return VALUE_VERB.match(text, start) is not None or MYRIADS.search(printed) is not None


def _share_units(found: list[Quantity], text: str, rules: Grammar) -> Iterator[Quantity]:
    """Give a numeral the unit printed at a later member of its list (增加12.7个、8个百分点; 1.6万、7千和4千亩次) or at the one it
    changed from (由9.60%下降到0); numerals that get none and do not stand alone are dropped. The multiplier printed at the
    end (4.2、3.1和2.6万元) holds for the members before it that have none and are of a like size without it."""
    shared: list[Quantity] = []  # from the end
    follower: Quantity | None = None
    factor = 0  # what the follower has borrowed, 0 where it prints its own
    for i in range(len(found) - 1, -1, -1):
        quantity = found[i]
        lender, sure = _lender(found, i, text, follower)
        if lender is not None and (
            quantity.confidence > 0 or not _excluded(quantity.start, quantity.end, quantity.end, text, rules)
        ):
            takes = lender is follower and _takes_factor(quantity, text)
            factor = (factor or _factor(lender, text)) if takes else 1
            quantity = msgspec.structs.replace(
                quantity, unit=lender.unit, dimension=lender.dimension, shared=True, confidence=sure
            )
            if factor > 1 and quantity.value * factor < MUCH_LARGER * lender.value:
                quantity = _times(quantity, factor)
        else:
            factor = 0
        follower = quantity if quantity.confidence > 0 else None
        if follower is not None:
            shared.append(follower)
    yield from reversed(shared)


def _lender(found: list[Quantity], i: int, text: str, follower: Quantity | None) -> tuple[Quantity | None, float]:
    """The neighbour whose unit quantity ``i`` shares, and how sure that is; None if there is none. ``follower`` is the next
    quantity with what it has borrowed itself."""
    quantity = found[i]
    between = text[quantity.end : follower.start] if follower is not None else ""
    if follower is not None and follower.unit and between in (CHAINING if follower.shared else SHARING):
        longer = quantity.unit == "个" and follower.unit.startswith("个") and len(follower.unit) > 1
        if longer or (not quantity.unit and quantity.value < LARGEST_SHARING):
            return follower, 0.9
    leader = found[i - 1] if i else None
    near = leader is not None and leader.unit and not quantity.unit and 0 < quantity.start - leader.end <= 6
    if leader is not None and near and FROM_TO.fullmatch(text, leader.end, quantity.start):
        return leader, 0.85
    return None, 0.0


def _takes_factor(quantity: Quantity, text: str) -> bool:
    """Whether a multiplier printed behind a later member can hold for this one: digits alone, without unit or multiplier."""
    printed = text[quantity.start : quantity.end]
    return not quantity.unit and printed[-1].isdecimal() and not any(c in "百千万亿" for c in printed)


def _factor(quantity: Quantity, text: str) -> int:
    """The multiplier printed behind the digits of ``quantity``, 1 if there is none."""
    printed = FACTOR.search(text, quantity.start, quantity.end)
    return numerals.multiplier_value(printed[0]) if printed else 1


def _times(quantity: Quantity, factor: int) -> Quantity:
    value_max = None if quantity.value_max is None else numerals.trim(quantity.value_max * factor)
    return msgspec.structs.replace(quantity, value=numerals.trim(quantity.value * factor), value_max=value_max)
