"""From quantities to claims: what each figure counts, what governs it, what it is for."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Literal

import msgspec
import regex

from jixiao.classify import classify
from jixiao.clean import Cleaned
from jixiao.lexicon import Lexicon
from jixiao.linear import RULES_ONLY, Models
from jixiao.periods import find_period
from jixiao.phrases import (
    AGENTS,
    BUDGETS,
    GOVERNING,
    JOINERS,
    NEVER_ENTITY,
    PARTS,
    RATIOS,
    SHARES,
    SORTS,
    TAKING,
    Candidate,
    candidates,
    clause_bounds,
    phrase_before,
    plain_level,
    render,
)
from jixiao.quantities import Quantity, find_quantities
from jixiao.ranking import (
    COMPARED_WITH,
    REACH_WHOLE,
    REMEMBERED,
    Counted,
    Moment,
    choose,
    only_qualifies,
    texts_and_kinds,
    token_span,
)
from jixiao.records import Change, Claim, Document, Section, SectionLabel, record_id
from jixiao.segment import section_at
from jixiao.tables import Grid, figures, read_grids, statements
from jixiao.target_rows import Row, reached, read_rows
from jixiao.windows import DUAL, LEVEL, MARK, NOUN, OTHER, QUANTITY, QUOTE, VERB, Token, Vocabulary, tokens, vocabulary

# Sections whose numerals are definitions or page numbers, not statements of the department.
SILENT: frozenset[SectionLabel] = frozenset(("contents", "glossary"))

# Their tables are finance or target tables, which yield budget and target records.
FINANCE_DOCUMENTS = frozenset(("budget", "target_table", "final_accounts"))
NO_TABLE_CLAIMS: frozenset[SectionLabel] = frozenset(("annex",))

# How the line of a form begins that tells what was aimed at, or what was done.
AIMED = regex.compile(r"(?:年度|总体|绩效|预期)+目标(?!.{0,4}完成)[:：]?\S")
DONE = regex.compile(r"(?:全年|年度|目标)?实际完成情况[:：]?\S")
SENTENCE = regex.compile(r"[^。！？\n]++[。！？]?")
LONG_MEMBER = 4  # words of the last member of a coordination that must share more than its head
LONGEST_LABEL = 20  # characters of a line that only names what follows
MAX_DISTINCT = 50  # entities remembered a value, so that hostile repetition stays linear
MAX_SENTENCE = 2000  # characters; a longer one is a table or an attack, and is read in pieces
LIMITS = ("以上", "以下", "及以上", "及以下", "以内")
PHYSICAL = frozenset(("length", "area", "volume", "weight", "power", "energy", "voltage", "data", "age", "temperature"))
MEASURES = PHYSICAL | {"money"}
SCORE_RULE = regex.compile(
    r"的，?得|每[^，。]{0,6}扣|扣完|不得分|得0分|分[）)]|[≥≤<>＜＞]|满分(?![\d.]+分，得)|标准|[×÷/]"
)
# What a figure is called that was set beforehand, behind it (高于90%的目标) and before it (原定8个).
SET_NOUN = (
    r"(?:\p{Han}{0,6}?(?:目标值?|要求|上限|下限|限额|控制[数价线值]|指标值|时限|期限|预期|任务数|警戒线|标准线|红线|序时进度|时序进度|时间进度)"
    r"|(?:\p{Han}{2}){0,2}标准)(?!体系|管理|任务分)"
)
SET_BEHIND = regex.compile(rf"(?:以[内上下])?的{SET_NOUN}|(?:的)?(?:控制[数价线值]|目标值|年度目标|法定时限|规定时限)")
SET_AGAINST = regex.compile(
    r"(?:[高低多少优好快慢早晚长短]于|超[过出]|达到?了?|没到|不到|未到|突破|离|距|比|较|控制在|满足|符合|超额完成)[^，。；：]{0,14}$"
)
SET_BEFORE = regex.compile(
    r"(?:[离距比较于与过]|不到|没到|达到)[^，。；：\d]{0,8}(?:规定|要求|原定|确定|核定|下达|批复|定)的(?:[^，。；：\d]{0,4}[为是])?$"
)
# 5万元以上的支出须经会议研究: for whom a rule of procedure goes, and nothing that was done; matched at the last two characters.
RULED = regex.compile(
    r"(?:以[上下内]|..[（(]含[^（）()]{1,8}[）)]以[上下内]|..[）)]以[上下内])的?\p{Han}{0,14}?(?:须|需|应|一律|由|提[交请]|报|经)"
    r"\p{Han}{0,10}?(?:审[批核定议]|研究|决[定策]|讨论|批准|同意|上会|集体)"
)
GOAL_BEFORE = regex.compile(
    r"(?<!(?:[超高低多少][出过于]|超|超额完成)(?:年度|年初|全年|计划|预期)?)(?:目标值?|指标值|控制[数价线值])(?:均|都|分别)?(?:为|是|定为)?[“\"]?$"
)
PLANNED_BEFORE = regex.compile(r"(?<!采购)计划(?!\p{Han}{0,4}采购)[^，。；：\d]{0,12}$")
ONCE_PLANNED = regex.compile(r"(?:原定|原计划|原来定|本来定|年初定|当初定)(?:的?是|了|为)?[^，。；：\d差还]{0,6}$")
AIMING = re.compile("[标控计定]")  # without one of these no 目标, 指标值, 控制数, 计划 or 原定 stands before a figure
RESULT = regex.compile(
    r"[，,；;、（(]?[^，。；]{0,12}?(?:实际|完成|完工|建成|挂牌|只|达到|实有|已|办[了成]|开工|破土)[^，。；]{0,10}$"
)
LATER = regex.compile(r"明年|下一?年|下年度|今后|下一步")
PER_HEAD = regex.compile(r"[每人户均][^，。；]{0,6}$")
FULL_MARKS = regex.compile(r"分?[，,]?(?:自评|实际|实)?得分?(?:为)?\s*\d")
GOAL_SECTIONS: frozenset[SectionLabel] = frozenset(("goals", "work_plan", "next_plan", "target_table"))
SHARED_HEADS = frozenset("案件 事故 企业 机构 项目 人员 学校 医院 工程 用户 客户 居民".split())
PLANS = ("任务", "任务数", "计划", "计划数", "目标", "目标数", "目标任务", "指标", "预算", "预算数")
IS = frozenset(("为", "是", "达", "达到", "完成"))
RATE_UNITS = frozenset(("%", "％", "‰", "个百分点", "百分点", "成", "倍"))
DIVIDED_UNITS = frozenset("条 项 件 宗 起 次 家 个 人 名 户 处 份".split())
DONE_UNITS = frozenset("人 名 户 人次 户次".split())
LONGEST_HEAD, LONGEST_PART = 4, 6
TITLE_NUMBER = regex.compile(r"^[（(]?[一二三四五六七八九十\d.]{1,5}[）)、.．]?\s*")
SET_TITLES = (
    "情况",
    "效益",
    "方面",
    "工作",
    "管理",
    "问题",
    "措施",
    "目标",
    "概况",
    "分析",
    "满意度",
    "影响",
    "执行",
    "编制",
    "建议",
    "计划",
    "职能",
    "评价",
    "结论",
    "做法",
    "经济性",
    "效率性",
    "效果性",
    "公平性",
)
SPENDING = frozenset(("支出", "决算", "预算", "全年支出", "实际支出", "执行数"))  # of an item that was named before
ALL_SPENDING = regex.compile(r"(?:全年|当年|本年度?|年度)?(?:实际|决算)?总?支出")  # as printed (guideline, 六（十四）)
SPENT = regex.compile(
    r"(?:全年|当年|本年度?|年度|累计|共|已|实际|决算)*(?P<verb>支出|采购(?!金?额)|使用|执行|开支|支付|决算)(?:数|额|金额)?(?:了|为|达)?"
)
ITEM_JOINERS = frozenset("及 和 与 以及".split())
NO_ITEMS = frozenset("支出 预算 实际 追加 收回 征收 统筹 涉及 全县 全市 全区 上级".split())
COMPARING = frozenset("比 较 与 同比 同".split())
PAID_UNITS = frozenset("人 名 户 位 人次 户次 家 个".split())
COLONS = frozenset("：:")
TOLD_OF_ITEMS = ("较", "比", "与", "占", "用于", "主要")
MOVED = frozenset("追加 追减 调增 调减 核增 核减".split())  # what becomes of a budget during the year
WHY = frozenset("因 由于 受 随".split())
SPENT_ON = regex.compile(r"(?:实际|全年)?(?:支出|决算)(?:数|额)?$")
BUDGET_OF = regex.compile(
    r"(?!(?:部门|单位|年初|全年|本年|年度|调整后|总|收入|支出|收支)+(?:年初|全年|年度|收入|支出|收支)*预算)"
    r"(?P<item>.{2,}?)(?:年初|全年|年度|调整)?预算(?:数|总?额|金额)?"
)
AT_TIMES = frozenset("全年 当年 本年 上年 年末 年底 目前 其中".split())
EVENTS_COUNTED = regex.compile(r"(?P<of>.{2,})(?:起数|宗数)")
IN_USE, ASSETS = "在用", "固定资产"
FINISHED = "结业"
INCOME_AND_SPENDING = frozenset(("收入", "支出"))
SUMMING = frozenset(("合计", "总计", "共计", "合共", "总共"))
DIVIDING = frozenset(("其中", "包括", "含"))  # what follows is parts of what was counted before
OF_ITS_OWN = frozenset("包括 占".split())  # what a claim is, and no other
COMPARED = frozenset("比 较".split())
HAVING = frozenset("有 只有 仅有 还有 没有 现有 实有 共有".split())
FROM = ("由", "从", "自")
TO_NOW = ("到", "至", "为")
TO = ("到", "至", "调整为", "变为")
MODIFIERS = ("超过", "突破", "超", "低于", "高于")  # that say in which way a figure was passed
YEAR = regex.compile(r"(20\d{2})年(?:度)?(?:(?:第)?([一二三四1-4])季度|(上半年)|(?:1|一)[-—至](\d{1,2})月)?")


class Context(msgspec.Struct):
    """What the clauses before left for an ellipsis; made anew for each paragraph."""

    topic: str = ""  # what the paragraph's heading names, of which a sum at its end is
    entity: str = ""
    action: str = ""
    unit: str = ""
    named: list[str] = []  # entities of this sentence, for 分别 without a subject of its own
    counted: list[Counted] = []  # in this paragraph, the last at the end
    before: Sequence[Token] = ()  # the sentence before


Watch = Callable[[int, int, Moment], None]  # start and end in the view, and what was seen


def find_claims(
    cleaned: Cleaned,
    sections: Sequence[Section],
    document: Document,
    lexicon: Lexicon,
    models: Models = RULES_ONLY,
    watch: Watch | None = None,
    rows: Sequence[Row] | None = None,
) -> tuple[Claim, ...]:
    """All claims of the document, in the order of the text; offsets are into the source.

    ``models`` are asked where the rules doubt; by default the rules alone decide.
    ``rows`` are those of the document's target tables, read here if None.
    ``watch`` is called with what is seen from each quantity of the prose, before anything is chosen; training learns from it.
    """
    text = cleaned.view.text
    rows = tuple(read_rows(cleaned, lexicon, document.fiscal_year)) if rows is None else rows
    claims: list[Claim] = list(_reached(cleaned, sections, document, lexicon, models, rows))
    claims.extend(_explained(cleaned, sections, document, lexicon, models, rows, watch))
    own = {(claim.start, claim.end) for claim in claims}
    told_in_rows = _cells_of(rows, cleaned)
    topic_of: Section | None = None
    topic = ""
    told = True  # whether the paragraphs among target tables tell what was done, not what was aimed at
    for index, block in enumerate(cleaned.blocks):
        section = section_at(sections, cleaned.view.source_span(block.start, block.end)[0])
        label: SectionLabel = section.label if section else "other"
        if block.kind == "table":
            told = True
            tabular = document.document_type not in FINANCE_DOCUMENTS and label not in NO_TABLE_CLAIMS
            if tabular and label not in SILENT and label != "score_table":
                grids = tuple(read_grids(cleaned, index, lexicon))
                found = list(_read_table(grids, cleaned, section, document, lexicon, models))
                for cell in (cell for grid in grids for cell in statements(grid, lexicon)):
                    span = cell.start, cell.end
                    found.extend(_read_prose(span, "", cleaned, section, document, lexicon, models, watch))
                claims.extend(claim for claim in found if (claim.start, claim.end) not in own)
            continue
        if label == "target_table":
            told = _tells(text[block.start : block.end], told)
            if not told or document.document_type in FINANCE_DOCUMENTS or AIMED.match(text, block.start, block.end):
                continue
        elif label in SILENT:
            continue
        if section is not topic_of:
            topic_of, topic = section, _topic(section, lexicon)
        for claim in _read_prose((block.start, block.end), topic, cleaned, section, document, lexicon, models, watch):
            if (claim.start, claim.end) not in own and not _inside(claim, told_in_rows):
                claims.append(claim)
    return join_repeated(_apart(sorted(claims, key=attrgetter("start", "end"))))


def _apart(claims: Iterable[Claim]) -> Iterator[Claim]:
    """``claims``, which are in order, without those that begin inside the one before: 零㎡0, where one sign is folded into two."""
    end = -1
    for claim in claims:
        if claim.start >= end:
            yield claim
            end = claim.end


def _cells_of(rows: Iterable[Row], cleaned: Cleaned) -> list[tuple[int, int]]:
    """The spans in the source of what rows of target tables print, in order, but for the reasons that they give in prose."""
    spans = {
        cleaned.view.source_span(piece.start, piece.end)
        for row in rows
        for role, cells in row.cells.items()
        if role != "deviation"
        for pieces in cells
        for piece in pieces
    }
    return sorted(spans)


def _inside(claim: Claim, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a claim overlaps one of ``spans``, which are in order and apart."""
    at = bisect_left(spans, (claim.end, 0))
    return at > 0 and spans[at - 1][1] > claim.start


def _reached(
    cleaned: Cleaned,
    sections: Sequence[Section],
    document: Document,
    lexicon: Lexicon,
    models: Models,
    rows: Sequence[Row],
) -> Iterator[Claim]:
    """The claims in the column 实际完成值 of target tables, in whatever section of a report these stand."""
    if document.document_type in FINANCE_DOCUMENTS:
        return
    for row in rows:
        label = row.indicator()
        whole = row.whole()
        if not any(char.isdigit() for char in row.text("target")) and row.text("actual").isdecimal():
            continue  # a bare number behind a target in words is a mark
        for pieces in row.cells.get("actual", ()):
            section = section_at(sections, cleaned.view.source_span(pieces[0].start, pieces[-1].end)[0])
            for quantity in reached(pieces, row.unit(), lexicon):
                head = row.heads.get("actual", "")
                yield _claim(
                    cleaned,
                    section,
                    document,
                    quantity,
                    lexicon,
                    models,
                    sentence=whole,
                    entity=label,
                    action="",
                    qualifiers=(),
                    period=document.fiscal_year,
                    change=None,
                    confidence=quantity.confidence,
                    rule="table",
                    origin="table",
                    column=head or None,
                )


def _explained(
    cleaned: Cleaned,
    sections: Sequence[Section],
    document: Document,
    lexicon: Lexicon,
    models: Models,
    rows: Sequence[Row],
    watch: Watch | None,
) -> Iterator[Claim]:
    """The claims in the column 偏差原因 of target tables, which is prose about the indicator of its row."""
    if document.document_type in FINANCE_DOCUMENTS:
        return
    for row in rows:
        for pieces in row.cells.get("deviation", ()):
            section = section_at(sections, cleaned.view.source_span(pieces[0].start, pieces[-1].end)[0])
            for piece in pieces:
                span = piece.start, piece.end
                yield from _read_prose(span, row.indicator(), cleaned, section, document, lexicon, models, watch)


def _tells(line: str, told: bool) -> bool:
    """Whether what stands at and below ``line`` among target tables is told as done: after 实际完成情况 or 说明, not after 预期目标."""
    if DONE.match(line):
        return True
    if len(line) <= LONGEST_LABEL and not any(character.isdigit() for character in TITLE_NUMBER.sub("", line)):
        if "目标" in line or "预期" in line:
            return False
        return told or any(word in line for word in ("完成", "说明", "原因", "分析", "成效", "问题"))
    return told and line[-1] in "。；;."


def _read_prose(
    span: tuple[int, int],
    topic: str,
    cleaned: Cleaned,
    section: Section | None,
    document: Document,
    lexicon: Lexicon,
    models: Models,
    watch: Watch | None,
) -> Iterator[Claim]:
    """The claims of a paragraph, or of a cell that holds sentences; ``topic`` is what its heading names."""
    text = cleaned.view.text
    quantities = find_quantities(text, lexicon, *span)
    if quantities and quantities[0].start == span[0] and not quantities[0].unit:
        del quantities[0]  # 2.1 安全监管: the number of a heading
    context = Context(topic=topic, entity=topic)
    at = 0
    for sentence in _sentences(text, *span) if quantities else ():
        stop = bisect_left(quantities, sentence[1], at, key=_start)
        if stop > at:
            row = tokens(text, *sentence, quantities, at, lexicon)
            yield from _read_sentence(
                row, sentence, quantities, cleaned, section, document, lexicon, models, context, watch
            )
            at = stop
        elif not at and sentence[1] - sentence[0] < 20:
            # 农村公路。新改建653.8公里: the paragraph's first words are its heading
            context.topic = _noun(text[sentence[0] : sentence[1]], lexicon)
            context.entity = context.topic or context.entity


_start = attrgetter("start")


def join_repeated(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Set ``same_as`` of claims that state again what an earlier one stated: value, unit, time and direction the same, and
    the entity the same or nearly (one holds the other, or they share most characters)."""
    first: dict[tuple[object, ...], list[Claim]] = {}
    joined: list[Claim] = []
    for claim in claims:
        key = (claim.value, claim.value_max, claim.unit, claim.period, claim.change, claim.qualifiers)
        group = first.setdefault(key, [])
        earlier = next((other for other in group if same_entity(claim.entity, other.entity)), None)
        if earlier is not None:
            claim = msgspec.structs.replace(claim, same_as=earlier.claim_id)
        elif len(group) < MAX_DISTINCT:
            group.append(claim)
        joined.append(claim)
    return tuple(joined)


def same_entity(one: str, other: str) -> bool:
    """Whether two phrases name the same thing: equal, or one inside the other and at least half as long."""
    if not one or not other:
        return False
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return short == long or (len(short) >= 2 and 2 * len(short) >= len(long) and short in long)


def _topic(section: Section | None, lexicon: Lexicon) -> str:
    """What the heading names, for a paragraph that begins with its figure (2、高标准农田。完工2.7万亩…); "" for the set titles."""
    if section is None or (section.label != "other" and len(section.path) < 2):
        return ""
    return _noun(section.title, lexicon)


@functools.lru_cache(maxsize=4096)
def _noun(title: str, lexicon: Lexicon) -> str:
    """A heading's words, number and marks left out, if they are a noun of two to ten characters and no set title; else ""."""
    bare = TITLE_NUMBER.sub("", title).strip(" ：:。")
    if not 2 <= len(bare) <= 10 or any(word in bare for word in SET_TITLES) or any(c in bare for c in "，、；及与和"):
        return ""
    return bare if all(token.kind in (NOUN, QUOTE) for token in tokens(bare, 0, len(bare), (), 0, lexicon)) else ""


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in SENTENCE.finditer(text, start, end):
        first, last = match.span()
        while last - first > MAX_SENTENCE:
            yield first, first + MAX_SENTENCE
            first += MAX_SENTENCE
        yield first, last


def _read_sentence(
    row: list[Token],
    sentence: tuple[int, int],
    quantities: Sequence[Quantity],
    cleaned: Cleaned,
    section: Section | None,
    document: Document,
    lexicon: Lexicon,
    models: Models,
    context: Context,
    watch: Watch | None,
) -> Iterator[Claim]:
    words = vocabulary(lexicon)
    places = [k for k, token in enumerate(row) if token.kind == QUANTITY]
    texts, letters = texts_and_kinds(row)
    text = cleaned.view.text
    qualifiers: list[str] = []
    context.named = []
    shared = _shared_subjects(row, places, words)
    default_period = _default_period(section, document)
    printed = text[sentence[0] : sentence[1]].strip()
    held: Claim | None = None  # the last claim: a target restated behind it is its qualifier
    stated = [quantities[row[k].quantity] for k in places]
    goals = section is not None and section.label in GOAL_SECTIONS
    for n, k in enumerate(places):
        quantity = quantities[row[k].quantity]
        low, high = clause_bounds(row, k)
        if (
            quantity.unit.startswith("大")
            and not row[k].text[0].isdecimal()
            and not any(token.kind in GOVERNING for token in row[low:k])
        ):
            continue  # 十大标志性改革成效显著 names its subject, 打造六大讲堂 counts it
        if section is not None and section.label == "score_table" and not _states_score(quantity, text, sentence):
            continue
        following = places[n + 1] if n + 1 < len(places) else None
        if _is_qualifier(row, k, high, following, quantity, quantities):
            qualifiers.append(row[k].text)
            continue
        options = candidates(
            row,
            k,
            low,
            high,
            quantity.unit,
            quantity.dimension,
            _printed_modifier(row[k].text),
            _left_out(quantity, row, low, context),
            words,
            same_unit=bool(quantity.unit) and _counted_so(quantity.unit, row, context),
        )
        if options and options[0].source == "before" and (whole := _divided(row, k, quantity.unit, context, words)):
            options[0] = _of_the_whole(options[0], whole, row, k, words)
        if options and options[0].source == "before" and context.named:
            options[0] = _named_alike(options[0], texts, letters, k, low, context)
        if manner := _done_so(row, k, quantity.unit, context):
            options.insert(0, manner)
        if options and options[0].entity == FINISHED and row[k - 2].kind == DUAL and k - 2 > low:
            course = render(row, phrase_before(row, k - 1, low, words))  # 护理技能培训结业64人
            options[0] = options[0]._replace(entity=course or FINISHED, action=FINISHED)
        if options and options[0].entity == IN_USE and any(ASSETS in counted.entity for counted in context.counted):
            options[0] = options[0]._replace(entity=IN_USE + ASSETS)  # 固定资产原值648万元，在用641万元
        if quantity.dimension == "money" and options and options[0].source == "context":
            options[0] = _paid(options[0], row, low, context, words)
        if k in shared:
            options.insert(0, _named_before(shared, k, context))
        if options and quantity.dimension == "money" and (budget := _budget_of(row, k, options[0].entity, context)):
            options.insert(0, budget)
        if quantity.dimension == "ratio" and options and (name := _ratio_of_clause(row, k, low, words)):
            options.insert(0, Candidate(name, options[0].action, "ratio", 0.9))
        if quantity.dimension in ("ratio", "multiple") and (part := _part_of(row, k, low, context, words)):
            options.insert(0, Candidate(part, "占", "share", 0.9))
        if (
            options
            and options[0].source == "context"
            and context.named
            and any(row[i].text in SUMMING and (i == low or row[i - 1].kind != DUAL) for i in range(max(low, k - 2), k))
        ):
            options[0] = options[0]._replace(
                entity=context.topic or context.named[0]
            )  # …费3万元，…费2万元，合计5万元: of all of them
        if options and not options[0].action and (verb := _verb_of_change(row, k, low, following)):
            options[0] = options[0]._replace(action=verb)
        verb = _plain_verb(row, k, low, quantity.dimension)
        if options and not options[0].action and verb and row[k - 1].text != options[0].entity:
            options[0] = options[0]._replace(action=verb)
        if options and options[0].action and _held_against(row, k, low, following):
            options[0] = options[0]._replace(action="", source=COMPARED_WITH)
        if not options:
            counted = quantity.unit == "成" or 0 < quantity.value < 1 or (k and row[k - 1].text == "有")
            if not counted and not row[k].text.lstrip("近约超逾")[:1].isdecimal():
                continue  # 三次亲临, 干一件成一件: a Chinese numeral that counts nothing named is a way of speaking
            if all(token.kind in (QUANTITY, MARK) for token in row):
                continue  # a lone figure is the cell of a table that was taken apart
            options = [Candidate(_opening(row, k), "", "none", 0.2)]
        moment = Moment(
            row=row,
            texts=texts,
            letters=letters,
            k=k,
            low=low,
            high=high,
            unit=quantity.unit,
            dimension=quantity.dimension,
            options=options,
            before=context.before,
            counted=context.counted,
            said=context.action,
            inherited=_inherited(row, k, low, places[n - 1] if n else None, options[0], context, words),
        )
        if quantity.dimension == "money" and (spent := _budgeted(row, k, low, context) or _moved(row, k, low, context)):
            options.insert(0, spent)
        elif (
            quantity.dimension == "money" and (item := _listed(row, k, low, words)) and item.endswith(options[0].entity)
        ):
            options.insert(0, Candidate(item, options[0].action if options[0].action not in item else "", "item", 0.9))
        elif k and row[k - 1].text in SUMMING and options[0].entity in INCOME_AND_SPENDING:
            options[0] = options[0]._replace(source="item")  # 收入总计9万元，支出总计9万元
        elif (options[0].entity in words.generic or options[0].entity in SPENDING) and (
            item := context.topic or _item(row, places)
        ):
            options[0] = options[0]._replace(entity=item, source="item")
        elif options[0].entity in SPENDING and ALL_SPENDING.fullmatch(name := "".join(texts[low:k])):
            options.insert(0, Candidate(name, "", "item", 0.85))
        if watch is not None:
            watch(quantity.start, quantity.end, moment)
        best, sure = choose(moment, models)
        action = best.action
        restated = _restates(quantity, stated, n, text, sentence) or (
            only_qualifies(moment, models.filter) and not _is_budget(quantity, text)
        )
        if goals or not restated:
            if held is not None:
                yield held
            held = _claim(
                cleaned,
                section,
                document,
                quantity,
                lexicon,
                models,
                sentence=printed,
                entity=best.entity,
                action=action,
                qualifiers=tuple(qualifiers),
                period=find_period(text, sentence[0], quantity.start, default_period),
                change=_change(action, quantity, row, k, text, words),
                confidence=round(quantity.confidence * sure, 3),
                rule=best.source,
                origin="prose",
            )
            qualifiers = []
        elif held is None or FULL_MARKS.match(text, quantity.end):
            qualifiers.append(row[k].text)  # of the result that follows; what it counts is read all the same
        else:
            held = msgspec.structs.replace(held, qualifiers=(*held.qualifiers, row[k].text))
        if best.entity:
            context.entity = best.entity
            if k not in shared and best.entity not in context.named:
                context.named.append(best.entity)
            context.counted = [*context.counted[-REMEMBERED:], Counted(best.entity, quantity.unit, row[0].start, k)]
        context.action, context.unit = action, quantity.unit
    if held is not None:
        yield held
    context.before = row


def _divided(row: Sequence[Token], k: int, unit: str, context: Context, words: Vocabulary) -> Counted | None:
    """What 其中 or a bracket before the figure divides, where it was counted in the same unit, and is no state (在职)."""
    if unit not in DIVIDED_UNITS:
        return None
    for i in range(k - 1, max(0, k - REACH_WHOLE), -1):
        if row[i].text in DIVIDING or row[i].text in "（(":
            told = [counted for counted in context.counted if counted.sentence == row[0].start and counted.place < i]
            counted = told[-1] if told else None
            known = counted is not None and counted.unit == unit and not counted.entity.endswith(tuple(words.state))
            return counted if known else None
        if row[i].kind == VERB or row[i].text in "。；）)":
            return None
    return None


def _named_alike(
    option: Candidate, texts: Sequence[str], letters: str, k: int, low: int, context: Context
) -> Candidate:
    """What rose or fell, with the word before it where what was counted last begins so: 审批时限压缩70%、「审批」材料精简80%."""
    first, end = token_span(texts, k, option.entity)
    if not low < first < k or letters[first - 1] != "v" or letters[end] != "l":
        return option
    word = texts[first - 1]
    return option._replace(entity=word + option.entity) if context.entity.startswith(word) else option


def _opening(row: Sequence[Token], k: int) -> str:
    """The name that a sentence begins with, where nothing is said nearer: “健康课”进社区，一年开讲86期; "" without one."""
    first = next((i for i in range(k) if row[i].kind in (NOUN, QUOTE) and not row[i].text[0].isdecimal()), k)
    last = first
    while last < k and row[last].kind in (NOUN, QUOTE, DUAL):
        last += 1
    name = "".join([token.text for token in row[first:last]])
    if last - first == 1 and row[first].kind == QUOTE:
        name = name[1:-1]
    return "" if not 1 < len(name) <= LONGEST_LABEL or name.endswith(AGENTS) or name in NEVER_ENTITY else name


def _done_so(row: Sequence[Token], k: int, unit: str, context: Context) -> Candidate | None:
    """The whole, for a part that only says how (guideline, 六（五）): 供养特困人员462人，其中集中供养138人、分散供养326人."""
    if unit not in DONE_UNITS or k < 2 or row[k - 1].kind not in GOVERNING or row[k - 1].tag[0] != "v":
        return None
    first = k - 1
    while first > 0 and row[first - 1].kind in (NOUN, VERB, DUAL):
        first -= 1
    start = first
    while start > 0 and row[start - 1].text not in DIVIDING:
        if row[start - 1].kind == MARK and row[start - 1].text != "、":
            return None
        start -= 1
    told = [counted for counted in context.counted if counted.sentence == row[0].start and counted.place < start]
    manner = "".join([token.text for token in row[first:k]])
    if (
        not start
        or not told
        or told[-1].unit != unit
        or row[k - 1].text in told[-1].entity
        or len(manner) > LONGEST_PART
    ):
        return None
    return Candidate(told[-1].entity, manner, "part", 0.85)


def _paid(counted: Candidate, row: Sequence[Token], low: int, context: Context, words: Vocabulary) -> Candidate:
    """What was paid, not whom (guideline, 六（十一）): 为300户低保家庭减免有线电视费，计7.2万元."""
    last = context.counted[-1] if context.counted else None
    if last is None or last.unit not in PAID_UNITS or last.sentence != row[0].start or last.place >= low - 2:
        return counted
    what = phrase_before(row, low - 1, last.place + 1, words)
    paid = render(row, what)
    return counted._replace(entity=paid) if paid and what.last == low - 1 else counted


def _of_the_whole(part: Candidate, whole: Counted, row: Sequence[Token], k: int, words: Vocabulary) -> Candidate:
    """A part by its own name and the noun of the whole (guideline, 六（五）): 预警信号90条，其中暴雨40条 are 暴雨预警信号;
    a part that is a noun of its own stays: 其中党员12名."""
    name, head = part.entity, whole.entity
    if len(head) > LONGEST_HEAD:
        nouns = (token.text for token in reversed(row[: whole.place]) if len(token.text) > 1)
        head = next((noun for noun in nouns if head.endswith(noun)), "")
    own = (
        len(name) > LONGEST_PART
        or name.endswith(tuple(words.own_noun))
        or name[-1:] == head[-1:]
        or row[k - 1].kind == QUOTE
    )
    if not head or own or row[k - 1].tag[0] == "v":
        return part
    return part._replace(entity=_joined(name, head), source="sort")


def _counted_so(unit: str, row: Sequence[Token], context: Context) -> bool:
    """Whether what was counted last, rates left out, was counted in the same unit: 立案案件20起，下降5%；破案18起."""
    if context.unit in RATE_UNITS and unit not in RATE_UNITS:
        return any(counted.unit == unit and counted.sentence == row[0].start for counted in context.counted)
    return context.unit == unit


def _listed_in_parts(row: Sequence[Token], low: int) -> int | None:
    """Where 其中 stands before the clause that begins at ``low``, if it lists two parts or more; else None."""
    listed = False
    for i in range(low - 2, max(0, low - REACH_WHOLE), -1):
        if row[i].text in DIVIDING:
            return i if listed else None
        listed = listed or (row[i].text == "、" and row[i - 1].kind == QUANTITY)
        if row[i].kind == MARK and row[i].text not in "、：:（）()":
            return None
    return None


def _left_out(quantity: Quantity, row: Sequence[Token], low: int, context: Context) -> str:
    """What a figure counts that names nothing: what was counted last, but for rates: 隐患93处，整改率97.85%，其余「2处」…"""
    if row[low].text in COMPARING and (whole := _listed_in_parts(row, low)) is not None:
        told = [counted for counted in context.counted if counted.sentence == row[0].start and counted.place < whole]
        if told:
            return told[-1].entity  # 预算90万元，其中甲50万元、乙40万元，比上年增加5万元
    if context.unit in RATE_UNITS and quantity.unit not in RATE_UNITS | {""}:
        for counted in reversed(context.counted):
            if counted.unit == quantity.unit and counted.sentence == row[0].start:
                return counted.entity
    return context.entity


def _read_table(
    grids: Sequence[Grid],
    cleaned: Cleaned,
    section: Section | None,
    document: Document,
    lexicon: Lexicon,
    models: Models,
) -> Iterator[Claim]:
    of_targets = section is not None and section.label == "target_table"
    for figure in (figure for grid in grids for figure in figures(grid, lexicon, of_targets=of_targets)):
        yield _claim(
            cleaned,
            section,
            document,
            figure.quantity,
            lexicon,
            models,
            sentence=figure.row,
            entity=figure.label,
            action="",
            qualifiers=(),
            period=find_period(heads := f"{figure.column}{figure.label}", 0, len(heads), document.fiscal_year),
            change=None,
            confidence=figure.quantity.confidence,
            rule="table",
            origin="table",
            column=figure.column or None,
        )


def _claim(
    cleaned: Cleaned,
    section: Section | None,
    document: Document,
    quantity: Quantity,
    lexicon: Lexicon,
    models: Models,
    *,
    sentence: str,
    entity: str,
    action: str,
    qualifiers: tuple[str, ...],
    period: str | None,
    change: Change | None,
    confidence: float,
    rule: str,
    origin: Literal["prose", "table"],
    column: str | None = None,
) -> Claim:
    start, end = cleaned.view.source_span(quantity.start, quantity.end)
    label: SectionLabel = section.label if section else "other"
    category, certainty = classify(
        f"{column or ''}{entity}", action, quantity.unit, quantity.dimension, label, sentence, lexicon, models.category
    )
    return Claim(
        claim_id=record_id("claim", document.doc_id, start, end),
        doc_id=document.doc_id,
        section_id=section.section_id if section else None,
        section_label=label,
        sentence=sentence,
        start=start,
        end=end,
        text=cleaned.view.source[start:end],
        value=quantity.value,
        value_max=quantity.value_max,
        approx=quantity.approx,
        unit=quantity.unit,
        entity=entity,
        action=action,
        qualifiers=qualifiers,
        period=period,
        change=change,
        category=category,
        category_confidence=certainty,
        confidence=confidence,
        rule=rule,
        origin=origin,
        column=column,
    )


def _default_period(section: Section | None, document: Document) -> str | None:
    """The document's year, but for plans: what is planned next is of a year that only the text can name."""
    if section is not None and section.label == "next_plan":
        return None
    return document.fiscal_year


def _states_score(quantity: Quantity, text: str, sentence: tuple[int, int]) -> bool:
    """Whether a sentence in a section of scores states what was reached (本次自评得96.5分) and not a rule (发现一项扣1分)."""
    return SCORE_RULE.search(text, *sentence) is None and quantity.dimension in ("score", "ratio", "")


def _continues(row: Sequence[Token], k: int, low: int, previous: int | None) -> bool:
    """Whether the figure stands in a list with the one before it, or in a 其中 that divides it: they share their verb.

    ``low`` is the first token of the clause.
    """
    if previous is not None and previous >= low:
        return True
    here = [token.text for token in row[low:k]]
    if "分别" in here or not DIVIDING.isdisjoint(here):
        return True
    return previous is not None and not DIVIDING.isdisjoint([token.text for token in row[:low]])


def _plain_verb(row: Sequence[Token], k: int, low: int, dimension: str) -> str:
    """有 and 占, which stand in many guises right before a figure: 到位率只有「83%」, 支出占全年的「四分之一」; "" for others."""
    if k == low:
        return ""
    if row[k - 1].text in HAVING:
        return "有"
    shared = dimension in RATIOS and row[k - 1].text == "的" and any(token.text == "占" for token in row[low:k])
    return "占" if shared else ""


def _inherited(
    row: Sequence[Token], k: int, low: int, previous: int | None, best: Candidate, context: Context, words: Vocabulary
) -> str:
    """The verb of the claim before where it goes for this one too; how that one changed or was divided does not, where this one
    has a name of its own: 支出增长5%，其中项目支出「4万元」."""
    changed = (context.action in words.increase or context.action in words.decrease) and context.action not in MOVED
    if (changed or context.action in OF_ITS_OWN) and best.source == "before":
        return ""
    return context.action if _continues(row, k, low, previous) else ""


def _held_against(row: Sequence[Token], k: int, low: int, following: int | None) -> bool:
    """Whether the figure only is what another is compared with: 比上年的「62家」增加3家 tells no growth of the 62."""
    if following is None or following - k > 3 or k == low or row[k - 1].text != "的" or row[k + 1].kind != LEVEL:
        return False
    return any(token.text in COMPARED for token in row[max(low, k - 5) : k - 1])


def _printed_modifier(text: str) -> str:
    return next((term for term in MODIFIERS if text.startswith(term)), "") if text.startswith(MODIFIERS) else ""


def _is_qualifier(
    row: Sequence[Token],
    k: int,
    high: int,
    following: int | None,
    quantity: Quantity,
    quantities: Sequence[Quantity],
) -> bool:
    """30人以上劳资纠纷22宗, 500千瓦光伏电站3座: a figure that only narrows down what the next one in the clause counts.

    ``high`` is where the clause ends.
    """
    named_behind = k + 1 < high and row[k + 1].kind in (NOUN, QUOTE)
    if (
        k
        and row[k - 1].kind == QUANTITY
        and quantity.dimension in PHYSICAL
        and quantity.approx == "exact"
        and named_behind
    ):
        return True  # 2座35万千瓦光热电站
    if k + 1 < high and row[k + 1].text in ("级", "级别", "量级", "宽幅", "口径"):
        return True
    if following is None or following >= high:
        return False
    between = row[k + 1 : following]
    if not between or any(token.kind in (VERB, MARK) or token.text == "、" for token in between):
        return False
    next_quantity = quantities[row[following].quantity]
    phrase_behind_next = following + 1 < high and row[following + 1].kind in (NOUN, QUOTE)
    if row[k].text.endswith(LIMITS) or (quantity.approx == "range" and next_quantity.dimension in RATIOS):
        return True
    if any(token.kind == LEVEL for token in between) or phrase_behind_next:
        return False
    if quantity.dimension == "money" and any(token.kind == DUAL for token in between):
        return False  # 投入36万元购置消防车1辆
    return (
        quantity.dimension in MEASURES
        and next_quantity.dimension not in MEASURES
        and next_quantity.dimension not in RATIOS
    )


def _restates(quantity: Quantity, beside: Sequence[Quantity], n: int, text: str, sentence: tuple[int, int]) -> bool:
    """Whether the figure, number ``n`` of the sentence's, only restates a target, limit or legal term that a result in the same
    sentence is held against: 高于90%的目标, 原定8个, 目标6处，完成5处, or is the sum from which on a rule of procedure goes. A target
    without its result is a claim of its own."""
    if RULED.match(text, quantity.end - len("以上"), sentence[1]):
        return True
    low = max(sentence[0], quantity.start - 24)
    if not _is_set(quantity, beside, n, text, low, sentence[1]) or LATER.search(text, low, quantity.start):
        return False
    # What was paid a head is a result.
    return quantity.dimension != "money" or not (
        PER_HEAD.search(text, low, quantity.start) or _is_budget(quantity, text)
    )


def _is_budget(quantity: Quantity, text: str) -> bool:
    """Whether a sum is told to be the budget (控制在「7万元」的预算以内), which becomes a record of its own."""
    return quantity.dimension == "money" and text.startswith(("预算", "的预算"), quantity.end)


def _is_set(quantity: Quantity, beside: Sequence[Quantity], n: int, text: str, low: int, stop: int) -> bool:
    """Whether the words around the figure, in ``text[low:stop]``, say that it was set beforehand and not reached."""
    start, end = quantity.start, quantity.end
    if quantity.unit == "分" and FULL_MARKS.match(text, end, stop):
        return True
    if SET_BEHIND.match(text, end, stop) and (
        SET_AGAINST.search(text, low, end) or SET_AGAINST.search(text, low, start)
    ):
        return True
    if text.find("的", low, start) >= 0 and SET_BEFORE.search(text, low, start):
        return True
    if not AIMING.search(text, low, start):
        return False
    near = (*beside[max(0, n - 6) : n], *beside[n + 1 : n + 7])
    if not any(other.unit == quantity.unit for other in near):
        return bool(GOAL_BEFORE.search(text, low, start)) and text.startswith(("，未完成", "，没有完成"), end)
    if text.endswith("控制在", low, start):
        reached = beside[n - 1] if n else quantity
        return reached.approx == "exact" and reached.unit == quantity.unit and "，" in text[reached.end : start]
    if GOAL_BEFORE.search(text, low, start) or ONCE_PLANNED.search(text, low, start):
        return True
    if n + 1 < len(beside) and beside[n + 1].unit == quantity.unit and PLANNED_BEFORE.search(text, low, start):
        return RESULT.fullmatch(text, _clause_end(text, end, beside[n + 1].start), beside[n + 1].start) is not None
    return False


def _clause_end(text: str, start: int, end: int) -> int:
    """The place of the last clause mark in ``text[start:end]``, or ``start`` if there is none."""
    return max(start, *(text.rfind(mark, start, end) for mark in "，；、（"))


def _shared_subjects(row: Sequence[Token], places: Sequence[int], words: Vocabulary) -> dict[int, Candidate]:
    """A、B、C分别增长8.7%、31.5%和32.3%, also without 分别: each figure has its own subject, the head of the last one shared."""
    found: dict[int, Candidate] = {}
    for n, k in enumerate(places[:-1]):
        chain = _chain(row, places[n:])
        if len(chain) < 2 or k in found:
            continue
        low = clause_bounds(row, k)[0]
        said = next((i for i in range(k - 1, low - 1, -1) if row[i].text.startswith("分别")), None)
        if said is None and row[k - 1].kind != LEVEL:
            continue
        behind = k - 1 if said is None else said
        level = next((t.text for t in row[behind:k] if t.kind == LEVEL and plain_level(t.text)), "")
        if not level and said is not None and row[said + 1].kind in GOVERNING:
            level = row[said + 1].text  # 分别完成目标的105%和112%
        subject = phrase_before(row, behind if said is not None else k, low, words)
        run = row[subject.first : subject.last]
        parts = _parts(run, words)
        if len(parts) != len(chain) and sum(token.text == "、" for token in run) == len(chain) - 1:
            parts = _parts(run, words, frozenset("、"))  # 教育、社会保障和就业、卫生健康支出
        if subject.first == subject.last and (
            said is not None or len(chain) > 2
        ):  # …游客120万人次，…收入3亿元，分别增长5%和8%
            parts = [""] * len(chain)
        if level and len(parts) == len(chain):
            for place, part in zip(chain, parts, strict=True):
                own = row[place - 1].text if row[place - 1].kind == LEVEL else level
                found[place] = Candidate(part, plain_level(own) or plain_level(level), "shared", 0.9)
    return found


def _chain(row: Sequence[Token], places: Sequence[int]) -> list[int]:
    """The first of the figures and those that follow it with nothing but a joining mark or word between, or a rise or fall of
    their own (分别增长17.3%、增长4.1%和下降11.9%)."""
    chain = list(places[:1])
    for k in places[1:]:
        between = row[chain[-1] + 1 : k]
        own = len(between) == 2 and between[1].kind == LEVEL and plain_level(between[1].text)
        if not between or between[0].text not in JOINERS or not (own or len(between) == 1):
            break
        chain.append(k)
    return chain


def _item(row: Sequence[Token], places: Sequence[int]) -> str:
    """The budget item that a sentence begins with, before any figure: 「抗旱」（2130315），年初预算60.00万元，决算120.00万元."""
    end = next((i for i, token in enumerate(row) if token.text in "，,：:（("), len(row))
    if end > places[0] or end == len(row):
        return ""
    named = [token for token in row[:end] if token.kind != MARK and not token.text.isdecimal()]
    if not named or any(token.kind not in (NOUN, DUAL, QUOTE) for token in named):
        return ""
    name = "".join(token.text for token in named)
    return name if 2 <= len(name) <= LONGEST_LABEL and not name.endswith(AGENTS) else ""


def _budgeted(row: Sequence[Token], k: int, low: int, context: Context) -> Candidate | None:
    """食材采购预算12万元，实际支出11万元: a clause that only says it was spent goes on with what was budgeted before it."""
    before = context.counted[-1] if context.counted else None
    if before is None or before.sentence != row[0].start:
        return None
    spent = SPENT.fullmatch("".join(token.text for token in row[low:k]))
    budgeted = BUDGET_OF.fullmatch(before.entity)
    if spent is None or budgeted is None:
        return None
    return Candidate(budgeted["item"], spent["verb"], "item", 0.85)


def _listed(row: Sequence[Token], k: int, low: int, words: Vocabulary) -> str:
    """The item of a list of sums that is all that stands before its figure: 其中消费券160万元、活动组织及宣传50万元; "" for others."""
    first = k
    while first > low and (row[first - 1].kind in (NOUN, DUAL, VERB, QUOTE) or row[first - 1].text in ITEM_JOINERS):
        first -= 1
    if first < k and row[first].text.endswith("是"):  # 四是交易场所物业和安保服务30.30万元
        first += 1
    opener = row[first - 1].text if first else ""
    begins = not first or row[first - 1].kind == MARK or opener in DIVIDING or opener.endswith("是")
    ends = k + 1 == len(row) or row[k + 1].kind == MARK
    item = row[first:k]
    if len(item) < 2 or not ends or not begins or item[0].text in ITEM_JOINERS:
        return ""
    joined = any(token.text in ITEM_JOINERS for token in item)
    if any(
        token.text in words.light
        or token.text in TAKING
        or token.text in NO_ITEMS
        or (token.kind == VERB and (token.text in words.action or not joined))
        for token in item
    ):
        return ""
    follows_a_sum = first > 1 and row[first - 2].text[-1] == "元"
    told_of = k + 2 < len(row) and row[k + 2].text.startswith(TOLD_OF_ITEMS)
    if not (opener in DIVIDING or opener in COLONS or follows_a_sum or told_of):
        return ""
    name = "".join([token.text for token in item])
    return name if 3 <= len(name) <= LONGEST_LABEL else ""


def _budget_of(row: Sequence[Token], k: int, name: str, context: Context) -> Candidate | None:
    """The budget of what was just spent: “三公”经费支出4万元，占预算「5万元」的80% is of “三公”经费预算 (guideline, 六（七）)."""
    share = (
        k + 2 < len(row) and row[k + 1].text == "的" and row[k + 2].kind == QUANTITY and row[k + 2].text[-1] in "%％"
    )
    item = SPENT_ON.sub("", context.entity)
    if not share or name not in BUDGETS or len(item) < 2 or item.endswith(BUDGETS):
        return None
    return Candidate(item + name, "", "item", 0.85)


def _verb_of_change(row: Sequence[Token], k: int, low: int, following: int | None) -> str:
    """标准由每人「3000元」提高到3500元: what the figure rose from has the verb that stands before what it rose to; "" for others."""
    if following is None or following - k > 3 or not _rose_from(row, k, low):
        return ""
    between = row[k + 1 : following]
    if not between or between[0].kind not in (LEVEL, *GOVERNING) or not between[-1].text.endswith(TO_NOW):
        return ""
    return plain_level(between[0].text) or between[0].text


def _rose_from(row: Sequence[Token], k: int, low: int = 0) -> bool:
    """Whether 由 or 从 stands right before the figure, but for whose or of when it is: 由「3000元」, 由上年的「3000元」, 由每人「3000元」."""
    for i in range(k - 1, max(low, k - 4) - 1, -1):
        if row[i].text in FROM:
            return True
        if row[i].kind in (QUANTITY, MARK):
            return False
    return False


def _moved(row: Sequence[Token], k: int, low: int, context: Context) -> Candidate | None:
    """年初预算900万元，…，年中因人员增资追加62万元，调整后962万元: what was added to and taken from is the budget named before."""
    if k - 1 < low or row[k - 1].text not in MOVED:
        return None
    why = next((i for i in range(low, k - 1) if row[i].text in WHY), k - 1)
    if any(token.kind in (NOUN, QUOTE) for token in row[low:why]):
        return None  # it says itself what was added
    budget = next((c.entity for c in reversed(context.counted) if c.entity.endswith(BUDGETS)), "")
    return Candidate(budget, row[k - 1].text, "moved", 0.7) if budget else None


def _ratio_of_clause(row: Sequence[Token], k: int, low: int, words: Vocabulary) -> str:
    """技改投资占工业投资的比重达到「45%」, 经常参加体育锻炼的人口比例: a ratio named by a clause keeps all of it; "" for others."""
    end = k
    while end > max(low, k - 4) and row[end - 1].text not in PARTS and row[end - 1].kind in (LEVEL, OTHER):
        end -= 1
    of = next((i for i in (end - 2, end - 3) if i > low and row[i].text == "的"), -1)
    if of < 0 or row[end - 1].text not in PARTS:
        return ""
    first = low
    while (
        first < of and row[first].text != "被" and (row[first].text in words.determiner or row[first].text in AT_TIMES)
    ):
        first += 1
    share = any(token.text == "占" for token in row[first:of])
    if share and row[first].kind in (VERB, LEVEL):  # 推动技改投资占工业投资的比重提高
        first += 1
    clause = row[first:of]
    if len(clause) < 2 or not (share or any(token.kind in (VERB, DUAL) or token.text == "被" for token in clause)):
        return ""
    if any(token.kind == QUANTITY or (token.kind == MARK and token.text != "、") for token in clause):
        return ""
    return "".join(token.text for token in row[first:end])


def _part_of(row: Sequence[Token], k: int, low: int, context: Context, words: Vocabulary) -> str:
    """What makes up ``k`` per cent, or so many times, of a printed sum: 公用经费支出38万元，占预算数50万元的「76%」, 造林1,900亩，
    为年度任务760亩的「2.5倍」; "" for other figures.

    ``low`` is the first token of the clause.
    """
    if k - 2 <= low or row[k - 1].text != "的" or row[k - 2].kind != QUANTITY:
        return ""
    of_plan = any(row[k - 3].text.endswith(word) for word in PLANS)
    verb = next(
        (i for i in range(k - 3, low - 1, -1) if row[i].text in SHARES or (of_plan and row[i].text in IS)), None
    )
    if verb is None:
        return ""
    subject = render(row, phrase_before(row, verb, low, words))
    told = (counted.entity for counted in reversed(context.counted[:-1]) if not counted.entity.endswith(PLANS))
    return subject or next(told, "")


def _named_before(shared: dict[int, Candidate], k: int, context: Context) -> Candidate:
    """Candidate ``k`` of a 分别; without a subject of its own, the entity named in its place before in the sentence."""
    candidate = shared[k]
    if candidate.entity:
        return candidate
    members = [place for place in shared if not shared[place].entity]
    if len(context.named) < len(members):
        return candidate._replace(entity=context.entity, score=0.4)
    return candidate._replace(entity=context.named[len(context.named) - len(members) + members.index(k)])


def _parts(run: Sequence[Token], words: Vocabulary, joiners: frozenset[str] = JOINERS) -> list[str]:
    """The members of a coordinated subject, the head of the last given to all: 智能家电、智能手机「限上零售额」."""
    parts: list[list[Token]] = [[]]
    for token in run:
        if token.text in joiners:
            parts.append([])
        else:
            parts[-1].append(token)
    if any(not part for part in parts):
        return []
    own = max((len(part) for part in parts[:-1]), default=0)
    last = parts[-1]
    head = next((i for i, token in enumerate(last) if i and _names_measure(token, words)), len(last))
    tail = last[min(head, max(1, own)) if own > 1 else head :]
    sorts = own == 1 and all(part[0].text in words.grade or part[0].text in SORTS for part in parts)
    if own == 1 and (
        len(last) >= LONG_MEMBER or sorts
    ):  # 职工和居民门诊费用报销比例: all that follows the first word is shared
        tail = last[1:]
    shared = "".join(token.text for token in tail)
    names = ["".join(token.text for token in part) for part in parts]
    if not tail and own == 1 and len(last) == 2 and last[-1].text in SHARED_HEADS:  # 刑事、治安案件
        tail, shared = last[1:], last[1].text
    if tail and (_names_measure(tail[-1], words) or tail[-1].text in SHARED_HEADS):
        names[:-1] = [name if name.endswith((shared, "起数")) else _joined(name, shared) for name in names[:-1]]
    if events := EVENTS_COUNTED.fullmatch(names[0]):  # 交通事故起数、死亡人数: those who died in them
        names[1:] = [events["of"] + name if name.endswith("人数") else name for name in names[1:]]
    return names


def _joined(name: str, shared: str) -> str:
    """A name with what it shares, what both have said once: 基本支出 and 支出执行率 are 基本支出执行率."""
    twice = next((n for n in range(min(len(name), len(shared)) - 1, 0, -1) if name.endswith(shared[:n])), 0)
    return name + shared[twice:]


def _names_measure(token: Token, words: Vocabulary) -> bool:
    return token.text in words.measure_noun or token.text[-1] in "率额量值数比度"


def _change(
    action: str, quantity: Quantity, row: Sequence[Token], k: int, text: str, words: Vocabulary
) -> Change | None:
    if text.endswith(TO, 0, quantity.start) and k and any(t.text in ("由", "从") for t in row[max(0, k - 12) : k]):
        return "to"
    if _rose_from(row, k) and any(t.text[-1] in TO_NOW for t in row[k + 1 : k + 5]):
        return "from"
    if action in words.increase:
        return "increase"
    if action in words.decrease:
        return "decrease"
    return None
