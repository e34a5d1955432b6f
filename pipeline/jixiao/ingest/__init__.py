"""Files in, source text out.

:func:`read` never raises on what a file holds: an encrypted, broken, empty, enormous or mislabelled file gets a status
and a reason that tells a clerk what to do. A new format is one function from bytes to :class:`Extracted` in
:data:`READERS`.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path, PurePath

import msgspec
import regex

from jixiao.ingest import html
from jixiao.ingest.encoding import decode
from jixiao.ingest.sniff import UNREADABLE, sniff
from jixiao.ingest.source import Extracted, Limits, Source, cut_to_limit, refused
from jixiao.records import document_id

__all__ = ["READERS", "Extracted", "Limits", "Source", "read", "read_bytes"]

_DEFAULT = Limits()
_CHUNK = 1 << 20
_HEADING = regex.compile(r"^#{1,6} \S", regex.MULTILINE)


def read(path: str | Path, limits: Limits = _DEFAULT) -> Source:
    """Read one file. Never raises: what cannot be opened is ``failed``, what has no readable text ``refused``."""
    name = str(path)
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            return _failed(name, "这不是文件（是文件夹或设备），请给出具体的文件")
        with Path(path).open("rb") as file:
            data = file.read(limits.bytes + 1)
            if len(data) > limits.bytes:
                # Hashed to the end all the same: the identifier must not depend on the limit.
                digest, size = hashlib.sha256(data), len(data)
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                return _source(refused("unknown", _too_large(size, limits)), name, digest.hexdigest()[:16])
    except OSError as error:
        return _failed(name, _why(error))
    except ValueError:  # a NUL in the name
        return _failed(name, "文件名中有不允许的字符，请改名后重试")
    return read_bytes(data, name, limits)


def read_bytes(data: bytes, name: str, limits: Limits = _DEFAULT) -> Source:
    """Read a file's content already in memory; ``name`` becomes the source's path and helps to tell Markdown."""
    if len(data) > limits.bytes:
        extracted = refused("unknown", _too_large(len(data), limits))
    elif not data.strip(b" \t\r\n\f\v\0\xef\xbb\xbf\xff\xfe"):
        extracted = refused("unknown", "文件是空的，没有任何文字；请核对是否传错了文件")
    else:
        kind = sniff(data)
        reader = READERS.get(kind)
        extracted = reader(data, name, limits) if reader else refused(kind, UNREADABLE[kind])
    return _source(cut_to_limit(extracted, limits), name, document_id(data))


def _read_text(data: bytes, name: str, limits: Limits) -> Extracted:
    """Plain text, Markdown and web pages, told apart once decoded."""
    decoded = decode(data, html.declared_encoding(data))
    if decoded.text is None:
        return refused(
            "unknown",
            "不是文本文件，或文字编码无法识别；请用记事本或WPS打开原文件，另存为UTF-8编码的纯文本（.txt）再导入",
        )
    text, title, format, reason = decoded.text, None, "text", decoded.problem
    if html.looks_like_html(text):
        format = "html"
        text, title, whole = html.extract(text, limits.characters)
        if not whole:
            too_long = f"网页内容过长（上限{limits.characters}字），只读取了前一部分；可调高字数上限后重新读取"
            reason = "；".join(filter(None, (reason, too_long)))
        if not text:
            return refused(
                "html", "网页中没有文字（内容可能由脚本生成或是图片）；请用浏览器打开后全选复制到文本文件再导入"
            )
    elif not text.strip(" \t\r\n\f\v\0\u3000\ufeff"):
        return refused("text", "文件是空的，没有任何文字；请核对是否传错了文件")
    elif PurePath(name).suffix.lower() in (".md", ".markdown") or len(_HEADING.findall(text, endpos=100_000)) > 1:
        format = "markdown"
    return Extracted(
        text=text,
        format=format,
        encoding=decoded.encoding,
        title=title,
        status="partial" if reason else "ok",
        reason=reason,
        warnings=(*filter(None, (reason,)), *decoded.notes),
    )


# What sniff() says a file is → the function that reads it. Kinds without one are refused with their line in UNREADABLE.
READERS: dict[str, Callable[[bytes, str, Limits], Extracted]] = {"text": _read_text}


def _source(extracted: Extracted, path: str, doc_id: str) -> Source:
    return Source(path=path, doc_id=doc_id, **msgspec.structs.asdict(extracted))


def _failed(path: str, reason: str) -> Source:
    return _source(Extracted(format="unknown", status="failed", reason=reason), path, document_id(os.fsencode(path)))


def _why(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "找不到文件，可能已被移动、改名或删除"
        case PermissionError():
            return "没有读取这个文件的权限；请联系文件的所有者或管理员"
        case _:
            return f"文件无法读取（{error.strerror or error}）；请检查磁盘或网络位置后重试"


def _too_large(size: int, limits: Limits) -> str:
    return (
        f"文件太大（{size / 1e6:.1f} MB，上限{limits.bytes / 1e6:g} MB），未读取；请拆分文件，或调高大小上限后重新读取"
    )
