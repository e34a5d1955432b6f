"""Files in, source text out."""

from __future__ import annotations

import msgspec


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
