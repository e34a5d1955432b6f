"""Amounts of money set for, adjusted to and spent on items: budgets, from finance tables and from prose."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, cast

import msgspec
import regex

from jixiao import numerals, outline
from jixiao.clean import Cleaned
from jixiao.finance import BASES, THREE_EXPENSES, Amount, table_amounts
from jixiao.lexicon import Lexicon
from jixiao.records import Basis, Budget, Claim, Document, Section, SectionLabel, record_id
from jixiao.segment import section_at

SENTENCE_END = regex.compile(r"[。！？!?]")
CLAUSE_END = regex.compile(r"[，；。：]")
COMPARED_YEAR = regex.compile(
    r"((?:19|20)\d{2})年(?:度|初|年初)?(?:的|部门|年初|全年)*(?:预算|决算|支出|收入|收支|总)*[数额]?(?:为|是)?$"
)
COMPARED = regex.compile(
    r"(?:^|[，；])(?:(?:19|20)\d{2}年)?(?P<name>[\p{Han}“”]{2,14}?)(?:比|较)(?:上年|(?:19|20)\d{2}年)[^，；]{0,8}$"
)
HELD_SHARE = regex.compile(r"(?:占|为|完成|达到?)[^，。；]{0,6}预算(?:总?数|总?额)?的\d[\d.]{0,8}%")
# In a part on the preparation of the budget what is said of expenditure is planned.
PLANNED = regex.compile(r"支出(?:的)?(?:结构|构成|用途|性质)|支出按.{0,4}分|(?:公共|基金|经营)预算支出(?:为|共)?$")
ASSETS = regex.compile(r"[原净]值|价值|资产|在用")
OF_A_YEAR = regex.compile(r"三公|采购")
JOINED_NAME = regex.compile(r"[与及和]$|[与及和].{1,4}$")
EXPLAINED = regex.compile(r"（[^）]*）$")
BY_CHANGES = regex.compile(r"经.{0,6}调整后?")
TRAILING = regex.compile(r"(?:实际)?(?:预算(?:数|金额|资金)?|决算数?|支出(?:预算|决算)?)$")
LEVEL = regex.compile(r"(?:中央|省|市|县|区)(?:级|财政|级财政)?(?:资金)?$|(?:一般公共预算|政府性基金|上年结转)")
ZERO_OF = regex.compile(r"(?:费|费用|经费|预算数?|支出数?|决算数?)(?:均|都)?为?$")
PURCHASE_PART = regex.compile(r"(?:货物|工程|服务)类?$")
LABELLED = regex.compile(
    r"(?:(?:项目|任务)(?:名称)?[:：]\s*(?P<item>[^：:；。]{2,40}?)\s*[；，\s])?\s*"
    r"(?<![期总])(?P<label>(?:本?年度|项目|预算)*(?:资金总额|预算总额|预算金额|预算资金|金额|预算数?))\s*"
    r"(?:[（(](?P<unit>[亿万千百]?元)[）)])?[:：]\s*(?P<number>\d[\d,]{0,20}(?:\.\d{1,6})?)\s*(?P<own>[亿万千百]?元)?"
)
LIST_MARKS = regex.compile(
    r"^(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[）)]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,2}[是、]"
    r"|[\u2460-\u249b、（(：:；，,]|其中|包括|另有|另外|以及|和|及)+"
)
LIST_NAME = regex.compile(r"(?:\d{4,6})?(?:\p{Han}|[“”‘’、（）()A-Za-z])[\p{Han}“”‘’（）()A-Za-z]{1,19}")
SPENT = regex.compile(r"决算|执行数|实际")  # even in a budget: of the year that ends
DIVIDED = regex.compile(r"^[、（(]|其中")
LIMITED = regex.compile(r".{0,2}(?:/|（含|以上|的项目)|以[上下内]")
LISTED = regex.compile(
    r"(?<=[：:；;，,、）)])(?P<name>\s?[\p{Han}“”（）]{2,24})\s?(?P<number>\d[\d,]{0,20}\.\d{1,6})(?=\s?[；;，,。、]|$)"
)
THE_REST = regex.compile(r"(?:其余|余下|剩下|余)(?:的|部分)?$")
LIMIT = regex.compile(r"(?:的)?(?:年初|全年)?预算(?:之内|以内|内|的)?")
WITHIN = regex.compile(r"(?:控制在|为|占|不到)(?:年初|全年)?(?:预算)?(?:数|总额)?(?:的)?$")
WITHIN_BUDGET = regex.compile(r"控制在(?:年初|全年)?预算(?:数|总额)?$")
COMPOSED = regex.compile(
    r"(?:仅|全部|均|都)(?:为|是)[^，；]{2,20}(?=，)"
)  # what the amount before is made of, no new item
USED_FOR = regex.compile(r"用于(?P<item>\p{Han}{4,24})的$")  # «其中用于清淤的»42万元
TOLD_BEFORE = regex.compile(  # names the item, and then says how much: 大头是老旧小区改造，实际花费; 绿化养护：支出
    r"(?:^[●•·■◆▪◇○]?(?P<head>[\p{Han}“”、]{2,16})：|(?:大头|其次|再次|首先|最[多大]的|第[一二三四])就?是(?P<ranked>[\p{Han}“”、]{2,16})，)"
    r"(?:实际|共|全年|累计|一共)*(?:支出|花费|花去|花了|用去|支付|拨付|投入)[\p{Han}]{0,4}$"
)
THIS_PROJECT = regex.compile(r"[该本]项目")
KIND_OF_TEXT = regex.compile(r"情况|分析|管理|执行|概况|说明")
RESPECTIVELY = regex.compile(
    r"(?P<names>[\p{Han}“”]{2,16}(?:、[\p{Han}“”]{2,16}){0,4}(?:、|和|与)[\p{Han}“”]{2,16}?)(?:的)?(?:实际)?分别(?:为|是|安排)?$"
)
# A member of a list that says what was spent on it: ，设备更新支出85.40万元.
SPENT_ON = regex.compile(
    r"(?:^|[，；：、])((?![^，；：]{0,8}(?:实际|累计|全年|合计|共|年度|本年|部门|已|需|未|没))[\p{Han}“”、]{3,14}?)支出$"
)
MONEY_VERB = regex.compile(r"(?:实际|全年)?(?:花费|花了|花去|花出去|用了|一共|总共|共计|可用)")
SEVERAL = regex.compile(r"[、和与]")
AND = regex.compile(r"^[、和与及，]$|^以及$")
PURCHASE = "政府采购"
WHOLES = ("部门预算", "部门支出", "部门预算收入")
SILENT: frozenset[SectionLabel] = frozenset(("next_plan", "improvement", "contents", "glossary"))
FUNDS: frozenset[SectionLabel] = frozenset(("budget_preparation", "budget_execution", "overview"))
GIVING = frozenset(("购置", "资助", "救助", "奖励", "扶持", "慰问", "补助", "补贴", "返还"))
MAX_LEAD = 80  # characters before an amount that may say what it is
SMALL = (
    10_000  # yuan; a smaller amount that is printed in yuan is a price or a standard unless words of budgeting say else
)
LONGEST_CAPTION = 60  # characters of a line that leads to a list


class _Words(NamedTuple):
    rules: tuple[tuple[str, regex.Pattern[str]], ...]
    caption_unit: regex.Pattern[str]
    neutral: regex.Pattern[str]
    whole: regex.Pattern[str]
    printed: regex.Pattern[str]
    subject: regex.Pattern[str]
    generic: regex.Pattern[str]
    bare: regex.Pattern[str]
    spending: regex.Pattern[str]
    verb: regex.Pattern[str]
    public: regex.Pattern[str]
    income: regex.Pattern[str]
    planned_income: regex.Pattern[str]
    spread: regex.Pattern[str]
    part: regex.Pattern[str]
    held_against: regex.Pattern[str]
    sum: regex.Pattern[str]
    phase: regex.Pattern[str]
    projects: regex.Pattern[str]


@functools.cache
def _words(lexicon: Lexicon) -> _Words:
    prose = lexicon.budgets.prose
    rules = tuple((rule.says, regex.compile(rule.regex)) for rule in prose.rule)
    named = {name: regex.compile(getattr(prose, name)) for name in _Words._fields[2:]}
    return _Words(rules, regex.compile(lexicon.tables.caption_unit), **named)


class _State(msgspec.Struct):
    """What the words and amounts before said; made anew for each paragraph that does not go on with a list."""

    says: str = ""  # what the last amount was: a basis, "none"; "" before the first
    explicit: bool = False  # whether words of budgeting said it, not a verb of spending
    subject: str = ""  # the item that the sentence has named
    parent: str = ""  # the item of which the next ones may be parts
    last: str = ""  # the item of the last amount that was a budget
    near: str = ""  # the same, in this sentence
    kept: bool = False  # whether the last amount was one
    counted: str = ""  # what the sentence counted last that is no money
    aside: bool = False  # whether a price or standard was told in the sentence
    queue: tuple[str, ...] = ()  # the items of the next amounts: 甲、乙分别为1万元和2万元


class _Place(NamedTuple):
    """What is the same for all amounts of a paragraph."""

    section: Section | None
    document: Document
    words: _Words
    lexicon: Lexicon


def find_budgets(
    cleaned: Cleaned, sections: Sequence[Section], document: Document, lexicon: Lexicon, claims: Sequence[Claim]
) -> tuple[Budget, ...]:
    """All budgets of the document, in the order of the text; offsets are into the source.

    Amounts in prose are those of ``claims``: what each counts has been found already.
    """
    amounts = [
        *table_amounts(cleaned, sections, document, lexicon),
        *_prose_amounts(cleaned, sections, document, lexicon, claims),
    ]
    return tuple(_records(cleaned, document, amounts))


def _prose_amounts(
    cleaned: Cleaned, sections: Sequence[Section], document: Document, lexicon: Lexicon, claims: Sequence[Claim]
) -> Iterator[Amount]:
    words = _words(lexicon)
    text = cleaned.view.text
    prose = [claim for claim in claims if claim.origin == "prose"]
    starts = [cleaned.view.position(claim.start) for claim in prose]
    state = _State()
    before = ""
    for block in cleaned.blocks:
        if block.kind == "table":
            continue
        low, high = bisect_left(starts, block.start), bisect_left(starts, block.end)
        if (unit := words.caption_unit.search(text, block.start, block.end)) and (
            factor := numerals.yuan(unit["unit"])
        ):
            yield from _list_behind(unit, factor, text, block.end, document, words)
        if low < high:
            if not before.endswith(("：", ":", "；", ";")):
                state = _State()
            elif (says := _nearest(words.neutral.sub("", before), words)) in BASES:
                state.says, state.explicit = says, True
            elif words.spending.search(before):
                state.says = "actual"
            section = section_at(sections, prose[low].start)
            place = _Place(section, document, words, lexicon)
            yield from _read_paragraph(cleaned, block.start, prose[low:high], starts[low:high], state, place)
            before = text[max(block.start, starts[high - 1]) : block.end].rstrip()
            before = before if before.endswith(("；", ";")) else before[-MAX_LEAD:]
        elif block.end - block.start <= LONGEST_CAPTION:
            before = text[block.start : block.end].rstrip()
        else:
            before = ""


def _list_behind(
    unit: regex.Match[str], factor: int, text: str, end: int, document: Document, words: _Words
) -> Iterator[Amount]:
    """The amounts of a list that a caption gives the unit of: 项目支出投向（单位：万元）：安全监管42.50；应急救援38.20。"""
    lead = SENTENCE_END.split("".join(text[max(0, unit.start() - MAX_LEAD) : unit.start()].split()))[-1]
    says = _nearest(lead, words)
    if says not in BASES:
        says = _default(document)
    for match in LISTED.finditer(text, unit.end(), end):
        value = Decimal(match["number"].replace(",", "")) * factor
        item = LIST_MARKS.sub("", match["name"].strip())
        if item:
            start, stop = match.span("number")
            yield Amount(start, stop, numerals.trim(value), item, None, cast(Basis, says), document.fiscal_year)


def _read_paragraph(
    cleaned: Cleaned, begin: int, claims: Sequence[Claim], starts: Sequence[int], state: _State, place: _Place
) -> Iterator[Amount]:
    text = cleaned.view.text
    at = begin
    for claim, start in zip(claims, starts, strict=True):
        end = cleaned.view.position(claim.end)
        lead = "".join(text[max(at, start - MAX_LEAD) : start].split())
        value = _value(claim, text[start:end], lead)
        if value is None:
            if claim.unit not in ("%", "个百分点", "元"):
                state.counted = claim.entity
            continue
        amount = _read_amount(claim, value, lead, text[end : end + 12], state, place)
        if amount is not None:
            yield amount._replace(start=start, end=end)
        at = end


def _value(claim: Claim, printed: str, lead: str) -> Decimal | None:
    """The yuan of a claim; None if it is no money."""
    if claim.unit == "元":
        return claim.value
    if claim.unit == "" and printed == "零" and ZERO_OF.search(lead) is not None:
        return Decimal(0)
    return None


def _read_amount(claim: Claim, value: Decimal, lead: str, tail: str, state: _State, place: _Place) -> Amount | None:
    """The budget that a claim of money states, its place left out, or None; ``state`` is brought up to date."""
    words, document = place.words, place.document
    if SENTENCE_END.search(lead):
        *_, before, lead = SENTENCE_END.split(lead)
        # «“三公”经费从严从紧。全年预算5.80万元», where no amount was told before
        topic = None if state.last or state.says else words.subject.match(before)
        state.subject, state.near, state.aside = topic[0] if topic else "", "", False
        state.last = state.parent or state.last  # what the next sentence compares is the whole, not its last part
        if not state.explicit:
            state.says = ""
    if (
        not lead
        or (place.section is not None and place.section.label in SILENT)
        or (LIMITED.match(claim.text[-2:] + tail) and not WITHIN_BUDGET.search(lead))
    ):
        return None
    lead = COMPOSED.sub(_blank, lead)
    bare = HELD_SHARE.sub(_blank, words.neutral.sub(_blank, lead))
    says = _nearest(bare, words)
    if (
        says in ("", "actual")
        and (place.section is not None and place.section.label == "budget_preparation")
        and not (state.explicit and state.says == "actual")
        and PLANNED.search(lead)
    ):
        says = "budget"
    limit = LIMIT.match(tail) if WITHIN.search(lead) else None
    if limit is not None:
        says = "adjusted" if "全年" in limit[0] else "budget"  # 控制在9.80万元的预算以内
    if says == "others":
        named = document.document_type == "budget" and not ASSETS.search(lead) and _listed(lead, words)
        says = "" if named else "none"
    year = document.fiscal_year
    if says == "previous_year" and claim.change == "from":
        says = "aside"  # 由上年的386亿元增加到414亿元: of whatever grew
    if (match := COMPARED_YEAR.search(lead)) and year and match[1] < year:
        says, year = "previous_year", match[1]
    elif says == "previous_year":
        year = str(int(year) - 1) if year else None
    elif not says and (claim.change in ("from", "to") or _small(claim)):
        says = "aside"
    if says == "aside":
        state.aside = True
        return None
    if state.queue and AND.search(lead):
        named, state.queue = state.queue[0], state.queue[1:]
        state.last = state.near = named
        return Amount(0, 0, value, named, None, cast(Basis, state.says), year) if state.says in BASES else None
    state.queue = ()
    part = words.part.search(lead) is not None or lead.endswith(("、", "，"))  # 救助143人次、118.30万元
    if subjects := [match[0] for match in words.subject.finditer(lead)]:
        state.subject = subjects[-1]
    elif THIS_PROJECT.search(lead) and place.section is not None and not KIND_OF_TEXT.search(place.section.title):
        state.subject = _bare_title(place.section.title, place)
    if says == "adjusted" and "调" not in lead and OF_A_YEAR.search(CLAUSE_END.split(lead)[-1] + state.subject):
        says = "budget"  # of «“三公”经费全年预算» none was before
    elif not says and state.kept and state.says in ("budget", "adjusted") and lead.endswith("实际完成"):
        says = "actual"
    if says == "previous_year":
        if (
            _small(claim)
            or (not state.kept and state.last)
            or (not state.last and "预算" not in lead and "支出" not in lead)
        ):
            return None
        compared = COMPARED.search(lead)
        if compared and (own := words.subject.search(compared["name"]) or words.printed.search(compared["name"])):
            return Amount(0, 0, value, own[0], None, "previous_year", year)
        return Amount(0, 0, value, state.last or _whole(says, lead, place), None, "previous_year", year)
    if (words.income.search(lead) or words.income.search(claim.entity)) and not _plans_income(lead, part, state, place):
        says = "none"
    if not says and document.document_type != "budget" and _nearest(claim.entity, words) in ("none", "others"):
        says = "none"
    explicit = bool(says)
    listed, direct = "", explicit
    if not says and lead.endswith("全年") and state.explicit and state.says in ("budget", "none"):
        says, explicit = "adjusted", True
    if not says and (DIVIDED.search(lead) if state.says == "none" else state.says and (part or state.explicit)):
        says, explicit = state.says, state.explicit
        listed = _listed(lead, words) if explicit else ""
    if not says and words.printed.search(lead):
        says, explicit = state.says or _default(document), True
    if not says:
        says, explicit = _unsaid(claim, lead, state, place)
        listed = _listed(lead, words) if explicit else ""
    if says == "actual" and document.document_type == "budget" and not SPENT.search(CLAUSE_END.split(lead)[-1]):
        says = "budget"
    if not says:
        return None
    if limit is None and not words.held_against.search(lead):
        state.says, state.explicit = says, explicit
    state.kept = says != "none"
    if says == "none":
        return None
    item = state.near if limit is not None else ""
    item = item or _item(claim, listed, lead, says, direct, part, state, place)
    if len(item) < 2:
        return None  # nothing, or what a broken line left of a word
    state.last = state.near = item
    if not part:
        state.parent = item
    return Amount(0, 0, value, item, None, cast(Basis, says), year)


def _small(claim: Claim) -> bool:
    return claim.unit == "元" and 0 < claim.value < SMALL and "万" not in claim.text


def _plans_income(lead: str, part: bool, state: _State, place: _Place) -> bool:
    """Whether an amount of income is one that a budget plans."""
    if place.document.document_type == "budget":
        return True
    return place.words.planned_income.search(lead) is not None and (
        "预算" in lead or (state.says == "budget" and state.explicit)
    )


def _default(document: Document) -> Basis:
    return "budget" if document.document_type in ("budget", "target_table") else "actual"


def _unsaid(claim: Claim, lead: str, state: _State, place: _Place) -> tuple[str, bool]:
    """What an amount is of which no word of budgeting tells: in a budget it is planned, in a report spent if a verb says so."""
    words, kind = place.words, place.document.document_type
    label = place.section.label if place.section else "other"
    if kind in ("budget", "final_accounts") and (claim.category == "资金" or label in FUNDS):
        return _default(place.document), True
    if kind == "target_table":
        return "", False
    clause = CLAUSE_END.split(lead)[-1]
    if claim.period and place.document.fiscal_year and claim.period[:4] > place.document.fiscal_year:
        return "", False  # what is meant to be spent in a year to come
    if words.spread.search(lead):
        return _default(place.document), True
    if words.spending.search(claim.action) or words.spending.search(clause) or words.public.search(claim.entity):
        return "actual", False
    if state.aside and words.sum.search(clause) and state.says != "none":
        return "actual", False
    if label in ("budget_preparation", "budget_execution") and claim.category == "资金" and state.says != "none":
        return ("budget" if label == "budget_preparation" else "actual"), False
    return "", False


def _nearest(lead: str, words: _Words) -> str:
    """What the rule says that matches nearest before the amount; "" if none does."""
    best, says = 0, ""
    for name, pattern in words.rules:
        last = max((match.end() for match in pattern.finditer(lead)), default=0)
        if last > best:
            best, says = last, name
    return says


def _listed(lead: str, words: _Words) -> str:
    """The name of a member of a list of amounts, all that stands between two of them: 「，设备购置」74.50万元; else ""."""
    name: str = LIST_MARKS.sub("", CLAUSE_END.split(lead)[-1]).removesuffix("的").removesuffix("为")
    return name if LIST_NAME.fullmatch(name) and not words.verb.search(name) else ""


def _item(
    claim: Claim, listed: str, lead: str, says: str, direct: bool, part: bool, state: _State, place: _Place
) -> str:
    """What the amount is of: its own name, else what the sentence or the heading names, else the whole department; "" if
    nothing tells."""
    words = place.words
    if THE_REST.search(lead):
        return ""  # of what, only the sum says
    if several := RESPECTIVELY.search(lead):
        first, *others = SEVERAL.split(several["names"])
        state.queue = tuple(others)
        return f"{LIST_MARKS.sub('', first)}"
    if told := TOLD_BEFORE.search(lead):
        before: str = told["head"] or told["ranked"]
        if not words.generic.match(before) and not words.spread.search(before + "："):
            return before
    if used := USED_FOR.search(lead):
        return str(used["item"])
    if match := words.phase.search(lead):
        return f"{match[0]}" if "支出" in match[0] else f"{match[0]}累计支出"
    if match := words.printed.search(lead):
        return f"{match[0]}"
    if words.projects.search(lead):
        return "项目支出"
    if (spent := SPENT_ON.search(lead)) and not words.verb.search(spent[1]) and not words.subject.search(lead):
        short = LIST_MARKS.sub("", spent[1])
        if not words.generic.match(short) and not words.neutral.search(short + "支出"):
            return f"{short}"
    topic = words.subject.search(place.section.title) if place.section else None
    if THIS_PROJECT.search(lead) and state.subject:
        return state.subject
    name: str = EXPLAINED.sub("", LIST_MARKS.sub("", listed)) if listed else LIST_MARKS.sub("", claim.entity)
    if not listed and BY_CHANGES.fullmatch(name):
        name = ""  # «实际支出» is of what the sentence speaks of
    elif not listed and place.section is not None and place.section.label in FUNDS:
        name = _unbroken(name, lead, words)
    if own := [match for match in words.subject.finditer(lead) if _governs(lead[match.end() :])]:
        name = own[-1][0]
    elif (
        (match := words.whole.search(lead))
        and match.end() == len(lead)
        and (not topic or "部门" in match[0])
        and not (state.aside or OF_A_YEAR.search(state.subject))
    ):
        return _whole(says, lead, place)
    elif words.generic.match(name) or name == "":
        total = words.whole.search(lead) and not OF_A_YEAR.search(state.subject)
        if not topic and not state.aside and (total or (not part and state.last in WHOLES)):
            return _whole(says, lead, place)
        name = state.subject or (topic[0] if topic else "") or ("" if part or state.aside else state.near)
        if not name:
            funds = place.section is not None and place.section.label in FUNDS
            name = state.counted if not funds or state.aside else ""
        if not name:
            if MONEY_VERB.fullmatch(claim.entity):
                return ""
            return _whole(says, lead, place) if direct else claim.entity if len(claim.entity) > 2 else ""
    elif words.bare.match(name) and state.counted:
        name = f"{state.counted}{name}" if name not in ("标准", "对象") else state.counted
    else:
        short = TRAILING.sub("", name)
        if len(short) > 1 and not words.neutral.fullmatch(name):
            name = short
    if "采购" in name and len(name) <= 6:
        name = PURCHASE
    elif "三公" in name:
        name = THREE_EXPENSES
    elif claim.action in GIVING and name == claim.entity and claim.action not in name:
        name += claim.action  # who was given money is no item, 学生资助 is one
    above = state.parent if part else state.last
    if PURCHASE in above and (PURCHASE_PART.match(name) or (part and PURCHASE not in name)):
        return f"{PURCHASE}-{name}"
    if LEVEL.match(name):
        above = state.parent if part else state.last.partition("-")[0] if "-" in state.last else ""
        return f"{above}-{name}" if above else name
    return name


def _unbroken(name: str, lead: str, words: _Words) -> str:
    """The full name of a member of a list of which ``name`` is the end: 走访及「慰问经费」; ``name`` where none is clear."""
    full = _listed(lead, words)
    if len(full) <= len(name) or not full.endswith(name) or words.spending.match(full):
        return name
    return full if JOINED_NAME.search(full[: -len(name)]) else name


def _blank(match: regex.Match[str]) -> str:
    return "□" * len(match[0])


def _bare_title(title: str, place: _Place) -> str:
    """The words of a heading without its numbering."""
    numbering = outline.prefix(title, place.lexicon)
    return title[numbering.length :] if numbering is not None else title


def _governs(between: str) -> bool:
    """Whether a name is what the amount is of, by what stands between: no other clause, or a colon and a basis."""
    return len(between) <= 8 and CLAUSE_END.search(between.lstrip("：:")) is None


def _whole(says: str, lead: str, place: _Place) -> str:
    """The name of the sum that a report is of."""
    title = place.document.title or ""
    if "项目支出" in title and "整体" not in title:
        return "项目支出"
    if place.words.income.search(lead):
        return "部门预算收入"
    return "部门支出" if says == "actual" else "部门预算"


def _records(cleaned: Cleaned, document: Document, amounts: Iterable[Amount]) -> Iterator[Budget]:
    last = 0
    for amount in sorted(amounts, key=lambda amount: (amount.start, -amount.end)):
        start, end = cleaned.view.source_span(amount.start, amount.end)
        if start < last:
            continue  # read twice, as a line of a form and as prose
        last = end
        yield Budget(
            budget_id=record_id("budget", document.doc_id, start, end),
            doc_id=document.doc_id,
            item=amount.item,
            code=amount.code,
            basis=amount.basis,
            amount=amount.value,
            fiscal_year=amount.year,
            start=start,
            end=end,
            text=cleaned.view.source[start:end],
        )
