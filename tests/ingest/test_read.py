"""Reading files: what a file is, in every encoding, with a reason for all that is not read."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.ingest import READERS, Limits, Source, read, read_bytes
from jixiao.ingest.sniff import UNREADABLE, sniff
from jixiao.records import document_id

REPORT = "青渡市交通运输局2023年度部门整体绩效自评报告\n全年养护公路1,286.4公里，完成投资3.6亿元。\n"


def test_the_text_is_the_decoded_file_with_its_own_newlines(tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    data = "一、概况\r\n养护公路12公里。\r二、成效\n".encode()
    path.write_bytes(data)
    assert read(path) == Source(
        path=str(path),
        doc_id=document_id(data),
        text="一、概况\r\n养护公路12公里。\r二、成效\n",
        format="text",
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (REPORT.encode("utf-8"), "utf-8"),
        (b"\xef\xbb\xbf" + REPORT.encode("utf-8"), "utf-8"),
        (b"\xff\xfe" + REPORT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + REPORT.encode("utf-16-be"), "utf-16-be"),
        (REPORT.encode("utf-16-le"), "utf-16-le"),
        (REPORT.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\0\0" + REPORT.encode("utf-32-le"), "utf-32-le"),
        (REPORT.encode("gb18030"), "gb18030"),
        (b"\x84\x31\x95\x33" + REPORT.encode("gb18030"), "gb18030"),
        (b"plain words and 123 numbers\n", "utf-8"),
        ("year 2023, 12 reports\n".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_encodings_are_found(data: bytes, encoding: str) -> None:
    source = read_bytes(data, "报告.txt")
    expected = {"utf-8": REPORT, "utf-16-le": REPORT}.get(encoding, REPORT)
    if b"plain" in data:
        expected = "plain words and 123 numbers\n"
    elif data.startswith(b"y\0e\0"):
        expected = "year 2023, 12 reports\n"
    assert (source.text, source.encoding, source.status, source.warnings) == (expected, encoding, "ok", ())


def test_characters_of_gb18030_beyond_gbk() -> None:
    text = "㐂某镇常住人口1.2万人，其中𠮷姓312人，满意度98.6％。" * 3
    source = read_bytes(text.encode("gb18030"), "a.txt")
    assert (source.text, source.encoding, source.status) == (text, "gb18030", "ok")


def test_big5_is_not_taken_for_gb18030() -> None:
    text = "本年度整體預算執行情況良好，各項績效目標均已達成，服務對象滿意度達到百分之九十五以上。\n" * 5
    data = text.encode("big5")
    data.decode("gb18030", "replace")  # it would decode to other characters
    source = read_bytes(data, "a.txt")
    assert source.text == text
    assert source.encoding is not None and source.encoding.startswith("big5")


def test_a_declared_encoding_decides_where_the_bytes_do_not() -> None:
    page = '<html><head><meta charset="big5"></head><body><p>預算執行率達九成八</p></body></html>'
    source = read_bytes(page.encode("big5"), "a.html")
    assert source.text == "預算執行率達九成八"


def test_a_wrong_declaration_is_overruled_by_the_bytes() -> None:
    page = '<html><head><meta charset="gb2312"></head><body><p>预算执行率98%</p></body></html>'
    source = read_bytes(page.encode("utf-8"), "a.html")
    assert (source.text, source.encoding) == ("预算执行率98%", "utf-8")


def test_damaged_bytes_are_replaced_and_named_by_line() -> None:
    lines = [f"第{number}项工作完成{number}次。".encode() for number in range(1, 9)]
    lines[2] = "新增就业".encode() + b"\xe4\xbd" + "1200人。".encode()
    source = read_bytes(b"\n".join(lines), "a.txt")
    assert source.status == "partial"
    assert source.text.split("\n")[2] == "新增就业\ufffd1200人。"
    assert source.reason == "第3行有无法识别的字节，已用“\ufffd”代替；请对照原件核对"
    assert source.warnings == (source.reason,)


def test_two_encodings_in_one_file_are_each_decoded_and_named() -> None:
    first = [f"第{number}季度支出进度正常，完成年度预算。".encode() for number in range(1, 7)]
    data = b"\n".join([*first, "附：下年度工作计划另行报送。".encode("gb18030")])
    source = read_bytes(data, "a.txt")
    assert source.status == "partial"
    assert source.text.endswith("附：下年度工作计划另行报送。")
    assert source.reason == "第7行的编码与全文（utf-8）不同，已分别解码；请对照原件核对"


def test_more_than_five_places_are_counted() -> None:
    lines = ["支出进度正常。".encode()] * 40
    for number in range(0, 40, 5):
        lines[number] += b"\xff"
    assert "第1、6、11、16、21行等8行" in (read_bytes(b"\n".join(lines), "a.txt").reason or "")


def test_surrogates_encoded_one_by_one_are_joined_and_lone_ones_replaced() -> None:
    joined = b"\xed\xa1\x82\xed\xbe\xb7"  # U+20BB7 written as two surrogates
    source = read_bytes("姓".encode() + joined + "者3人".encode(), "a.txt")
    assert (source.text, source.status) == ("姓\U00020bb7者3人", "ok")
    source = read_bytes("第一行\n姓".encode() + joined[:3] + "者3人".encode(), "a.txt")
    assert (source.text, source.status) == ("第一行\n姓\ufffd者3人", "partial")
    assert source.reason is not None and source.reason.startswith("第2行有残缺的字符")


def test_nuls_are_kept_and_mentioned() -> None:
    source = read_bytes("支出\x00120万元，全年执行率98.5%，较上年提高。".encode(), "a.txt")
    assert source.text == "支出\x00120万元，全年执行率98.5%，较上年提高。"
    assert source.warnings == ("文件中有1个空字符（NUL），原样保留",)
    assert source.status == "ok"


def test_replacement_characters_of_the_file_itself_are_mentioned() -> None:
    source = read_bytes("支出\ufffd120万元".encode(), "a.txt")
    assert source.status == "ok"
    assert "此前的转换中已丢失文字" in source.warnings[0]


def test_a_truncated_utf16_file_is_partial() -> None:
    source = read_bytes(b"\xff\xfe" + REPORT.encode("utf-16-le")[:-1], "a.txt")
    assert source.status == "partial"
    assert source.text.startswith(REPORT[:-1])


@pytest.mark.parametrize("data", [b"", b"\n\n  ", b"\xef\xbb\xbf", b"\xff\xfe", "\u3000\n".encode(), b"\0\0\0"])
def test_empty_files_are_refused(data: bytes) -> None:
    source = read_bytes(data, "空.txt")
    assert (source.status, source.text) == ("refused", "")
    assert source.reason == "文件是空的，没有任何文字；请核对是否传错了文件"


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "内容")
    return buffer.getvalue()


def _ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 100


@pytest.mark.parametrize(
    ("data", "kind", "says"),
    [
        (b"%PDF-1.7\n1 0 obj\n", "pdf", "PDF"),
        (b"\n\n%PDF-1.4\n1 0 obj <<>>", "pdf", "PDF"),
        (_zip("[Content_Types].xml", "word/document.xml"), "docx", "Word"),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "xlsx", "Excel"),
        (_zip("[Content_Types].xml", "ppt/presentation.xml"), "pptx", "演示文稿"),
        (_zip("OFD.xml"), "ofd", "OFD"),
        (_zip("一.txt", "二.txt"), "zip", "压缩包"),
        (_ole("WordDocument"), "doc", "Word"),
        (_ole("Workbook"), "xls", "Excel"),
        (_ole("EncryptedPackage"), "encrypted_office", "加密"),
        (_ole("Other"), "ole", "Office"),
        (b"{\\rtf1\\ansi \\'c4\\'ea}", "rtf", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image", "OCR"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "image", "扫描件"),
        (gzip.compress(b"text"), "archive", "解压"),
        (b"Rar!\x1a\x07\x01\x00", "archive", "解压"),
        (b"MZ\x90\0\x03" + b"\0" * 60, "program", "程序"),
        (b"SQLite format 3\0" + b"\0" * 60, "database", "数据库"),
        (b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "mht", "网页归档"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>', "xml_office", "XML"),
    ],
)
def test_other_files_named_txt_are_refused_with_advice(data: bytes, kind: str, says: str) -> None:
    source = read_bytes(data, "部门整体绩效自评报告.txt")
    assert (source.status, source.text, source.format) == ("refused", "", kind)
    assert source.reason is not None and says in source.reason and "请" in source.reason


def test_every_kind_is_read_or_has_advice() -> None:
    assert not set(READERS) & set(UNREADABLE)
    assert all("请" in advice for advice in UNREADABLE.values())


@pytest.mark.parametrize("data", [os.urandom(4000), bytes(range(256)) * 40, b"\x01\x02\x03\x04" * 500])
def test_binary_rubbish_is_refused(data: bytes) -> None:
    source = read_bytes(b"\x05\x06" + data, "a.txt")
    assert (source.status, source.text) == ("refused", "")
    assert source.reason is not None and "另存为UTF-8" in source.reason


@pytest.mark.parametrize("text", ["MZ是代号，共3个。", "CAJ文件3个。", "BM公司2家。", "说明：%PDF-格式文件另附。"])
def test_texts_that_begin_like_other_files_are_texts(text: str) -> None:
    assert sniff(text.encode()) == "text"
    assert read_bytes(text.encode(), "a.txt").text == text


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        ("# 报告\n\n## 一、概况\n正文", "报告.txt", "markdown"),
        ("正文一行", "报告.md", "markdown"),
        ("正文一行\n# 注", "报告.txt", "text"),
        ("<!DOCTYPE html><html><body><p>正文</p></body></html>", "报告.txt", "html"),
        ("<p>正文</p>\n<p>又一段</p>", "报告.txt", "html"),
        ("总体目标\t<p>一、补贴400人。</p><p>二、办班20场。</p>", "报告.html", "text"),
        ("<2%的项目3个", "报告.txt", "text"),
    ],
)
def test_text_markdown_and_web_pages_are_told_by_what_they_hold(text: str, name: str, format: str) -> None:
    assert read_bytes(text.encode(), name).format == format


def test_a_file_over_the_limit_is_refused_unread_with_the_identifier_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    path.write_bytes(b"a" * 3_000_000)
    source = read(path, Limits(bytes=1_000_000))
    assert source.status == "refused"
    assert source.reason == "文件太大（3.0 MB，上限1 MB），未读取；请拆分文件，或调高大小上限后重新读取"
    assert source.doc_id == read(path).doc_id == document_id(b"a" * 3_000_000)
    assert read_bytes(b"a" * 3_000_000, "大.txt", Limits(bytes=1_000_000)).reason == source.reason


def test_text_over_the_limit_is_cut_at_a_line_and_partial() -> None:
    source = read_bytes("第一行\n第二行\n第三行\n".encode(), "a.txt", Limits(characters=10))
    assert (source.text, source.status) == ("第一行\n第二行\n", "partial")
    assert source.reason == "文本过长（12字，上限10字），只读取了前8字；可调高字数上限后重新读取"
    assert source.warnings == (source.reason,)


def test_a_web_page_over_the_limit_is_cut() -> None:
    source = read_bytes(b"<html>" + "<p>支出1万元</p>".encode() * 100, "a.html", Limits(characters=30))
    assert source.status == "partial"
    assert len(source.text) <= 30


def test_missing_files_and_folders_fail_with_a_reason(tmp_path: Path) -> None:
    missing = read(tmp_path / "没有.txt")
    assert (missing.status, missing.text) == ("failed", "")
    assert missing.reason == "找不到文件，可能已被移动、改名或删除"
    assert missing.doc_id != read(tmp_path / "也没有.txt").doc_id
    folder = read(tmp_path)
    assert folder.status == "failed" and folder.reason is not None and "文件夹" in folder.reason
    assert read(tmp_path / "a\0b.txt").status == "failed"


def test_an_error_while_reading_fails_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "坏.txt"
    path.write_text("正文", encoding="utf-8")

    def broken(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", broken)
    assert read(path).reason == "没有读取这个文件的权限；请联系文件的所有者或管理员"


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\xff\xfe", b"<html>", b"%PDF-", b"PK\x03\x04", "预算".encode()])
)
@settings(max_examples=300, deadline=None)
def test_no_content_raises_and_text_comes_only_with_ok_or_partial(data: bytes, head: bytes) -> None:
    source = read_bytes(head + data, "a.txt", Limits(characters=200))
    assert source.status in ("ok", "partial", "refused")
    assert bool(source.text) == (source.status in ("ok", "partial"))
    assert (source.reason is None) == (source.status == "ok")
    assert len(source.text) <= 200
    source.text.encode("utf-8")  # no lone surrogate is let through


@given(
    st.text(alphabet="预算执行率提高资金管理，。1234567890\n", min_size=12, max_size=200),
    st.sampled_from(["utf-8", "gb18030"]),
)
@settings(max_examples=200, deadline=None)
def test_what_was_written_is_read(text: str, encoding: str) -> None:
    if text.strip():
        assert read_bytes(text.encode(encoding), "a.txt").text == text


def test_the_seeds_and_corpora(shared: Path) -> None:
    for path in [*(shared / "seeds").glob("*.txt"), *(shared / "corpora").glob("*.txt")]:
        source = read(path)
        assert (source.text, source.status) == (path.read_bytes().decode("utf-8"), "ok")
