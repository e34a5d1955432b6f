"""What time a figure is for: 2020, 2020Q1, 2020-01/2020-09."""

from __future__ import annotations

import re

_HAN = {"一": 1, "二": 2, "三": 3, "四": 4}
_TIME = re.compile(
    # The first characters of all alternatives, for most characters begin none.
    r"(?=[比较与同0-9第一二三四上下去])(?:(?P<base>比|较|与|同)?(?P<year>(?:19|20)[0-9]{2})年(?:度)?(?:(?P<first>[0-9]{1,2})[-—–~至](?P<last>[0-9]{1,2})月|(?:第)?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<half>[上下])半年|(?P<month>[0-9]{1,2})月(?![0-9]{1,2}日))?"
    r"|(?<![0-9年])(?P<base2>比|较|与|同)?(?:(?P<first2>[0-9]{1,2})[-—–~至](?P<last2>[0-9]{1,2})月|(?:第)?(?P<quarter2>[一二三四])季度|(?P<half2>[上下])半年)"
    r"|(?P<base3>比|较|与|同)?(?P<before>上年|去年|上一年度?|上年度)(?!同期|末|底|年底))"
)
_REACH = 200  # characters before a figure in which its time may stand


def find_period(text: str, start: int, end: int, fiscal_year: str | None) -> str | None:
    """The time named nearest before ``end`` in ``text[start:end]`` (sentence begin to figure), else ``fiscal_year``.

    A year of comparison (比2019年减少) is passed over. A quarter or months without a year are those of ``fiscal_year``;
    None where that is not known.
    """
    found = fiscal_year
    if text.find("年", start, end) < 0 and text.find("月", start, end) < 0 and text.find("季度", start, end) < 0:
        return found
    for match in _TIME.finditer(text, max(start, end - _REACH), end):
        if match["base"] or match["base2"] or match["base3"]:
            continue
        if match["before"]:
            if any(mark in text[match.end() : end] for mark in "，；。,;"):
                continue  # 上年结转3万元，支出5万元: only the first is of the year before
            found = str(int(fiscal_year) - 1) if fiscal_year else None
            continue
        year = match["year"] or fiscal_year
        if year is None:
            continue
        found = _format(year, match)
    return found


def _format(year: str, match: re.Match[str]) -> str:
    quarter = match["quarter"] or match["quarter2"]
    half = match["half"] or match["half2"]
    first, last = match["first"] or match["first2"], match["last"] or match["last2"]
    if quarter:
        return f"{year}Q{_HAN.get(quarter, quarter)}"
    if half:
        return f"{year}-01/{year}-06" if half == "上" else f"{year}-07/{year}-12"
    if first and last and 1 <= int(first) <= int(last) <= 12:
        return f"{year}-{int(first):02d}/{year}-{int(last):02d}"
    if match["month"] and 1 <= int(match["month"]) <= 12:
        return f"{year}-{int(match['month']):02d}"
    return year
