"""What the text says of itself: title, organisation, region, fiscal year, kind of document.

Read from the cover and the head of the text, then from its signature and its body, and from the file's name only where
the text says nothing. What nothing says stays None.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple

import regex

from jixiao.clean import Cleaned
from jixiao.ingest.source import Source
from jixiao.lexicon import Lexicon, MetadataRules
from jixiao.records import Document, DocumentType

_HEAD_LINES = 40
_HEAD_CHARACTERS = 6000
_LONGEST_TITLE = 60
_TAIL_CHARACTERS = 1500
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def describe(source: Source, cleaned: Cleaned, lexicon: Lexicon) -> Document:
    """The document record of ``source``; ``cleaned`` is its cleaned view. Never raises; None is "the text does not say"."""
    patterns = _patterns(lexicon)
    text = cleaned.view.text
    head = _Head(text, patterns)
    name = PurePath(source.path).stem
    title, named = head.title or _web_title(source.title, patterns), False
    if title is None and (title := _named_title(name, patterns)) is not None:
        named = True
    document_type = _type_by_title(title, patterns) if title and not named else None
    document_type = (
        document_type or _type_by_body(text, patterns) or (_type_by_title(title, patterns) if title else None)
    )
    government = _government(title, head, patterns) if document_type == "other" else None
    organisation = f"{government}人民政府" if government else _organisation(title, head, text, patterns)
    region = government or (_region(organisation, text, patterns) if organisation else None)
    return Document(
        doc_id=source.doc_id,
        path=source.path,
        title=title,
        organisation=organisation,
        region=region,
        fiscal_year=_fiscal_year(title, head, text, bool(government), patterns),
        document_type=document_type or "other",
        pages=None,
        characters=len(source.text),
        format=source.format,
        encoding=source.encoding,
        status=source.status,
        reason=source.reason,
        warnings=source.warnings,
    )


class _Patterns(NamedTuple):
    types: tuple[tuple[regex.Pattern[str], DocumentType], ...]
    bodies: tuple[tuple[regex.Pattern[str], DocumentType, int], ...]
    no_title: regex.Pattern[str]
    year_line: regex.Pattern[str]
    fields: tuple[regex.Pattern[str], ...]
    year_field: regex.Pattern[str]
    no_organisation: regex.Pattern[str]
    name_tail: regex.Pattern[str]
    whole_name: regex.Pattern[str]
    title_name: regex.Pattern[str]
    body_name: regex.Pattern[str]
    region: regex.Pattern[str]
    governments: tuple[regex.Pattern[str], ...]
    stated_year: regex.Pattern[str]
    han_year: regex.Pattern[str]
    not_counted: regex.Pattern[str]


@functools.cache
def _patterns(lexicon: Lexicon) -> _Patterns:
    rules: MetadataRules = lexicon.metadata
    lines, names, years = rules.lines, rules.names, rules.years
    # No part of a region's name runs over the mark of a larger one: 沙堤区市场监督管理局 is in no 沙堤区市.
    province = rf"(?:{names.provinces}|[^\P{{Han}}省市区县]{{2,4}}省|[^\P{{Han}}市区县]{{2,9}}自治区)"
    prefecture = r"(?:[^\P{Han}省市区县]{2,8}(?:自治州|地区|盟|(?<!旗)市(?![场政民]\p{Han}{0,2}[区县])))"
    county = (
        r"(?:[^\P{Han}市区县]{1,8}(?:自治县|县(?![域级])|(?<![社小校园片库景灾胜护])区)|[^\P{Han}市区县]{1,6}旗"
        r"|[^\P{Han}市区县]{2,6}(?<![城都旗])市|[^\P{Han}市区县]{2,4}新城)"
    )
    region = rf"(?:{province}(?:{prefecture})?(?:{county})?|{prefecture}(?:{county})?|{county})"
    led = rf"(?:{names.before_region})?{region}"
    ends = rf"(?:{names.ends})"
    field = r"(?:[（(][^（）()]{1,8}[)）])? *+(?:[：:][ \t]*+|\t)"
    value = rf"(?P<name>[\p{{Han}}（）()·、]{{3,80}}?)(?=[ \t\n：:，。；]|$|{lines.next_field})"
    return _Patterns(
        types=tuple((regex.compile(rule.regex), rule.type) for rule in rules.title),
        bodies=tuple((regex.compile(rule.regex), rule.type, rule.least) for rule in rules.body),
        no_title=regex.compile(lines.no_title),
        year_line=regex.compile(lines.year_line),
        fields=tuple(
            regex.compile(
                rf"(?:^[*＊]?|[ \t。；])(?:{names_of_field}){field}{value}"
                # a cell a line: *申报单位 / 梅岭县水务局
                rf"|^[*＊]?(?:{names_of_field})[ \t]*+\n[ \t]*+(?P<name>\p{{Han}}{{2,24}}?{ends})[ \t]*+$",
                regex.MULTILINE,
            )
            for names_of_field in lines.organisation_fields
        ),
        year_field=regex.compile(rf"(?:^|[ \t])(?:{lines.year_fields}){field}(20\d\d)(?!\d)", regex.MULTILINE),
        no_organisation=regex.compile(lines.no_organisation),
        name_tail=regex.compile(rf"(?:{lines.name_tail})$"),
        whole_name=regex.compile(rf"(?:{led})\p{{Han}}{{1,24}}?{ends}"),
        title_name=regex.compile(
            rf"(?:附件?\d*[：:]?)?(?:20\d\d年度?)?(?P<name>\p{{Han}}{{2,30}}?{ends})(?={names.behind})"
        ),
        body_name=regex.compile(rf"(?<!\p{{Han}})(?:20\d\d年度?)?(?P<name>{led}\p{{Han}}{{1,20}}?{ends})(?!{ends})"),
        region=regex.compile(rf"(?:{names.before_region})?(?P<region>{region})"),
        governments=tuple(regex.compile(rule.regex) for rule in rules.government),
        stated_year=regex.compile(years.stated),
        han_year=regex.compile(years.han),
        not_counted=regex.compile(rf"{years.cited}|{years.other_year}"),
    )


class _Head:
    """The first lines of the text, and which of them is the title."""

    def __init__(self, text: str, patterns: _Patterns) -> None:
        self.lines = [line.strip() for line in text[:_HEAD_CHARACTERS].split("\n") if line.strip()][:_HEAD_LINES]
        self.at = next((n for n, line in enumerate(self.lines) if _is_title(line, patterns)), None)
        self.title: str | None = None
        # Of a title broken in two, what stands before the line that tells the kind of document, joined to it.
        self.unbroken: str | None = None
        if self.at is not None:
            # A cover prints the office above the title and the year below it.
            office = self.lines[self.at - 1] if self.at else ""
            year = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
            title = head_line = self.lines[self.at]
            if patterns.whole_name.fullmatch(office) and office not in title:
                title = office + title
            self.title = title + (year if patterns.year_line.match(year) else "")
            self.unbroken = regex.sub(r"\s", "", office + head_line) if office else None

    def cover(self) -> list[str]:
        """The lines beside the title, on which a name or a year may stand alone."""
        return self.lines[max(0, self.at - 3) : self.at + 4] if self.at is not None else self.lines[:6]


def _is_title(line: str, patterns: _Patterns) -> bool:
    return (
        4 <= len(line) <= _LONGEST_TITLE
        and "\t" not in line
        and not patterns.no_title.search(line)
        and _type_by_title(line, patterns) is not None
    )


def _type_by_title(title: str, patterns: _Patterns) -> DocumentType | None:
    return next((kind for pattern, kind in patterns.types if pattern.search(title)), None)


def _type_by_body(text: str, patterns: _Patterns) -> DocumentType | None:
    for pattern, kind, least in patterns.bodies:
        if sum(1 for _, _ in zip(pattern.finditer(text), range(least), strict=False)) == least:
            return kind
    return None


def _web_title(title: str | None, patterns: _Patterns) -> str | None:
    """A page's own title, the name of its site cut off, if it reads like a document's."""
    if title is None:
        return None
    first = regex.split(r"\s*[-_—|–]{1,2}\s*(?=\p{Han})", title.strip(), maxsplit=1)[0]
    return first if _is_title(first, patterns) else None


def _named_title(name: str, patterns: _Patterns) -> str | None:
    name = name.strip()
    return name if _is_title(name, patterns) and regex.search(r"\p{Han}{4}", name) else None


def _government(title: str | None, head: _Head, patterns: _Patterns) -> str | None:
    if title is None or "政府工作报告" not in title:
        return None
    for pattern in patterns.governments:
        for line in (title, *head.cover(), *head.lines):
            if found := pattern.search(line):
                return str(found["region"])
    return None


def _organisation(title: str | None, head: _Head, text: str, patterns: _Patterns) -> str | None:
    start, end = text[:_HEAD_CHARACTERS], text[-_TAIL_CHARACTERS:]
    signature = (line.strip() for line in end.split("\n")[-14:])
    name = (
        _field(start, patterns, patterns.region)
        or _whole_line(head.cover(), patterns)
        or _in_title(title, patterns)
        or _led(_in_title(head.unbroken, patterns), patterns)
        or _field(end, patterns, patterns.region)
        or _whole_line(signature, patterns)
        or _field(start, patterns)
        or _most_named(text, patterns)
    )
    return _in_full(name, text) if name else None


def _field(text: str, patterns: _Patterns, begins: regex.Pattern[str] | None = None) -> str | None:
    """The value of a field that names the organisation; with ``begins``, only one that is led by its region."""
    for pattern in patterns.fields:
        for found in pattern.finditer(text):
            name = _bare(found["name"], patterns)
            if len(name) < 3 or patterns.no_organisation.match(name):
                continue
            if begins is None or begins.match(name):
                return name
    return None


def _bare(name: str, patterns: _Patterns) -> str:
    while shorter := patterns.name_tail.sub("", name.strip()):
        if shorter == name:
            break
        name = shorter
    return name.strip("、·")


def _whole_line(lines: Iterable[str], patterns: _Patterns) -> str | None:
    for line in lines:
        name = _bare(line, patterns)
        if len(name) <= 40 and patterns.whole_name.fullmatch(name):
            return name
    return None


def _in_title(title: str | None, patterns: _Patterns) -> str | None:
    found = patterns.title_name.match(title) if title else None
    return str(found["name"]).removeprefix("关于") if found else None


def _led(name: str | None, patterns: _Patterns) -> str | None:
    """``name`` if its region leads it; else None."""
    return name if name and patterns.whole_name.fullmatch(name) else None


def _most_named(text: str, patterns: _Patterns) -> str | None:
    """The office that the text names most often in full, at least three times and twice as often as any other."""
    names = Counter(_bare(found["name"], patterns) for found in patterns.body_name.finditer(text))
    ranked = names.most_common(2)
    if not ranked or ranked[0][1] < 3 or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    return ranked[0][0]


def _in_full(name: str, text: str) -> str:
    """The longer form of a name, with the region before it, if the text has it: 月湖区教育局 → 澄江市月湖区教育局."""
    longer = regex.compile(
        rf"(?<!\p{{Han}})(?:[^\P{{Han}}省市区县]{{2,4}}省)?[^\P{{Han}}省市区县]{{2,8}}[市州盟]{regex.escape(name)}"
    )
    found = longer.search(text)
    return found[0] if found else name


def _region(organisation: str, text: str, patterns: _Patterns) -> str | None:
    found = patterns.region.match(organisation)
    if not found:
        return None
    region = str(found["region"])
    if branch := regex.search(r"局(\p{Han}{2,4})分局$", organisation):
        # A city's office for one of its districts: the district is named in the text.
        district = regex.search(rf"{branch[1]}(?:新区|区|县|市)", text)
        if district and not region.endswith(district[0]):
            region += district[0]
    wider = (
        regex.search(
            rf"(?<!\p{{Han}})((?:[^\P{{Han}}省市区县]{{2,4}}省)?(?:[^\P{{Han}}省市区县]{{2,8}}[市州盟])?){region}", text
        )
        if "省" not in region
        else None
    )
    return f"{wider[1]}{region}" if wider else region


def _fiscal_year(title: str | None, head: _Head, text: str, government: bool, patterns: _Patterns) -> str | None:
    if title and (year := _stated(title, patterns)):
        return year
    if government:
        return next((found[0] for line in head.cover() if (found := regex.search(r"20\d\d(?=年)", line))), None)
    if found := patterns.year_field.search(text[:_HEAD_CHARACTERS]):
        return str(found[1])
    for line in head.cover():
        if patterns.year_line.match(line) and (year := _stated(line, patterns)):
            return year
    return _most_meant(text, patterns)


def _stated(line: str, patterns: _Patterns) -> str | None:
    if found := patterns.stated_year.search(line):
        return str(found[1])
    if found := patterns.han_year.search(line):
        return str(found[0][:4].translate(_HAN_DIGITS)).replace("二", "2")
    return None


def _most_meant(text: str, patterns: _Patterns) -> str | None:
    """The year that most of the measures are for, at least three times and half as often again as any other."""
    years = Counter(patterns.stated_year.findall(patterns.not_counted.sub("", text)))
    ranked = years.most_common(2)
    if not ranked or ranked[0][1] < 3 or (len(ranked) > 1 and ranked[0][1] < 1.5 * ranked[1][1]):
        return None
    return str(ranked[0][0])
