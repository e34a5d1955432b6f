"""The tree of headings: which section a place of the text belongs to."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import msgspec
import regex

from jixiao import outline
from jixiao.clean import Block, Cleaned
from jixiao.lexicon import Lexicon
from jixiao.records import DocumentType, Section, SectionLabel, record_id


class Heading(msgspec.Struct, frozen=True):
    """A heading before the tree is built. ``start`` and ``end`` are offsets into the view, ``end`` after the title.

    ``style`` is a numbering style of ``patterns/headings.toml``, or "plain" (no number), "caption" (the name of a
    table), "annex" or "contents". ``close`` is where the section must end if nothing ends it before; None for the end
    of the text. ``whole`` is the chapter that a decimal number names (of 3.2 the 3), 0 for none.
    """

    start: int
    end: int
    title: str
    style: str
    ordinal: int
    markdown: int = 0
    label: SectionLabel | None = None
    close: int | None = None
    whole: int = 0


def segment(cleaned: Cleaned, doc_id: str, lexicon: Lexicon, kind: DocumentType | None = None) -> tuple[Section, ...]:
    """The sections of a document in the order of their headings, in offsets of the source text.

    ``kind`` is the document's type, None if it is not known: a budget does not tell of its execution.

    A section reaches from the first character of its heading to the next heading of its level or of one above it, blank
    space before that left out. Text before the first heading, the document's title included, belongs to no section.
    """
    headings = find_headings(cleaned, lexicon, kind)
    placed = _levels(headings, lexicon)
    by_order = _labels_by_order(headings, placed, lexicon) if kind in (None, "self_evaluation") else {}
    ends = _ends(headings, placed, len(cleaned.view.text))
    text, view = cleaned.view.text, cleaned.view
    sections: list[Section] = []
    above: list[Section] = []
    for index, (heading, level, end) in enumerate(zip(headings, placed, ends, strict=True)):
        del above[level - 1 :]
        label = heading.label or title_label(heading.title, above[-1].label if above else by_order.get(index), lexicon)
        label = _OF_KIND.get((kind, label), label)
        while end > heading.end and text[end - 1].isspace():
            end -= 1
        start, end = view.source_span(heading.start, end)
        section = Section(
            section_id=record_id("section", doc_id, start, end),
            doc_id=doc_id,
            title=heading.title,
            level=level,
            path=(*(above[-1].path if above else ()), heading.title),
            label=label,
            start=start,
            end=end,
        )
        sections.append(section)
        above.append(section)
    return tuple(sections)


def section_at(sections: Sequence[Section], offset: int) -> Section | None:
    """The innermost section that holds an offset of the source text, or None."""
    at = bisect_right(sections, offset, key=_start) - 1
    if at < 0:
        return None
    level = sections[at].level + 1
    while at >= 0:
        section = sections[at]
        if section.level < level:
            if offset < section.end:
                return section
            level = section.level
            if level == 1:
                return None
        at -= 1
    return None


def _start(section: Section) -> int:
    return section.start


# --- Labels ---------------------------------------------------------------------------------------


@functools.cache
def _title_rules(lexicon: Lexicon) -> tuple[tuple[SectionLabel, Any], ...]:
    return tuple((rule.label, regex.compile(rule.regex)) for rule in lexicon.headings.title)


@functools.cache
def _own_words(lexicon: Lexicon) -> tuple[tuple[SectionLabel, Any], ...]:
    return tuple((rule.label, regex.compile(rule.regex)) for rule in lexicon.headings.own_words)


_BESIDE_THE_POINT = regex.compile(
    r"(?:19|20)\d\d ?年(?:度|初|末|上半年|下半年)?的?|[“”‘’\"《》*\s【】]"
    r"|[(（](?:\d{4}年?.{0,6}|\d{1,3}分|\d{1,2}|试行|部门|单位)[)）]|[。：:；]+$"
)


def title_label(title: str, parent: SectionLabel | None, lexicon: Lexicon) -> SectionLabel:
    """The label that a title earns by its words; where it earns none, its parent's, or ``other``."""
    numbering = outline.prefix(title, lexicon)
    words = _BESIDE_THE_POINT.sub("", title[numbering.length :] if numbering else title)
    lasting = lexicon.headings.lasting
    label = _earned(words, _title_rules(lexicon), lexicon)
    if label is None:
        label = _earned(words, _own_words(lexicon), lexicon)
        if (parent in lexicon.headings.busy and label != "satisfaction") or (parent, label) == _DONE_AND_REACHED:
            label = None
    if label is None or (parent in lasting and label not in lasting and not _is_part(parent, label, words)):
        return parent or "other"
    if (parent, label) == ("budget_preparation", "budget_execution") and _OF_THE_BUDGET.search(words):
        return "budget_preparation"
    return label


_OF_THE_BUDGET = regex.compile(r"预算.{0,12}支出(?:情况)?$")  # below 预算编制 it is planned, else spent
# A form of targets says first who files it and what money it has.
_FORM_PARTS = frozenset(
    ("target_table", label) for label in ("overview", "duties", "work_plan", "budget_preparation", "goals")
)
# «职能和机构设置» holds the sections 职能, 机构设置 and 人员情况; what stands below 职能 in a sentence of its own is a duty.
_BESIDE_DUTIES = frozenset(("overview", "work_plan"))
_DONE_AND_REACHED = ("results", "performance")


def _is_part(parent: SectionLabel, label: SectionLabel, words: str) -> bool:
    """Whether a title may leave the lasting label of its parent, ``words`` being its words without number and year."""
    return (parent, label) in _FORM_PARTS or (parent == "duties" and label in _BESIDE_DUTIES and len(words) <= 14)


_JOINT = regex.compile(r"[和与及、]")
_SHARED_HEAD = regex.compile(r"(管理|效益|评价)(?:情况|方面|分析)?$")
_PEOPLE = regex.compile(r"群众|公众|社会|企业|患者|职工|师生|学生|家长|读者|用户|游客|居民|村民|农户|服务对象")


def _earned(words: str, rules: Sequence[tuple[SectionLabel, Any]], lexicon: Lexicon) -> SectionLabel | None:
    """The label of the first rule that matches; of a title that speaks of two things, what it says of the first.

    «人员与制度管理» speaks of 人员管理 first. Of a first thing that no rule knows («队伍和群众评价») an office's own words
    for the second say nothing, the usual words of a report do.
    """
    for label, pattern in rules:
        match = pattern.search(words)
        if match is None:
            continue
        joint = _JOINT.search(words, 2, match.start() + 1)
        if joint is None:
            return label
        first = words[: joint.start()]
        shared = _SHARED_HEAD.search(words, joint.end())
        if shared is not None and not first.endswith(shared[1]) and (shared[1] != "评价" or _PEOPLE.fullmatch(first)):
            first += shared[1]
        usual = _title_rules(lexicon)
        known = next((other for other, rule in (*usual, *_own_words(lexicon)) if rule.search(first)), None)
        return known or (label if rules is usual else None)
    return None


# In a budget what is said of expenditure is planned, in final accounts it is done.
_OF_KIND: dict[tuple[DocumentType | None, SectionLabel], SectionLabel] = {
    ("budget", "budget_execution"): "budget_preparation",
    ("final_accounts", "budget_preparation"): "budget_execution",
}
_MEANS = frozenset(("overview", "duties", "work_plan", "goals", "budget_preparation", "budget_execution", "management"))
_OUTCOME = frozenset(
    "results economy efficiency effectiveness economic_benefit social_benefit ecological_benefit sustainable_impact"
    " fairness satisfaction experience problems improvement next_plan score_table".split()
)


def _labels_by_order(headings: Sequence[Heading], levels: Sequence[int], lexicon: Lexicon) -> dict[int, SectionLabel]:
    """Labels, by index, for headings of the first level whose titles earn none, from where they stand in a report.

    A report says who the office is and what money it has, then what was done, then what came of it, then what is wrong
    and what is to be done. So what stands between means and outcome is the work; what comes after the problems, and is
    the last, is the plan. Without both of these sides nothing is inferred.
    """
    chapters = [
        index for index, level in enumerate(levels) if level == 1 and headings[index].style not in ("contents", "annex")
    ]
    labels = [headings[index].label or title_label(headings[index].title, None, lexicon) for index in chapters]
    outcome = next((place for place, label in enumerate(labels) if label in _OUTCOME), len(labels))
    means = max((place for place in range(outcome) if labels[place] in _MEANS), default=-1)
    if outcome == len(labels) or (means < 0 and "performance" not in labels[:outcome]):
        return {}
    found: dict[int, SectionLabel] = {
        chapters[place]: "performance" for place in range(means + 1, outcome) if labels[place] == "other"
    }
    if labels[0] == "other" and outcome > 2:
        found[chapters[0]] = "overview"
    if labels[-1] == "other" and "problems" in labels and "next_plan" not in labels and "improvement" not in labels:
        found[chapters[-1]] = "next_plan"
    return {index: label for index, label in found.items() if not _LEFTOVER.search(headings[index].title)}


_LEFTOVER = regex.compile(r"其[他它]|说明|佐证|附")


# --- Which lines are headings ---------------------------------------------------------------------


def find_headings(cleaned: Cleaned, lexicon: Lexicon, kind: DocumentType | None = None) -> list[Heading]:
    """The headings of a document in order; titles of target and score tables among them.

    ``kind`` is the document's type, None if it is not known: in budgets and accounts the names of money tables are
    headings, in a report's narrative they are not.
    """
    text, blocks = cleaned.view.text, cleaned.blocks
    contents_until, contents = _contents(cleaned, lexicon)
    headings: list[Heading] = []
    prefixes = _prefixes(text, blocks, lexicon)
    if sum(prefix is not None and prefix.style == "bracketed" for prefix in prefixes) == 1:
        prefixes = [None if prefix and prefix.style == "bracketed" else prefix for prefix in prefixes]  # 【摘要】
    listed = _list_items(blocks, prefixes, text)
    alone, leading = _compiled(lexicon.headings.standing_alone), _compiled(lexicon.headings.leading)
    weak = _lone_lead_ins(blocks, prefixes, listed, text)
    title_seen, closed, rows_of = False, 0, ""
    for index, block in enumerate(blocks):
        if contents is not None and block.start == contents.start:
            headings.append(contents)
        if block.start < contents_until and contents is not None and block.start >= contents.start:
            continue
        if block.kind == "table" or block.start < closed:
            continue
        line = text[block.start : block.end]
        prefix = prefixes[index]
        if rows_of and headings[-1].title != rows_of:
            rows_of = ""
        if prefix is not None:
            if rows_of and _ROW_OF_MONEY.fullmatch(line, prefix.length):
                continue
            end = 0 if index in weak else _heading_end(line, block, prefix, index in listed)
            if end:
                title = line[:end].rstrip(" 。：:；—")
                headings.append(
                    Heading(
                        block.start,
                        block.start + end,
                        title,
                        prefix.style,
                        prefix.ordinal,
                        block.level,
                        whole=outline.whole(line) if prefix.style in ("decimal", "lettered") else 0,
                    )
                )
            continue
        table = _table_title(cleaned, index, lexicon)
        if (
            table is not None
            and all(heading.style == "annex" for heading in headings)
            and index < 6
            and not _holds_indicators(text, table)
        ):
            # All of the document is the form whose name it bears.
            headings.append(msgspec.structs.replace(table, style="plain", close=None))
            title_seen = True
        elif table is not None and table.close is not None:
            headings.append(table)
            closed = table.close
        elif kind in ("budget", "final_accounts") and (money := _money_table_title(cleaned, index)) is not None:
            closed = money.end
            if money.title != rows_of:  # a table that goes on over the page bears its name again
                headings.append(money)
            rows_of = money.title
        elif _YEAR_ALONE.fullmatch(line):
            pass
        elif (bold := _bold_topic_end(line, block, lexicon)) > 0:
            headings.append(Heading(block.start, block.start + bold, line[:bold], "topic", 0))
        elif not block.level and (lead := leading.match(line)):
            headings.append(Heading(block.start, block.start + lead.end(), lead[0], "plain", 0))
        elif 0 < index < len(blocks) - 1 and _ATTACHED.fullmatch(line):
            headings.append(Heading(block.start, block.end, line, "annex", 0))
        elif block.level or _is_bold_title(line, block) or (len(line) <= 24 and alone.fullmatch(line)):
            if not title_seen and not headings and _is_document_title(line, lexicon):
                title_seen = True
            elif not title_seen and not headings and _begins_title(cleaned, index, lexicon):
                pass
            elif len(line) <= 80:
                style = "annex" if _ANNEX.match(line) else "plain"
                headings.append(Heading(block.start, block.end, line.rstrip(" 。：:；"), style, 0, block.level))
    return headings


@functools.cache
def _compiled(pattern: str) -> Any:
    return regex.compile(pattern)


def _prefixes(text: str, blocks: Sequence[Block], lexicon: Lexicon) -> list[outline.Prefix | None]:
    """The numbering of each block. 1 is one before a title only where 1.1 is too; 1.1 and 1.1.1 are styles of their own.

    The entries of a glossary, a word and after a colon what it means, are no titles: they have none.
    """
    (glossary,) = (pattern for label, pattern in _title_rules(lexicon) if label == "glossary")
    explained: str | None = None  # the style of the glossary's title while its entries last
    prefixes: list[outline.Prefix | None] = []
    bare: list[int] = []
    decimal = False
    for index, block in enumerate(blocks):
        prefix = None
        if block.kind == "paragraph" and not block.dotted:
            head = text[block.start : min(block.end, block.start + 40)]
            prefix = outline.prefix(head, lexicon)
            if block.end - block.start <= 24 and glossary.search(head):
                explained = prefix.style if prefix else "plain"
            elif explained is not None and prefix is not None:
                if prefix.style != explained and "：" in head:
                    prefix = None
                else:
                    explained = None
        if prefix is not None and prefix.style == "bare":
            bare.append(index)
        elif prefix is not None and prefix.style == "decimal":
            decimal = True
            depth = text.count(".", block.start, block.start + prefix.length)
            prefix = prefix._replace(style=f"decimal{depth}" if depth > 1 else "decimal")
        prefixes.append(prefix)
    if not decimal:
        for index in bare:
            prefixes[index] = None
    return prefixes


def _is_bold_title(line: str, block: Block) -> bool:
    """Whether all of a line is bold and it reads like a title rather than a sentence or a filled-in field."""
    if block.bold_end < block.end or block.bold_end == block.start or len(line) > 50:
        return False
    return not _SENTENCE_END.search(line) and not ("：" in line.rstrip("：") or ":" in line.rstrip(":"))


def _is_document_title(line: str, lexicon: Lexicon) -> bool:
    return _compiled(lexicon.headings.document_title).fullmatch(line) is not None


def _begins_title(cleaned: Cleaned, index: int, lexicon: Lexicon) -> bool:
    """Whether a line with the mark of a heading is the first of a document's title that runs over two: who reports."""
    text, blocks = cleaned.view.text, cleaned.blocks
    if index + 1 >= len(blocks) or blocks[index + 1].level != blocks[index].level:
        return False
    return _is_document_title(text[blocks[index + 1].start : blocks[index + 1].end], lexicon)


_YEAR_ALONE = regex.compile(r"[(（]?(?:19|20)\d\d ?年度?[)）]?")
_BOLD_TOPIC = regex.compile(r"(\p{Han}{2,12})(?:。|[：:](?=.{12}))")


def _bold_topic_end(line: str, block: Block, lexicon: Lexicon) -> int:
    """Where the bold words end that a paragraph without number begins with and that are its title; 0 for none.

    Before a full stop they are («**质量指标。**合格率…»); before a colon only the usual words of a report, for most
    are fields («**填报人：**»).
    """
    if block.level or block.item or not block.start < block.bold_end < block.end:
        return 0
    topic = _BOLD_TOPIC.match(line)
    if topic is None or not topic.end(1) <= block.bold_end - block.start <= topic.end():
        return 0
    if line[topic.end(1)] != "。" and not any(rule.search(topic[1]) for _, rule in _title_rules(lexicon)):
        return 0
    return len(topic[1])


_SENTENCE_END = regex.compile(r"[。；！？;]")
_TITLE_WITH_STOP = regex.compile(r"\p{Han}{2,6}(?:情况|方面|分析|指标)。")  # «3.效益情况。» above its parts
_LOW_STYLES = frozenset(("arabic", "arabic_paren", "arabic_half", "circled", "alpha", "roman"))
_QUOTED = regex.compile(r"“[^”]{0,30}”|《[^》]{0,60}》")
_COUNT = regex.compile(r"\d+(?:\.\d+)?[%‰\p{Han}](?<!(?:19|20)\d\d年)")


def _heading_end(line: str, block: Block, prefix: outline.Prefix, listed: bool) -> int:
    """Where the title ends in a numbered line: at its end, or after the words its text begins with; 0 for none."""
    bold = block.bold_end - block.start
    rest = line[prefix.length :]
    if prefix.style == "bracketed":
        return _bracketed_end(line)
    if not any(map(str.isalpha, rest[:20])):
        return 0
    if block.level or bold >= len(line):
        return len(line) if len(line) <= 120 else _lead_in(line, prefix)
    if bold > prefix.length + 1 and bold <= prefix.length + 60:
        return bold
    if block.item:
        return 0
    if "。" in rest and (told := _TOPIC.match(rest)):
        return prefix.length + len(told[0])
    mark = _SENTENCE_END.search(rest)
    at_end = mark is not None and mark.start() == len(rest) - 1 and mark[0] == "。"
    if mark is None or (at_end and (prefix.style not in _LOW_STYLES or _TITLE_WITH_STOP.fullmatch(rest))):
        long = 60 if prefix.style in ("part", "chapter", "section", "han", "han_paren") else 50
        if listed or len(rest) > long or rest[-1] in "，、；;":
            return 0
        if mark is not None and (len(rest) > 30 or "，" in rest):
            return 0
        # A sentence with its count, or with a colon inside, is an entry of a list and no title.
        if ("，" in rest or mark is not None or "：" in rest[:-1]) and _COUNT.search(_QUOTED.sub("", rest)):
            return 0
        entry = _is_entry(rest) and (prefix.style in _LOW_STYLES or len(rest) > 40 or _COUNT.search(rest) is not None)
        return 0 if entry else len(line)
    return _lead_in(line, prefix)


def _bracketed_end(line: str) -> int:
    """Where the title ends in a line that begins with 【: with the line where it holds no sentence, else at the mark."""
    mark = line.index("】")
    return (
        len(line) if len(line) <= 50 and not _SENTENCE_END.search(line, mark) and line[-1] not in "，、：" else mark + 1
    )


def _lone_lead_ins(
    blocks: Sequence[Block], prefixes: Sequence[outline.Prefix | None], listed: frozenset[int], text: str
) -> frozenset[int]:
    """Numbered paragraphs that begin with a short sentence where most of their siblings do not: no titles, then."""
    lone: set[int] = set()
    groups: dict[str, list[tuple[int, bool, bool]]] = {}

    def close(style: str) -> None:
        group = groups.pop(style, [])
        if 2 * sum(heads for _, heads, _ in group) < len(group):
            lone.update(index for index, heads, led in group if heads and led)
        elif len(group) == 1 and style in _LOW_STYLES:
            # One numbered line below «依据：» is a list of one.
            index = group[0][0]
            if index and not blocks[index].level and text[blocks[index - 1].end - 1] in "：:":
                lone.add(index)

    for index, (block, prefix) in enumerate(zip(blocks, prefixes, strict=True)):
        if prefix is None:
            continue
        if prefix.ordinal == 1:
            close(prefix.style)
        line = text[block.start : block.end]
        end = _heading_end(line, block, prefix, index in listed)
        led = 0 < end < len(line) and block.bold_end == block.start
        groups.setdefault(prefix.style, []).append((index, end > 0, led))
    for style in list(groups):
        close(style)
    return frozenset(lone)


# The name of what a numbered paragraph is about, before a colon; a definition or a field of a form is told otherwise.
_TOPIC = regex.compile(
    r"(?:[\p{Han}“”、]{2,8}|与[\p{Han}]{1,6})(?<!指标值|名称|目标值|依据|说明)[※]?(?=[：](?!指).{12})"
)
_ATTACHED = regex.compile(r"附[:：] ?[^，。；:：]{4,40}")
_ANNEX = regex.compile(
    r"附(?:件|表|录) ?[\d一二三四五六七八九十]{0,3}(?:[-—]\d{1,2})?[:：]?$|附(?:件|录) ?\d{0,2}[:： ]"
)


def _is_entry(rest: str) -> bool:
    """Whether the words after a number are a field with its value: «会员活动（18万）：预计6场»."""
    colon = rest.find("：")
    return 0 <= colon < len(rest) - 1


def _lead_in(line: str, prefix: outline.Prefix) -> int:
    """Where the short first sentence ends that is a numbered paragraph's title, the full stop left out; 0 for none."""
    rest = line[prefix.length : prefix.length + 56]
    if "。" in line and (told := _TOPIC.match(rest)):
        return prefix.length + len(told[0])
    stop = rest.find("。")
    if stop < (1 if prefix.style == "decimal" else 2) or stop > 52:
        return 0
    lead = rest[:stop]
    if _SENTENCE_END.search(lead) or "：" in lead or len(line) - prefix.length - stop < 12:
        return 0
    if lead.count("，") > 2 or _COUNT.search(_QUOTED.sub("", lead)):
        return 0
    if prefix.style in ("arabic_paren", "arabic_half", "circled", "alpha") and len(lead) > 30 and "，" not in lead:
        return 0
    return prefix.length + stop


def _list_items(blocks: Sequence[Block], prefixes: Sequence[outline.Prefix | None], text: str) -> frozenset[int]:
    """Numbered lines that follow one another with nothing between them: a list, and no headings with a body.

    Headings of the outer styles may stand so (a part that holds nothing), so these count only in runs of three.
    """
    listed: set[int] = set()
    run: list[int] = []
    for index in range(len(blocks) + 1):
        prefix = prefixes[index] if index < len(blocks) else None
        last = prefixes[run[-1]] if run else None
        if (
            prefix is not None
            and last is not None
            and (prefix.style, prefix.ordinal) == (last.style, last.ordinal + 1)
            and not _lead_in(text[blocks[run[-1]].start : blocks[run[-1]].end], last)  # that has its body with it
        ):
            run.append(index)
            continue
        if last is not None and len(run) > (1 if last.style in _LOW_STYLES else 2):
            listed.update(run)
        run = [index] if prefix is not None else []
    return frozenset(listed)


# --- Titles of tables -----------------------------------------------------------------------------

_CAPTION_NUMBER = regex.compile(r"(?:附表|续表|附件|表) ?[\d一二三四五六七八九十]{0,3}(?:[-—–.]\d{1,3}){0,2}[ :：、.]*")


def _table_title(cleaned: Cleaned, index: int, lexicon: Lexicon) -> Heading | None:
    """The heading that a line makes as the name of a table of targets or scores right below it, or None.

    Between the name and the table may stand short lines: the year, the unit, who filled it in.
    """
    text, blocks = cleaned.view.text, cleaned.blocks
    block = blocks[index]
    line = text[block.start : block.end]
    if len(line) > 60 or block.dotted or _SENTENCE_END.search(line) or _is_entry(line):
        return None
    number = _CAPTION_NUMBER.match(line)
    name = line[number.end() :] if number else line
    following = index + 1
    end = block.end
    if number and not name and line[0] in "表续" and following < len(blocks) and blocks[following].kind == "paragraph":
        # «表 11» stands on a line of its own, the name of the table below it.
        name = text[blocks[following].start : blocks[following].end]
        end = blocks[following].end
        following += 1
    label = _table_label(name, lexicon)
    if not name and line[0] == "表" and following < len(blocks) and blocks[following].kind == "table":
        # «表一» alone, one of several forms of targets in a row.
        label = "target_table" if "指标" in text[blocks[following].start : blocks[following].end] else None
    if label is None or len(name) > 60:
        return None
    title = " ".join(text[block.start : end].split())
    last = _last_table(cleaned, following, lexicon)
    close = blocks[last].end if last else None
    return Heading(block.start, end, title, "caption" if last else "plain", 0, block.level, label, close)


def _holds_indicators(text: str, table: Heading) -> bool:
    """Whether the table right below the title is the one it names, and no box of names and sums before that."""
    return table.close is not None and "指标" in text[table.end : table.close]


def _last_table(cleaned: Cleaned, index: int, lexicon: Lexicon) -> int:
    """The last block of the table that begins within a few lines of ``index``, text rows included; 0 if none does."""
    text, blocks = cleaned.view.text, cleaned.blocks
    last, patience = 0, 8
    for at in range(index, len(blocks)):
        block = blocks[at]
        if block.kind == "table":
            last, patience = at, 3
            continue
        line = text[block.start : min(block.end, block.start + 120)]
        patience -= 1
        if patience < 0 or (_CAPTION_NUMBER.match(line) and len(line) < 60) or block.level:
            break
        if outline.prefix(line, lexicon) is not None or (not last and len(line) > 90) or (last and _NOTE.match(line)):
            break
    return last


_NOTE = regex.compile(r"(?:备 ?注|注|说明)\d{0,2}[:：]|\p{Han}{0,6}说明$")


def _table_label(name: str, lexicon: Lexicon) -> SectionLabel | None:
    words = _BESIDE_THE_POINT.sub("", name)
    for label, pattern in _title_rules(lexicon):
        if label in ("target_table", "score_table") and pattern.search(words):
            return label
    return None


_MONEY_TABLE = regex.compile(
    r"(?:附?表 ?[\d一二三四五六七八九十]{1,3}[ :：、.]*)(?=.{0,24}(?:预算|决算|收支|支出|收入|经费))"
    r"[^，：:]{2,30}?(?=$| +[(（]?(?:金额)?单位[:：])"
    r"|[^，：:\d]{0,20}(?:预算|决算|收支|支出|收入)[^，：:\d]{0,8}表"
)
_ROW_OF_MONEY = regex.compile(
    r"\p{Han}{2,20}(?:收入|支出|结转|结余)"
)  # «一、事业收入», its cells on lines of their own
_NUMBER_ALONE = regex.compile(r"附?表 ?[\d一二三四五六七八九十]{1,3}")


def _money_table_title(cleaned: Cleaned, index: int) -> Heading | None:
    """The heading that a line makes as the name of a table of money within the next lines, or None.

    «表2» may stand on the line above, and then begins the heading; a page's repetition of the name is no other one.
    """
    text, blocks = cleaned.view.text, cleaned.blocks
    block = blocks[index]
    line = text[block.start : block.end]
    name, end = line, block.end
    following = index + 1
    if _NUMBER_ALONE.fullmatch(line) and following < len(blocks) and blocks[following].kind == "paragraph":
        end = blocks[following].end
        name = f"{line} {text[blocks[following].start : end]}"
        following += 1
    if len(name) > 60 or block.dotted or (match := _MONEY_TABLE.match(name)) is None:
        return None
    if end == block.end and match.end() < len(line):
        end = block.start + match.end()
    elif match.end() < len(name):
        return None
    below = blocks[following : following + 3]
    if not any(other.kind == "table" or "单位：" in text[other.start : other.end][:60] for other in below):
        return None
    return Heading(block.start, end, match[0].strip(), "caption", 0, block.level, "budget_preparation")


# --- Table of contents ----------------------------------------------------------------------------

_CONTENTS_TITLE = regex.compile(r"目 ?录|CONTENTS|Contents")
_PAGE_TAIL = regex.compile(r"[.…·_。\s-]*[-—(（ ]*\d{0,4}[-—)） ]*$|[\s。]+")


def _contents(cleaned: Cleaned, lexicon: Lexicon) -> tuple[int, Heading | None]:
    """Where the table of contents ends (an offset into the view), and its heading; 0 and None if there is none.

    Its lines are told by their dots, or, below a line 目录, by being short and coming again further down as headings.
    """
    text, blocks = cleaned.view.text, cleaned.blocks
    for index, block in enumerate(blocks[:400]):
        line = text[block.start : block.end]
        titled = block.kind == "paragraph" and len(line) < 12 and _CONTENTS_TITLE.fullmatch(line) is not None
        if not titled and not (block.dotted and index + 1 < len(blocks) and blocks[index + 1].dotted):
            continue
        last = _last_entry(text, blocks, index + 1 if titled else index)
        title = line if titled else "目录"
        return blocks[last].end, Heading(
            block.start, block.end, title, "contents", 0, block.level, "contents", blocks[last].end
        )
    return 0, None


def _last_entry(text: str, blocks: Sequence[Block], first: int) -> int:
    """The index of the last block of a table of contents whose first entry is ``first``."""
    dotted = [index for index in range(first, min(first + 300, len(blocks))) if blocks[index].dotted]
    if dotted and dotted[0] <= first + 2:
        last = dotted[0]
        for index in dotted:
            if index <= last + 2:
                last = index
        return last
    seen: set[str] = set()
    for index in range(first, min(first + 300, len(blocks))):
        line = text[blocks[index].start : blocks[index].end]
        plain = _PAGE_TAIL.sub("", line)
        if blocks[index].kind == "table" or len(line) > 60 or plain in seen:
            return index - 1 if plain in seen else first - 1
        seen.add(plain)
    return first - 1


# --- The tree -------------------------------------------------------------------------------------


# The styles of the chapters that the numbering of a part names: 3.2 stands below 3, 三 or 叁, C4 below C.
_CHAPTERS = {
    "decimal": frozenset(("bare", "arabic", "han", "formal", "chapter")),
    "lettered": frozenset(("alpha",)),
}


class _Open(msgspec.Struct):
    style: str
    ordinal: int
    markdown: int


def _levels(headings: Sequence[Heading], lexicon: Lexicon) -> list[int]:
    """The level of each heading, from how this document nests its numbering styles.

    A style that is open already goes on at its level if the number fits; one that starts again at 1 below another style
    opens a level. Markdown levels decide only among headings without a number, for they are often put at random.
    """
    ranks = outline.ranks(lexicon)
    stack: list[_Open] = []
    levels: list[int] = []
    for heading in headings:
        if stack and stack[0].style == "contents":
            stack = []
        if heading.style in ("contents", "annex"):
            stack = [_Open(heading.style, 0, heading.markdown)]
            levels.append(1)
            continue
        if stack and stack[-1].style == "topic" and heading.style in ("topic", "caption", "plain"):
            stack.pop()  # a paragraph that begins with its title holds no more than itself
        if heading.style == "caption":
            levels.append(len(stack) + 1)
            continue
        place = _place(stack, heading, ranks)
        del stack[place:]
        stack.append(_Open(heading.style, heading.ordinal, heading.markdown))
        levels.append(len(stack))
    return levels


def _place(stack: Sequence[_Open], heading: Heading, ranks: dict[str, int]) -> int:
    """How many of the open headings stay open above ``heading``."""
    same = [place for place, opened in enumerate(stack) if opened.style == heading.style]
    if heading.whole:
        for place, opened in enumerate(stack):
            if opened.style in _CHAPTERS[heading.style] and opened.ordinal == heading.whole:
                return place + 1  # 3.2 stands below 3, whatever became of 3.1
    if heading.style == "plain":
        if heading.markdown:
            for place, opened in enumerate(stack):
                if opened.markdown >= heading.markdown and (opened.style == "plain" or place == 0):
                    return place
            return len(stack)
        same = [place for place in same if not stack[place].markdown]  # bold words stand below a title with marks
        return same[-1] if same else len(stack)
    for place in reversed(same):
        if stack[place].ordinal + 1 == heading.ordinal:
            return place
    if heading.ordinal == 1 and same and same[-1] != len(stack) - 1:
        return len(stack) if _may_hold(stack[-1], heading, ranks) else same[-1]
    for place in reversed(same):
        if stack[place].ordinal < heading.ordinal:
            return place
    if same:
        return same[-1]
    if heading.ordinal != 1:
        # A number that goes on from a level that was closed: by the usual order of the styles.
        rank = ranks.get(heading.style, len(ranks))
        for place, opened in enumerate(stack):
            if ranks.get(opened.style, -1) > rank:
                return place
    return len(stack)


def _may_hold(opened: _Open, heading: Heading, ranks: dict[str, int]) -> bool:
    """Whether a numbering may start again inside ``opened``: below a part or chapter it may, below 1. hardly."""
    return ranks.get(opened.style, 0) <= ranks.get(heading.style, 0)


def _ends(headings: Sequence[Heading], levels: Sequence[int], length: int) -> list[int]:
    """Where each section ends in the view: at the next heading of its level or above, or where its parent ends."""
    ends = [length if heading.close is None else heading.close for heading in headings]
    opened: list[int] = []
    for index, (heading, level) in enumerate(zip(headings, levels, strict=True)):
        while opened and levels[opened[-1]] >= level:
            closed = opened.pop()
            ends[closed] = min(ends[closed], heading.start)
        if opened:
            ends[index] = min(ends[index], ends[opened[-1]])
        opened.append(index)
    return ends
