"""Documents on their way out to an annotation tool and back into an archive, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from jixiao.analyse import analyse
from jixiao.corpus.archive import MANIFEST, Annotated, Entry, entries
from jixiao.corpus.gold import GoldError, write_gold
from jixiao.corpus.spans import Marked, from_gold, from_report, masked, to_gold
from jixiao.ingest import read
from jixiao.messages import UserError


def outgoing(
    documents: Iterable[Annotated],
    parts: Mapping[str, frozenset[str]],
    *,
    beside: bool = False,
    mask: Callable[[str], str] | None = None,
) -> Iterator[Marked]:
    """``documents`` as spans: their gold, or what the program finds where there is none (``beside``: next to the gold too).

    ``parts`` are the documents' names by split. Documents that cannot be read have no text and are left out.
    """
    split = {name: part for part, names in parts.items() for name in names}
    for document in documents:
        if not document.source.text:
            continue
        found = from_report(document.name, analyse(document.source)) if beside or document.gold is None else None
        marked = from_gold(document) if document.gold is not None else found
        assert marked is not None
        predicted = found if marked is not found else None
        marked = msgspec.structs.replace(marked, split=split.get(document.name), predicted=predicted)
        yield masked(marked, mask) if mask else marked


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """What an import writes: the gold file, and the document with its line for the manifest where the archive lacks it."""

    path: Path
    gold: str
    text: str | None
    entry: Entry | None

    @property
    def gold_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.gold")


def incoming(marked: Marked, folder: Path, mask: Callable[[str], str]) -> Incoming:
    """``marked`` as files of the archive ``folder``; nothing is written yet.

    Where the archive has the document, its own text counts: that of an export may have been masked. Raises UserError where it
    is another text or the name would lead out of ``folder``, GoldError where the annotation does not fit.
    """
    name = PurePosixPath(marked.key)
    if name.is_absolute() or ".." in name.parts or not name.name or "\\" in marked.key or "\0" in marked.key:
        raise UserError("import_name", name=marked.key)
    path = folder / name
    text, entry = marked.text, None
    is_new = not path.exists()
    if is_new:
        entry = _entry(marked, path)
    else:
        text = read(path).text
        if marked.text not in (text, mask(text)):
            raise UserError("import_other_text", path=path)
    try:
        gold = to_gold(msgspec.structs.replace(marked, text=text))
        return Incoming(path=path, gold=write_gold(gold, text), text=text if is_new else None, entry=entry)
    except GoldError as error:
        raise GoldError(f"{marked.key}: {error}") from error


def save(arrived: Incoming) -> None:
    """Write the files; raises UserError where the text would be read back as something else (as a web page, say)."""
    arrived.path.parent.mkdir(parents=True, exist_ok=True)
    if arrived.text is not None:
        arrived.path.write_bytes(arrived.text.encode())
        if read(arrived.path).text != arrived.text:
            arrived.path.unlink()
            raise UserError("import_unreadable", path=arrived.path)
    arrived.gold_path.write_bytes(arrived.gold.encode())
    if arrived.entry is not None:
        with (arrived.path.parent / MANIFEST).open("a", encoding="utf-8", newline="\n") as manifest:
            manifest.write(msgspec.json.encode(arrived.entry).decode() + "\n")


def _entry(marked: Marked, path: Path) -> Entry | None:
    about = marked.about
    known = entries(path.parent)
    if about.organisation is None or about.document_type is None or path.name in known:
        return None
    return msgspec.convert({"file": path.name, **msgspec.structs.asdict(about)}, Entry)
