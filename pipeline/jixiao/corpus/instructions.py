"""Instructions: conversations for tuning language models, one JSON object a line.

``{"messages": [{"role", "content"}, …], "task", "document"}``, the form that chat templates and the common trainers take: the
system message names the work and its rules, the user gives a passage and asks, the assistant answers. Tasks:

``extract``   every quantity of a passage as a JSON array, with the field names of the program's own records; ``[]`` for none
``category``  the category of one quantity of a passage
``verdict``   whether what a report states meets a line of the target table: 完成, 未完成 or 无法判断

A request is worded in one of several ways, chosen by its content, so that the same archive gives the same bytes. What
stands word for word in several documents (departments copy last year's report) is asked once, and if these are of several
splits, in the one for the sternest use: what training has seen is no test.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from jixiao.corpus.gold import Gold, GoldMention, GoldTarget
from jixiao.corpus.passages import Place, learnable, passages, searched, trimmed, write_by_split
from jixiao.corpus.spans import Marked, to_gold
from jixiao.records import CATEGORIES, Comparator, Verdict

Line = dict[str, Any]

PASSAGE = 400  # characters
SHORTEST = 20  # characters of a passage without quantities that is worth asking about; headings are not
CATEGORY_QUESTIONS = 2  # a passage; one for each quantity would drown the other tasks
STERN = ("test", "dev", "train")  # which split keeps what several have

VERDICTS: Mapping[Verdict, str] = {"met": "完成", "unmet": "未完成", "undetermined": "无法判断"}
COMPARED: Mapping[Comparator, str] = {
    "ge": "不低于",
    "gt": "高于",
    "le": "不超过",
    "lt": "低于",
    "eq": "",
    "about": "约",
    "range": "",
}

KINDS = {
    "self_evaluation": "绩效自评报告",
    "budget": "部门预算",
    "target_table": "绩效目标表",
    "final_accounts": "部门决算",
}

SYSTEM = (
    "你是财政部门从事预算绩效评价的工作人员，负责核对各部门报送的绩效自评材料。请严格依据所给原文作答，"
    "数字、单位和事项均以原文为准，不推测，不补充，只输出所要求的内容。"
)
RECORD = (
    "每条记录的字段为：text，数量的原文，包括近、约、以上等修饰语和单位；role，陈述已经做到、达到、花费或者计划的事项的填 claim，"
    "仅用于限定其他事物的填 qualifier；value，按基本单位折算的数值（3.5万株填 35000），区间的另填上限 value_max；approx，"
    "确数、约数、以上、不足、区间分别填 exact、about、more、less、range；unit，计量单位，金额一律为元；entity，所数的对象；"
    f"action，所用的动词，没有的为空；category，指标类别，一至两个，限于{'、'.join(CATEGORIES)}；period，所属期间。"
)
EXTRACT = (
    "以下是{origin}中的一段。请逐处列出其中的量化表述，每处一条记录，按原文顺序以 JSON 数组输出；没有的，输出 []。\n{record}\n\n{text}",
    "请从下面这段{origin}的文字中提取全部量化表述，以 JSON 数组输出，不得遗漏，不得重复；确无量化表述的，输出 []。\n{record}\n\n{text}",
    "现核对{origin}，请将下列段落中的数量逐一登记为 JSON 数组，先后次序与原文一致，日期、文号、序号等不予登记，没有可登记的输出 []。\n"
    "{record}\n\n{text}",
)
CATEGORY = (
    "以下段落摘自{origin}。用【】标出的数量应当归入哪一类指标？从下列类别中选一至两个，以顿号分隔：{choices}。\n\n{text}",
    "请判定段落中【】内的数量所属的指标类别，可选{choices}，确有两类均可的一并写出，以顿号分隔。\n\n（{origin}）{text}",
)
VERDICT = (
    "年初绩效目标：{target}。\n{origin}写道：\n{text}\n\n请根据【】内的数字判断该项目标是否完成，只回答“完成”“未完成”或者“无法判断”。",
    "核对下列指标的完成情况。指标及目标值：{target}。报告原文（【】为有关数字）：\n{text}\n\n"
    "结论只写“完成”“未完成”“无法判断”之一。（{origin}）",
)


class _Passage(msgspec.Struct, frozen=True):
    """A stretch of a document without blanks around it, and the quantities in it."""

    start: int
    end: int
    text: str
    section: str  # titles from the outermost section inwards, "" outside of all
    mentions: tuple[GoldMention, ...]


def write(documents: Iterable[Marked], out: Path) -> None:
    """``SPLIT.jsonl`` in the folder ``out``; documents that nobody has searched for claims are left out."""
    lines = instructions(list(documents))
    write_by_split(((split, _json(line) + "\n") for split, line in lines), out, ".jsonl")


def instructions(documents: Sequence[Marked]) -> Iterator[tuple[str | None, Line]]:
    """The conversations of ``documents``, each with its split."""
    read = [(marked.split, marked, to_gold(marked)) for marked in searched(documents)]
    cut = [list(_passages(marked, gold)) for _, marked, gold in read]
    keeper: dict[bytes, int] = {}
    for index in sorted(range(len(read)), key=lambda index: (_sternness(read[index][0]), index)):
        for passage in cut[index]:
            keeper.setdefault(_digest(passage.text), index)
    targets = {marked.key: to_gold(marked).targets for marked in documents}
    splits = {marked.key: marked.split for marked in documents}
    for index, (split, marked, gold) in enumerate(read):
        own = [passage for passage in cut[index] if keeper[_digest(passage.text)] == index]
        for passage in own:
            yield from ((split, line) for line in _about_passage(marked, passage))
        for link in gold.links:
            file = marked.key if link.file is None else f"{marked.key.rpartition('/')[0]}/{link.file}"
            target = next((each for each in targets.get(file, ()) if each.indicator == link.target), None)
            if target is not None and splits[file] == split and all(_within(own, place) for place in link.claims):
                yield split, _verdict(marked, own, link.claims, target, link.verdict)


def _passages(marked: Marked, gold: Gold) -> Iterator[_Passage]:
    for first, last in passages(marked.text, PASSAGE, [(span.start, span.end) for span in learnable(marked)]):
        start, end = trimmed(marked.text, first, last)
        mentions = tuple(mention for mention in gold.mentions if start <= mention.start < end)
        if mentions or end - start >= SHORTEST:
            yield _Passage(start, end, marked.text[start:end], _section(marked, start), mentions)


def _section(marked: Marked, place: int) -> str:
    """The headings above ``place``; one that begins there is part of the passage and not above it."""
    above = [
        " ".join(marked.text[span.start : span.end].split())
        for span in marked.spans
        if span.label == "section" and span.start < place < int(str(span.attributes["end"]))
    ]
    return "—".join(above)


def _sternness(split: str | None) -> int:
    return STERN.index(split) if split in STERN else len(STERN)


def _digest(text: str) -> bytes:
    return hashlib.sha256("".join(text.split()).encode("utf-8", "surrogatepass")).digest()


def _about_passage(marked: Marked, passage: _Passage) -> Iterator[Line]:
    records = [_record(mention) for mention in passage.mentions]
    origin = _origin(marked) + (f"“{passage.section}”部分" if passage.section else "")
    yield _line(marked.key, "extract", EXTRACT, _json(records), text=passage.text, origin=origin, record=RECORD)
    claims = [mention for mention in passage.mentions if mention.role == "claim"]
    claims.sort(key=lambda mention: _digest(f"{marked.key}:{mention.start}"))
    for mention in sorted(claims[:CATEGORY_QUESTIONS], key=lambda mention: mention.start):
        text = _pointed(passage, [(mention.start, mention.end)])
        answer, choices = "、".join(mention.category), "、".join(CATEGORIES)
        yield _line(marked.key, "category", CATEGORY, answer, text=text, origin=origin, choices=choices)


def _record(mention: GoldMention) -> dict[str, Any]:
    record: dict[str, Any] = msgspec.to_builtins(mention)
    absent = ("start", "end", *(() if mention.value_max is not None else ("value_max",)))
    return {name: value for name, value in record.items() if name not in absent}


def _json(content: Any) -> str:
    return msgspec.json.encode(content).decode()


def _verdict(
    marked: Marked, own: Sequence[_Passage], claims: Sequence[Place], target: GoldTarget, verdict: Verdict
) -> Line:
    shown = dict.fromkeys(_within(own, place) for place in claims)
    text = "\n".join(
        _pointed(passage, [place for place in claims if _within(own, place) == passage]) for passage in shown if passage
    )
    answer = VERDICTS[verdict]
    return _line(marked.key, "verdict", VERDICT, answer, text=text, origin=_origin(marked), target=_wanted(target))


def _wanted(target: GoldTarget) -> str:
    """A line of a target table in one sentence."""
    if target.value is None:
        value = " ".join(target.text.split())
    else:
        value = f"{COMPARED[target.comparator]}{target.value}{f'至{target.value_max}' if target.value_max else ''}{target.unit}"
    return f"{target.level2}“{target.indicator}”，目标值{value}"


def _within(own: Sequence[_Passage], place: Place) -> _Passage | None:
    return next((passage for passage in own if passage.start <= place[0] and place[1] <= passage.end), None)


def _pointed(passage: _Passage, places: Sequence[Place]) -> str:
    """The passage with 【】 around the quantities at ``places``."""
    text = passage.text
    for start, end in sorted(places, reverse=True):
        first, last = start - passage.start, end - passage.start
        text = f"{text[:first]}【{text[first:last]}】{text[last:]}"
    return text


def _origin(marked: Marked) -> str:
    about = marked.about
    year = f"{about.fiscal_year}年度" if about.fiscal_year else ""
    return f"{about.organisation or '某部门'}{year}{KINDS.get(about.document_type or '', '材料')}"


def _line(key: str, task: str, wordings: Sequence[str], answer: str, *, text: str, **words: str) -> Line:
    """One conversation; which of ``wordings`` asks is settled by the text."""
    wording = wordings[_digest(f"{task}{text}")[0] % len(wordings)]
    request = wording.format(text=text, **words)
    return {
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": request},
            {"role": "assistant", "content": answer},
        ],
        "task": task,
        "document": key,
    }
