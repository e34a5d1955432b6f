"""Web pages to text: lines, cells, entities, and pages made to hurt."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.ingest import read_bytes
from jixiao.ingest.html import extract


def text(page: str) -> str:
    return extract(page, 1_000_000)[0]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>一、概况</p><p>支出120万元。</p>", "一、概况\n支出120万元。"),
        ("<div>一<div>二</div>三</div>", "一\n二\n三"),
        ("<p>第一行<br>第二行<br/>第三行</p>", "第一行\n第二行\n第三行"),
        ("<p>支出<b>1,</b><span>286</span>万元</p>", "支出1,286万元"),
        ("<h2>标题</h2>正文<ul><li>甲<li>乙</ul>", "标题\n正文\n甲\n乙"),
        ("<p>支出\n  120万元，\n占比</p>", "支出 120万元，占比"),
        ("<p>总工\n会</p>", "总工会"),
        ("<p>总工\n<b>会</b></p>", "总工会"),
        ("<p>annual\nreport</p>", "annual report"),
        ("<p>满意度&ge;90%，占&frac12;&nbsp;&mdash;&#26234;&#x80FD;</p>", "满意度≥90%，占½\u00a0—智能"),
        ("<p>甲&amp;乙 &lt;5%</p>", "甲&乙 <5%"),
        ("<p>甲&#9;乙&#10;丙&Tab;丁</p>", "甲 乙 丙 丁"),
        ("<pre>甲  1\n乙\t2</pre>", "甲  1\n乙\t2"),
        ("<p>a < b 而 c > d</p>", "a < b 而 c > d"),
        ("<p title='a>b'>正文</p>", "正文"),
        ("<P CLASS=x>正文</P>", "正文"),
        ("正文<!-- 注 <p>不要</p> -->后文", "正文后文"),
        ("甲<!---->乙<!-->丙", "甲乙丙"),
        ("<?xml version='1.0'?><!DOCTYPE html>正文", "正文"),
        ("<p>一</p>\n\n\n<p>  </p><p>&nbsp;</p><p>二</p>", "一\n二"),
        ("<o:p>正文</o:p>", "正文"),
    ],
)
def test_lines_blanks_and_entities(page: str, expected: str) -> None:
    assert text(page) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var a = '<p>不要</p>';</script>",
        "<style>p{content:'不要'}</style>",
        "<SCRIPT>不要</SCRIPT >",
        "<noscript>不要</noscript>",
        "<template><p>不要</p></template>",
        "<select><option>不要</option></select>",
        "<textarea>不要</textarea>",
        "<svg><text>不要</text></svg>",
        "<div style='display: none'>不要<div>也不要</div>不要</div>",
        "<p hidden>不要</p>",
        "<button>不要</button>",
    ],
)
def test_what_a_reader_does_not_see_is_left_out(hidden: str) -> None:
    assert text(f"<body><p>前</p>{hidden}<p>后</p>") == "前\n后"


@pytest.mark.parametrize(
    "shown", ["class='hidden-xs hidden'", "aria-hidden='true'", "style='overflow:hidden'", "data-x='display:none'"]
)
def test_what_only_looks_hidden_is_kept(shown: str) -> None:
    assert text(f"<p {shown}>正文</p>") == "正文"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>", "甲\t1\n乙\t2"),
        ("<table><tr><th>甲<td>1<tr><td>乙<td>2</table>", "甲\t1\n乙\t2"),
        ("<table><tr><td rowspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr><tr><td>乙</td><td>3</td></tr></table>",
         "甲\t1\n\t2\n乙\t3"),
        ("<table><tr><td colspan='3'>合计</td><td>9</td></tr><tr><td>a<td>b<td>c<td>d</table>", "合计\t\t\t9\na\tb\tc\td"),
        ("<table><tr><td rowspan=2 colspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr></table>", "甲\t\t1\n\t\t2"),
        ("<table><tr><td>1</td><td rowspan=2>甲</td></tr><tr><td>2</td></tr></table>", "1\t甲\n2\t"),
        ("<table><tr><td>1<td>2<td rowspan=2>甲</tr><tr><td>3</tr><tr><td>4<td>5<td>6</tr></table>", "1\t2\t甲\n3\t\t\n4\t5\t6"),
        ("<table><tr><td><p>一</p><p>二</p></td><td>三<br>四</td></tr></table>", "一 二\t三 四"),
        ("<table><tr><td>甲</td><td></td><td>&nbsp;</td></tr></table>", "甲\t\t"),
        ("<table><tr><td></td><td></td></tr><tr><td>甲</td><td>1</td></tr></table>", "甲\t1"),
        ("<table><caption>单位：万元</caption><tr><td>甲</td><td>1</td></tr></table>", "单位：万元\n甲\t1"),
        ("<table><tr><td><p>一、概况</p><p>正文</p></td></tr></table>", "一、概况\n正文"),
        ("<table><tr><td>导航</td><td><p>一</p><table><tr><td>甲</td><td>1</td></tr></table></td></tr></table>",
         "导航\n一\n甲\t1"),
        ("<p>前</p><table><tr><td>甲<td>1</table>后", "前\n甲\t1\n后"),
        ("<td>甲</td><td>乙</td>", "甲\n乙"),
        ("<table><tr><td>甲<td>1", "甲\t1"),
    ],
)  # fmt: skip
def test_tables_are_rows_with_tabs(page: str, expected: str) -> None:
    assert text(page) == expected


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<head><title> 自评报告-某市政府\n</title></head><body>正文", "自评报告-某市政府"),
        (
            '<head><title>某网</title><meta name="ArticleTitle" content="自评&ldquo;报告&rdquo;"></head>正文',
            "自评“报告”",
        ),
        ("<head><meta charset=utf-8></head>正文", None),
        ("<title></title>正文", None),
    ],
)
def test_the_title_is_kept_apart(page: str, title: str | None) -> None:
    found = extract(page, 1000)
    assert found == ("正文", title, True)


def test_a_head_left_open_ends_with_the_first_tag_of_the_body() -> None:
    assert text("<html><head><title>题</title><p>正文</p>") == "正文"


def test_a_page_without_text_is_refused() -> None:
    source = read_bytes(b"<html><body><script>load()</script><img src=x></body></html>", "a.html")
    assert source.status == "refused"
    assert source.reason is not None and "没有文字" in source.reason


N = 100_000


@pytest.mark.parametrize(
    "page",
    {
        "div": "<div>" * N,
        "list": "<ul><li>" * N,
        "fonts": "".join(f"<font size={number}>" for number in range(N)),
        "attributes": "<p " + " ".join(f"a{number}=1" for number in range(N)) + ">x",
        "options": "<select>" + "<option>x" * N,
        "quotes": "<p>" + '<a "' * N,
        "no-end": "<a" * N,
        "closing": "</a " * N,
        "comments": "<!--" * N,
        "short-comments": "<!-->x" * N,
        "tables": "<table><tr><td>" * N,
        "nested-rows": "<table><tr>" * 24 + "<td>x" * N,
        "colspan": "<table>" + "<tr><td colspan=1000>1" * N,
        "rowspan": "<table><tr>" + "<td rowspan=60000>1" * 256 + "<tr>" * N,
        "reference": "<p>&#" + "9" * N * 5 + ";",
        "references": "<p>" + "&#99999999999;" * N,
        "ampersands": "<p>" + "&" * N * 5,
        "scripts": "<script>" * N,
        "titles": "<title>" * N,
        "soft-breaks": "<p>" + "中\n" * N + " \n" * N,
        "hidden": "<p hidden>" * N,
        "style": '<p style="' + "a:b;" * N + '">',
    }.items(),
    ids=lambda value: value[0],
)
def test_pages_made_to_hurt_are_read_in_linear_time(page: tuple[str, str]) -> None:
    start = time.perf_counter()
    found = extract(page[1], 1_000_000)
    assert time.perf_counter() - start < 6
    assert len(found[0]) <= 1_000_000


TAGS = st.sampled_from(
    ["<p>", "</p>", "<table>", "</table>", "<tr>", "<td>", "<td rowspan=3>", "<td colspan=2>", "</td>", "<br>", "<script>",
     "</script>", "<title>", "</title>", "<!--", "-->", "<a '", "&lt;", "&", "&#0;", "正文", "\n", "\t", " ", "<", ">", "<pre>", "</pre>"]
)  # fmt: skip


@given(st.lists(TAGS, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_soup_of_tags_is_read(soup: str) -> None:
    found, _, whole = extract(soup, 500)
    assert len(found) <= 500
    assert whole
    assert "\x1f" not in found
    assert all(line.strip() for line in found.split("\n")) or not found
