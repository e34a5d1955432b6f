"""Whole archives into a ledger: which files are to be read, one after the other, and what became of them.

A run is a comparison of the archive with the ledger. A file that is in the ledger as it stands (by
size and time, else by its bytes), read by this version of the program, is left alone; every other is read, and its
records put in the place of its old ones in one transaction. So a second run does nothing, and one that was killed goes
on where it was.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from jixiao import __version__
from jixiao.ledger import File, Ledger
from jixiao.messages import UserError
from jixiao.records import SCHEMA_VERSION, Status

if TYPE_CHECKING:
    from jixiao.analyse import Report
    from jixiao.linear import Models

# What decides the records: the stages and their data. What only stores or shows them does not.
_PRESENTATION = frozenset(
    "answers batch cli corpus_commands ledger messages options scores search shell targets_command".split()
)

Work = Literal["new", "changed", "outdated", "retried"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file in this run. ``duplicate`` tells that its bytes are those of a document already read."""

    file: File
    work: Work
    duplicate: bool = False


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A run in figures. ``troubled`` are all files of the archives that could not be read, this time or before."""

    done: int
    unchanged: int
    vanished: tuple[str, ...]
    troubled: tuple[File, ...]


Progress = Callable[[int, int, str], None]
"""Called with files done, files to do and the path of the next one."""


@cache
def extractor_version() -> str:
    """Names what decides the records: version, schema, and a digest of the stages and of the data they use."""
    digest = hashlib.sha256()
    root = package_files("jixiao")
    parts = [(folder, package_files(f"jixiao.{folder}")) for folder in ("patterns", "models", "ingest")]
    for folder, where in [("", root), *parts]:
        for item in sorted(where.iterdir(), key=lambda item: item.name):
            if item.is_file() and Path(item.name).stem not in _PRESENTATION and not item.name.endswith(".md"):
                digest.update(f"{folder}/{item.name}\0".encode())
                digest.update(hashlib.sha256(item.read_bytes()).digest())
    return f"{__version__}/{SCHEMA_VERSION}/{digest.hexdigest()[:12]}"


def _digest(models: Models) -> str:
    return hashlib.sha256(msgspec.json.encode(models, order="sorted")).hexdigest()[:8]


def readable(path: str) -> str:
    """``path`` as text: names that are not UTF-8 (unpacked from an archive made on Windows) are read as GB18030."""
    if path.isprintable():
        return path
    return str(Path(*(_decoded(os.fsencode(part)) for part in Path(path).parts)))


def _decoded(part: bytes) -> str:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        return part.decode("gb18030", "backslashreplace")


BESIDE = (".gold", ".json", ".jsonl", ".toml", ".ledger", ".ledger-wal", ".ledger-shm")


def walk(archive: Path) -> Iterator[Path]:
    """The files of a folder and its subfolders by path, or the one file.

    Hidden files, Office's lock files and what stands beside documents (annotations, data, settings, ledgers) are left out.
    Links to folders are not followed: they may lead in a circle.
    """
    if archive.is_file():
        yield archive
        return
    for folder, folders, names in os.walk(archive):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and not name.lower().endswith(BESIDE):
                yield Path(folder) / name


def run(
    ledger: Ledger,
    archives: Sequence[Path],
    *,
    retry_failed: bool = False,
    progress: Progress | None = None,
    models: Models | None = None,
) -> Iterator[Outcome]:
    """Bring ``ledger`` up to the state of ``archives``; yields an outcome for each file as soon as it is stored.

    What was read with other ``models`` (None: those shipped) than now is read again.
    Raises :class:`UserError` where an archive does not exist. Stop iterating (or the process) at any point and run
    again to go on.
    """
    for archive in archives:
        if not archive.exists():
            raise UserError("archive_missing", path=archive)
    version = extractor_version() if models is None else f"{extractor_version()}+{_digest(models)}"
    places = _places(ledger, archives)
    work = list(_plan(ledger, archives, places, version, retry_failed))
    for at, (name, kind) in enumerate(work):
        if progress:
            progress(at, len(work), name)
        outcome = _take_in(ledger, name, places[name], version, kind, models)
        if outcome is not None:
            yield outcome
    _settle(ledger, places, models)
    if progress:
        progress(len(work), len(work), "")
    link_across(ledger, version, models, progress)
    ledger.finish()


def link_across(ledger: Ledger, version: str, models: Models | None = None, progress: Progress | None = None) -> None:
    """Link the claims of every report in the ledger with the targets and budgets of the other documents of its office and year.

    Only where the documents or the program (``version``) are not those of the last time; a document is one transaction.
    Files that have vanished are left out, and the links to them taken back.
    """
    from jixiao import linear
    from jixiao.archive_links import answerable, partners, spending
    from jixiao.lexicon import load
    from jixiao.link import link
    from jixiao.records import Budget, Claim, Section, Target

    lexicon, model = load(), (models or linear.load()).link
    aimed = ledger.with_aims()
    wanted = {}
    for doc_id, group in partners(ledger.present_documents(), lexicon).items():
        if others := [other for other in group if other in aimed]:
            state = hashlib.sha256("\0".join([version, *others]).encode()).hexdigest()[:16]
            wanted[doc_id] = state, others
    known = ledger.linkings()
    for doc_id in sorted(known.keys() - wanted.keys()):
        ledger.link_across(doc_id, (), None)
    work = [doc_id for doc_id in wanted if known.get(doc_id) != wanted[doc_id][0]]  # office by office

    @lru_cache(maxsize=1000)  # documents; those of one office have each other for partners
    def targets_of(doc_id: str) -> tuple[Target, ...]:
        return tuple(ledger.records(Target, doc_id))

    @lru_cache(maxsize=1000)
    def budgets_of(doc_id: str) -> tuple[Budget, ...]:
        return tuple(ledger.records(Budget, doc_id))

    for at, doc_id in enumerate(work, 1):
        state, others = wanted[doc_id]
        aims = answerable(targets_of(doc_id), (target for other in others for target in targets_of(other)))
        budgets = [budget for other in others for budget in budgets_of(other)]
        homes = {target.target_id: target.doc_id for target in aims} | {one.budget_id: one.doc_id for one in budgets}
        titles = {section.section_id: section.title for section in ledger.records(Section, doc_id)}
        claims = list(ledger.records(Claim, doc_id))
        found = link(claims, aims, titles, lexicon, model) + spending(claims, budgets_of(doc_id), budgets)
        ledger.link_across(doc_id, [(one, homes[one.target_id or one.budget_id or ""]) for one in found], state)
        if progress:
            progress(at, len(work), "")


class _Place(msgspec.Struct, frozen=True):
    """Where a file of the ledger is opened, which is not its name where that is not UTF-8."""

    path: str
    archive: str


def _places(ledger: Ledger, archives: Sequence[Path]) -> dict[str, _Place]:
    """The files of ``archives`` by the names they bear in the ledger; the ledger itself is none."""
    own = {f"{ledger.path.resolve()}{ending}" for ending in ("", "-wal", "-shm", "-journal")}
    places: dict[str, _Place] = {}
    for archive in archives:
        root = archive.resolve()
        for file in walk(root):
            if str(file) not in own:
                places.setdefault(readable(str(file)), _Place(str(file), readable(str(root))))
    return places


def _plan(
    ledger: Ledger, archives: Sequence[Path], places: Mapping[str, _Place], version: str, retry_failed: bool
) -> Iterator[tuple[str, Work]]:
    """Which files to read, by name. Notes on the way which known files are gone or back."""
    known = {file.path: file for archive in archives for file in ledger.files(readable(str(archive.resolve())))}
    back = [name for name, file in known.items() if not file.present and name in places]
    vanished = [name for name, file in known.items() if file.present and name not in places]
    if back or vanished:
        ledger.note_presence(back, vanished)
    for name in sorted(places):
        before = known.get(name)
        if before is None:
            yield name, "new"
        elif before.extractor != version:
            yield name, "outdated"
        elif _stamp(places[name].path) != (before.size, before.modified):
            yield name, "changed"
        elif retry_failed and before.status in ("failed", "refused"):
            yield name, "retried"


def _stamp(path: str) -> tuple[int, int]:
    try:
        stat = Path(path).stat()
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _take_in(
    ledger: Ledger, name: str, place: _Place, version: str, work: Work, models: Models | None
) -> Outcome | None:
    """Read one file and store what it gives. None where the file only looked changed."""
    size, modified = _stamp(place.path)
    sha256 = _fingerprint(place.path)
    before = ledger.file(name)
    if work == "changed" and before is not None and sha256 is not None and before.sha256 == sha256:
        ledger.store(msgspec.structs.replace(before, size=size, modified=modified))
        return None
    shared = ledger.document_of(sha256, version) if sha256 is not None and work != "retried" else None
    report = None
    if shared is None:
        report, reason = analysed(place.path, models)
        status: Status = report.document.status if report else "failed"
        if status == "failed":
            report = None
        doc_id = report.document.doc_id if report else None
    else:
        status, reason, doc_id = shared.status, shared.reason, shared.doc_id
    file = File(
        path=name,
        archive=place.archive,
        sha256=sha256,
        size=size,
        modified=modified,
        status=status,
        reason=reason,
        doc_id=doc_id,
        extractor=version,
    )
    try:
        ledger.store(file, report)
    except (ValueError, OverflowError, Ledger.IntegrityError) as error:
        # Records that no table can hold are a fault of the analysis; the file is named, the run goes on.
        file = msgspec.structs.replace(file, status="failed", reason=f"分析结果无法入库：{error}", doc_id=None)
        ledger.store(file)
    return Outcome(file=file, work=work, duplicate=shared is not None)


def _settle(ledger: Ledger, places: Mapping[str, _Place], models: Models | None) -> None:
    """Give documents that several files share the path of the first, so that history leaves no mark in the ledger."""
    for doc_id, (_, first) in sorted(ledger.owners().items()):
        file, place = ledger.file(first), places.get(first)
        if file is None or place is None:
            continue
        report, _ = analysed(place.path, models)
        # Another document has come in its place while the run went on: the next run reads it.
        if report is not None and report.document.doc_id == doc_id:
            ledger.store(file, report)


def _fingerprint(path: str) -> str | None:
    """The SHA-256 of a file's bytes; None where it cannot be read (the reading stage says why)."""
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()


def analysed(path: str, models: Models | None = None) -> tuple[Report | None, str | None]:
    """The report of one file, by ``models`` (None: those shipped), and what a clerk must know of it; never raises.

    Without a report, the file has failed for the reason given; with one, a reason says what was not read. The document
    bears the :func:`readable` path.
    """
    from jixiao.analyse import analyse
    from jixiao.ingest import read

    try:
        report = analyse(read(path), models=models)
    except Exception as error:  # whatever a file does to a stage, the run goes on and the file is named
        return None, f"分析时出错（{type(error).__name__}：{str(error)[:200]}），请将此文件报给维护人员"
    name = readable(path)
    if name != report.document.path:
        report = msgspec.structs.replace(report, document=msgspec.structs.replace(report.document, path=name))
    return report, report.document.reason


def summary(ledger: Ledger, archives: Iterable[Path], done: int) -> Summary:
    """The state of ``archives`` in the ledger after a run that read ``done`` files."""
    files = {file.path: file for archive in archives for file in ledger.files(readable(str(archive.resolve())))}
    return Summary(
        done=done,
        unchanged=sum(file.present for file in files.values()) - done,
        vanished=tuple(sorted(path for path, file in files.items() if not file.present)),
        troubled=tuple(
            file for _, file in sorted(files.items()) if file.present and file.status in ("failed", "refused")
        ),
    )


def by_document(ledger: Ledger, archives: Iterable[Path]) -> list[tuple[str, str, dict[str, int]]]:
    """``(path, doc_id, {category: claims})`` for each document of ``archives``, paths as short as they stay clear."""
    counts = ledger.categories()
    rows: dict[str, tuple[str, str, dict[str, int]]] = {}
    for archive in archives:
        root = Path(readable(str(archive.resolve())))
        for file in ledger.files(str(root)):
            if file.doc_id is not None and file.present:
                path = Path(file.path)
                name = path.name if path == root else str(path.relative_to(root))
                rows.setdefault(file.doc_id, (name, file.doc_id, counts.get(file.doc_id, {})))
    return list(rows.values())
