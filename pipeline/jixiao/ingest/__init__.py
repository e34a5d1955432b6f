"""Files in, source text out."""

from __future__ import annotations

from pathlib import Path

import msgspec

from jixiao.records import document_id


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file as read, before anything is made of it. ``text`` is the source text that all offsets point into."""

    path: str
    doc_id: str
    text: str
    format: str  # "text" | "markdown" | "html"
    encoding: str | None
    status: str = "ok"
    reason: str | None = None
    warnings: tuple[str, ...] = ()


def read(path: str) -> Source:
    data = Path(path).read_bytes()
    return Source(path=str(path), doc_id=document_id(data), text=data.decode(), format="text", encoding="utf-8")
