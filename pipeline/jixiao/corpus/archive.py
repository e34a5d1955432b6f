"""Annotated archives: folders of documents with their gold beside them, and what the manifest says of each.

A region's folder holds documents, ``NAME.gold`` beside ``NAME``, and ``manifest.jsonl`` with a line a document. A document
without a line in the manifest is described by the program; one without gold has ``gold`` None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from jixiao.corpus.gold import Gold, GoldError, read_gold
from jixiao.ingest import read
from jixiao.ingest.source import Source
from jixiao.records import DocumentType

MANIFEST = "manifest.jsonl"
NOT_DOCUMENTS = (".gold", ".jsonl", ".json", ".toml", ".db")


class Planted(msgspec.Struct, frozen=True, kw_only=True):
    """A slip that the document's author put in: a finding's code, what is wrong, and the quotes that show it."""

    code: str
    explain: str
    quotes: tuple[str, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A document's line in the manifest. ``pair`` is the file of its budget or target table (or of its report)."""

    file: str
    title: str | None = None
    organisation: str
    region: str | None = None
    fiscal_year: str | None = None
    document_type: DocumentType
    format: str | None = None
    encoding: str | None = None
    department: str | None = None
    pair: str | None = None
    noise: tuple[str, ...] = ()
    planted: tuple[Planted, ...] = ()


class Annotated(msgspec.Struct, frozen=True, kw_only=True):
    """A document, its annotation (None: not annotated) and its line in the manifest (None: it has none)."""

    path: Path
    source: Source
    gold: Gold | None
    entry: Entry | None

    @property
    def name(self) -> str:
        """The document's key within an archive: its folder's name and its own."""
        return f"{self.path.parent.name}/{self.path.name}"


def read_archive(places: Iterable[Path], gold: Path | None = None) -> Iterator[Annotated]:
    """The documents of ``places`` (archives, region folders, documents or ``.gold`` files), in the order of their paths.

    ``gold`` is a second tree of ``REGION/NAME.gold`` that takes the place of those beside the documents, for another
    annotator's work. Raises :class:`GoldError` where a gold file or a manifest does not fit.
    """
    for path in sorted(set(_documents(places))):
        beside = path.with_name(path.name + ".gold") if gold is None else gold / path.parent.name / f"{path.name}.gold"
        source = read(str(path))
        annotation = None
        if beside.exists():
            annotation = read_gold(beside.read_text(encoding="utf-8"), source.text, beside.name)
        yield Annotated(path=path, source=source, gold=annotation, entry=entries(path.parent).get(path.name))


def check_archive(places: Iterable[Path]) -> tuple[int, list[GoldError]]:
    """How many documents of ``places`` have gold that fits, and what does not fit elsewhere: gold or manifests."""
    fits, faults = 0, []
    for path in sorted(set(_documents(places))):
        try:
            fits += any(document.gold is not None for document in read_archive([path]))
        except GoldError as error:
            faults.append(error)
    return fits, faults


def entries(folder: Path) -> dict[str, Entry]:
    """The manifest of a region's folder by file name; empty where there is none."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return {}
    found: dict[str, Entry] = {}
    for number, line in enumerate(manifest.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except msgspec.DecodeError as error:
                raise GoldError(f"{manifest}:{number}: {error}") from error
            found[entry.file] = entry
    return found


def holds_documents(place: Path) -> bool:
    """Whether there is anything but annotations in ``place``."""
    return next(_documents([place]), None) is not None


def _documents(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            for path in place.rglob("*"):
                if path.suffix not in NOT_DOCUMENTS and not path.name.startswith(".") and path.is_file():
                    yield path
        else:
            yield place.with_suffix("") if place.suffix == ".gold" else place
