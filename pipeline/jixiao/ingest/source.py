"""What every reader of a format returns, and the limits it keeps to."""

from __future__ import annotations

import msgspec

from jixiao.records import Status


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a file is read. Beyond ``bytes`` a file is refused; beyond ``characters`` the rest is left out."""

    bytes: int = 20_000_000
    characters: int = 6_000_000


class Extracted(msgspec.Struct, frozen=True, kw_only=True):
    """The text of one file, as its format's reader got it.

    ``encoding`` is None where the format has none of its own, ``title`` where it keeps none apart from the text.
    ``status`` is ``partial`` where something was left out or could not be decoded (``reason`` says in words for a clerk
    what), ``refused`` where nothing could be read; ``text`` is then empty.
    """

    text: str = ""
    format: str
    encoding: str | None = None
    title: str | None = None
    status: Status = "ok"
    reason: str | None = None
    warnings: tuple[str, ...] = ()


class Source(Extracted, frozen=True, kw_only=True):
    """A file as read, before anything is made of it. ``text`` is the source text that all offsets point into.

    ``doc_id`` comes from the file's bytes or, where these could not be read (status ``failed``), from its path.
    """

    path: str
    doc_id: str


def refused(format: str, reason: str) -> Extracted:
    return Extracted(format=format, status="refused", reason=reason)


def cut_to_limit(extracted: Extracted, limits: Limits) -> Extracted:
    """``extracted`` with at most ``limits.characters``, cut at the end of a line where there is one near."""
    text = extracted.text
    if len(text) <= limits.characters:
        return extracted
    end = limits.characters
    line = text.rfind("\n", max(0, end - 2000), end) + 1
    reason = (
        f"文本过长（{len(text)}字，上限{limits.characters}字），只读取了前{line or end}字；可调高字数上限后重新读取"
    )
    return msgspec.structs.replace(
        extracted,
        text=text[: line or end],
        status="partial",
        reason="；".join(filter(None, (extracted.reason, reason))),
        warnings=(*extracted.warnings, reason),
    )
