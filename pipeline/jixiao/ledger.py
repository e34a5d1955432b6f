"""The ledger: one SQLite file that holds every file met, every record found and the text they were found in.

The tables of records are made from the types in ``records``: a field is a column of its name, a ``Decimal`` a text
column with its exact digits and beside it ``NAME_number`` for comparing and sorting, a tuple JSON. A document is
written, replaced or removed in one transaction with its file, text, records and index: nobody sees half of one.
Links to other documents are written for one document at a time, and go with either end.
"""

from __future__ import annotations

import json
import os
import sqlite3
import types
import typing
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from jixiao import search as language
from jixiao.messages import UserError
from jixiao.records import KINDS, Claim, Document, Link, Record, Section, Status, Target

if TYPE_CHECKING:
    from jixiao.analyse import Report

FORMAT = 2
"""Version of the tables and of the index; a ledger with a larger one is refused, one with a smaller one brought up to it.

2: links know the document of their target, and ``linkings`` what each document was linked with.
"""

_APPLICATION = 0x6A697869  # "jixi": tells a ledger from any other SQLite file
RANKED = 20_000
"""Up to this many hits are ordered by bm25; more, by year and amount, for ranking would cost more than it tells."""

R = TypeVar("R", bound=Record)


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an archive as the ledger knows it. ``sha256`` and ``doc_id`` are None where the file could not be read.

    ``present`` is False for a file that has vanished since; its records stay.
    ``extractor`` is the version that read it.
    """

    path: str
    archive: str
    sha256: str | None
    size: int
    modified: int  # nanoseconds since 1970, as the file system has it
    status: Status
    reason: str | None
    doc_id: str | None
    extractor: str
    present: bool = True


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A target that a claim answers."""

    link: Link
    target: Target


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a search. ``highlights`` are spans of ``claim.sentence``; ``line`` counts from 1 in the source.

    ``answers`` are the targets that the claim answers, the likeliest first; ``spending`` links it with the budget of what it
    says was spent.
    """

    claim: Claim
    document: Document
    section: Section | None
    line: int
    highlights: tuple[tuple[int, int], ...]
    answers: tuple[Answer, ...] = ()
    spending: tuple[Link, ...] = ()


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """``total`` counts all answers, ``items`` are those asked for; ``approximate``: some of ``total`` may be none."""

    items: tuple[Hit, ...]
    total: int
    approximate: bool


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer must satisfy besides the words; None does not restrict. Texts match in part, labels exactly."""

    organisation: str | None = None
    region: str | None = None
    year: str | None = None
    document_type: str | None = None
    section: str | None = None
    category: str | None = None
    unit: str | None = None
    smallest: Decimal | None = None
    largest: Decimal | None = None
    verdict: str | None = None  # of a target that the claim answers


class Column(typing.NamedTuple):
    name: str
    sql: str
    is_decimal: bool
    is_json: bool
    type: Any


def table_of(kind: str) -> str:
    return kind + "s"


def _columns(record: type[msgspec.Struct]) -> tuple[Column, ...]:
    columns = []
    for field in msgspec.structs.fields(record):
        choices = (
            [t for t in typing.get_args(field.type) if t is not type(None)] if _is_union(field.type) else [field.type]
        )
        kind = choices[0]
        origin = typing.get_origin(kind)
        if kind is Decimal:
            sql = "TEXT"
        elif kind in (int, bool):
            sql = "INTEGER"
        elif kind is float:
            sql = "REAL"
        elif kind is str or origin is typing.Literal:
            sql = "TEXT"
        else:
            sql = "JSON"
        columns.append(Column(field.name, "TEXT" if sql == "JSON" else sql, kind is Decimal, sql == "JSON", field.type))
    return tuple(columns)


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


COLUMNS: Mapping[str, tuple[Column, ...]] = {kind: _columns(record) for kind, record in KINDS.items()}
_FILE_COLUMNS = _columns(File)


def _names(kind: str) -> list[str]:
    """Column names of a kind's table: its fields, the numeric twins of decimals, and the owners it does not name itself."""
    names = [
        name
        for column in COLUMNS[kind]
        for name in ((column.name, column.name + "_number") if column.is_decimal else (column.name,))
    ]
    return [*names, *_owners(kind)]


def _owners(kind: str) -> tuple[str, ...]:
    """Columns for the documents that a record belongs to, where it does not say so itself; a link has two ends."""
    if kind == "link":
        return "doc_id", "target_doc_id"
    return () if any(column.name == "doc_id" for column in COLUMNS[kind]) else ("doc_id",)


def _row(kind: str, record: Record, *owners: str) -> list[Any]:
    row: list[Any] = []
    for column in COLUMNS[kind]:
        value = getattr(record, column.name)
        if column.is_decimal:
            row += [None, None] if value is None else [str(value), float(value)]
        elif column.is_json:
            row.append(None if value is None else msgspec.json.encode(value).decode())
        else:
            row.append(value)
    return [*row, *owners]


def _record(kind: str, row: Mapping[str, Any] | sqlite3.Row, prefix: str = "") -> Any:
    fields = {}
    for column in COLUMNS[kind]:
        value = row[prefix + column.name]
        if value is not None and column.is_decimal:
            value = Decimal(value)
        elif value is not None and column.is_json:
            value = msgspec.json.decode(value, type=column.type)
        fields[column.name] = value
    return KINDS[kind](**fields)


def _schema() -> list[str]:
    statements = [
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        f"CREATE TABLE files ({', '.join(f'{c.name} {c.sql}' for c in _FILE_COLUMNS)}, PRIMARY KEY (path))",
        "CREATE INDEX files_doc ON files (doc_id)",
        "CREATE TABLE texts (doc_id TEXT PRIMARY KEY, text BLOB NOT NULL)",
        "CREATE TABLE notes (note_id TEXT PRIMARY KEY, doc_id TEXT NOT NULL, record_id TEXT, author TEXT, "
        "written TEXT, text TEXT NOT NULL)",
        "CREATE VIRTUAL TABLE claim_index USING fts5 (own, sentence, content='', columnsize=1, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '.%‰'\")",
        "CREATE VIRTUAL TABLE claim_terms USING fts5vocab (claim_index, instance)",
    ]
    for kind in KINDS:
        identifier = _identifier(kind)
        sql = {column.name: column.sql for column in COLUMNS[kind]}
        columns = ", ".join(
            f"{name} {sql.get(name, 'REAL' if name.endswith('_number') else 'TEXT')}" for name in _names(kind)
        )
        statements.append(f"CREATE TABLE {table_of(kind)} (id INTEGER PRIMARY KEY, {columns}, UNIQUE ({identifier}))")
        if identifier != "doc_id":
            statements.append(f"CREATE INDEX {table_of(kind)}_doc ON {table_of(kind)} (doc_id)")
    return [*statements, *_LINKINGS]


_LINKINGS = (
    "CREATE TABLE linkings (doc_id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX links_claim ON links (claim_id)",
    "CREATE INDEX links_target ON links (target_id)",
    "CREATE INDEX links_target_doc ON links (target_doc_id)",
)


def _identifier(kind: str) -> str:
    return COLUMNS[kind][0].name


def document_id_of(sha256: str) -> str:
    return sha256[:16]


class Ledger:
    """An open ledger. Use as a context manager; the readers may be many, the writer waits for its turn."""

    IntegrityError = sqlite3.IntegrityError

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._db.row_factory = sqlite3.Row
        self.path = path

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    # ---- opening

    @classmethod
    def open(cls, path: str | Path) -> Ledger:
        """Open for writing; a file that does not exist becomes an empty ledger. Raises :class:`UserError`."""
        path = Path(path)
        if path.is_dir():
            raise UserError("ledger_is_folder", path=path)
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=60)
            ledger = cls(connection, path)
            ledger._prepare()
        except sqlite3.Error as error:
            raise explained(error, path) from error
        return ledger

    @classmethod
    def open_readonly(cls, path: str | Path) -> Ledger:
        """Open for reading; never writes to the file. Raises :class:`UserError` where there is no ledger to read."""
        path = Path(path)
        if not path.is_file():
            raise UserError("ledger_missing", path=path)
        address = path.absolute().as_uri()
        try:
            ledger = cls(sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None, timeout=60), path)
            try:
                ledger._check()
            except sqlite3.OperationalError:
                # A folder that cannot be written to has no room for SQLite's lock files; nobody writes there either.
                ledger.close()
                ledger = cls(sqlite3.connect(f"{address}?immutable=1", uri=True, isolation_level=None), path)
                ledger._check()
            ledger._check_columns()
        except sqlite3.Error as error:
            raise explained(error, path) from error
        return ledger

    def _prepare(self) -> None:
        if self._scalar("SELECT count(*) FROM sqlite_schema") == 0 and self._scalar("PRAGMA application_id") == 0:
            self._db.execute("PRAGMA journal_mode=WAL")
            with self._transaction():
                # Another process may have been faster; then the tables stand already.
                if self._scalar("SELECT count(*) FROM sqlite_schema") == 0:
                    for statement in _schema():
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA application_id={_APPLICATION}")
                    self._db.execute(f"PRAGMA user_version={FORMAT}")
        self._check()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA wal_autocheckpoint=8000")  # pages; fewer waits for the disk than at the usual 1000
        with self._transaction():
            for kind in KINDS:
                for name in self._missing(kind):
                    sql = {column.name: column.sql for column in COLUMNS[kind]}.get(
                        name, "REAL" if name.endswith("_number") else "TEXT"
                    )
                    self._db.execute(f"ALTER TABLE {table_of(kind)} ADD COLUMN {name} {sql}")
            if self._scalar("PRAGMA user_version") < 2:
                for statement in _LINKINGS:
                    self._db.execute(statement)
                self._db.execute("UPDATE links SET target_doc_id = doc_id")  # there were no others
                self._db.execute("PRAGMA user_version=2")

    def _check(self) -> None:
        if self._scalar("PRAGMA application_id") != _APPLICATION:
            raise UserError("ledger_foreign", path=self.path)
        found = self._scalar("PRAGMA user_version")
        if found > FORMAT:
            raise UserError("ledger_newer", path=self.path, found=found, known=FORMAT)

    def _check_columns(self) -> None:
        if self._scalar("PRAGMA user_version") < FORMAT or any(self._missing(kind) for kind in KINDS):
            raise UserError("ledger_older", path=self.path)

    def _missing(self, kind: str) -> list[str]:
        there = {row["name"] for row in self._db.execute(f"PRAGMA table_info({table_of(kind)})")}
        return [name for name in _names(kind) if name not in there]

    def _scalar(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        row = self._db.execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # ---- writing

    def store(self, file: File, report: Report | None = None) -> None:
        """Write ``file`` and, where it could be analysed, its report, in the place of what it held before.

        Without a report only the line of the file is written; a document that no file holds any more goes with its
        records. All of it in one transaction.
        """
        with self._transaction():
            before = self._scalar("SELECT doc_id FROM files WHERE path = ?", (file.path,))
            self._put_file(file)
            if report is not None:
                self._remove_document(report.document.doc_id)
                self._insert(report.document.doc_id, report.source_text, report.records())
            if before is not None and before != file.doc_id:
                self._remove_if_orphan(before)

    def link_across(self, doc_id: str, links: Iterable[tuple[Link, str]], state: str | None) -> None:
        """Put ``links``, each with the document of its target, in the place of those of ``doc_id`` to other documents.

        ``state`` tells what was linked with what; None forgets it. Nothing is written where one of the documents has gone
        meanwhile: whoever removed it links anew. All of it in one transaction.
        """
        links = list(links)
        with self._transaction():
            ends = {doc_id, *(target for _, target in links)} if state is not None else set()
            if any(self._scalar("SELECT 1 FROM documents WHERE doc_id = ?", (end,)) is None for end in ends):
                return
            self._db.execute("DELETE FROM links WHERE doc_id = ? AND target_doc_id <> doc_id", (doc_id,))
            self._db.execute("DELETE FROM linkings WHERE doc_id = ?", (doc_id,))
            if state is not None:
                self._db.execute("INSERT INTO linkings VALUES (?, ?)", (doc_id, state))
            self._put("link", [_row("link", link, doc_id, target) for link, target in links])

    def note_presence(self, present: Iterable[str], vanished: Iterable[str]) -> None:
        """Record which files are there again and which are gone; their records stay as they are."""
        with self._transaction():
            self._db.executemany("UPDATE files SET present = 1 WHERE path = ?", [(path,) for path in present])
            self._db.executemany("UPDATE files SET present = 0 WHERE path = ?", [(path,) for path in vanished])

    def set_meta(self, name: str, value: str) -> None:
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def finish(self) -> None:
        """Fold the write-ahead log into the file, so that one file holds all."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _put_file(self, file: File) -> None:
        names = ", ".join(column.name for column in _FILE_COLUMNS)
        marks = ", ".join("?" * len(_FILE_COLUMNS))
        self._db.execute(
            f"INSERT OR REPLACE INTO files ({names}) VALUES ({marks})", [getattr(file, c.name) for c in _FILE_COLUMNS]
        )

    def _insert(self, doc_id: str, text: str, records: Iterable[Record]) -> None:
        self._db.execute("INSERT INTO texts VALUES (?, ?)", (doc_id, zlib.compress(text.encode("utf-8"), 6)))
        by_kind: dict[str, list[Record]] = {}
        for record in records:
            by_kind.setdefault(str(record.__struct_config__.tag), []).append(record)
        for kind, group in by_kind.items():
            owners = [doc_id] * len(_owners(kind))
            self._put(kind, [_row(kind, record, *owners) for record in group])
        self._db.executemany(
            "INSERT INTO claim_index (rowid, own, sentence) VALUES (?, ?, ?)", self._index_rows(doc_id)
        )

    def _put(self, kind: str, rows: Iterable[list[Any]]) -> None:
        names = _names(kind)
        self._db.executemany(
            f"INSERT INTO {table_of(kind)} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows
        )

    def _index_rows(self, doc_id: str) -> list[tuple[int, str, str]]:
        sentences: dict[str, str] = {}
        rows = []
        for row in self._db.execute("SELECT * FROM claims WHERE doc_id = ? ORDER BY id", (doc_id,)):
            sentence = row["sentence"]
            if sentence not in sentences:
                sentences[sentence] = language.index_terms(sentence)
            rows.append((row["id"], language.index_terms(_own(row)), sentences[sentence]))
        return rows

    def _remove_document(self, doc_id: str) -> None:
        # The index keeps no text: it forgets a row when told what the row had said.
        self._db.executemany(
            "INSERT INTO claim_index (claim_index, rowid, own, sentence) VALUES ('delete', ?, ?, ?)",
            self._index_rows(doc_id),
        )
        self._db.execute(
            "DELETE FROM linkings WHERE doc_id = ?1 OR doc_id IN (SELECT doc_id FROM links WHERE target_doc_id = ?1)",
            (doc_id,),
        )
        self._db.execute("DELETE FROM links WHERE target_doc_id = ?", (doc_id,))
        for kind in KINDS:
            self._db.execute(f"DELETE FROM {table_of(kind)} WHERE doc_id = ?", (doc_id,))
        self._db.execute("DELETE FROM texts WHERE doc_id = ?", (doc_id,))

    def _remove_if_orphan(self, doc_id: str) -> None:
        if self._scalar("SELECT 1 FROM files WHERE doc_id = ? LIMIT 1", (doc_id,)) is None:
            self._remove_document(doc_id)

    # ---- reading

    def meta(self) -> dict[str, str]:
        return {row["name"]: row["value"] for row in self._db.execute("SELECT * FROM meta ORDER BY name")}

    @staticmethod
    def _file(row: sqlite3.Row) -> File:
        fields: dict[str, Any] = {column.name: row[column.name] for column in _FILE_COLUMNS}
        return File(**{**fields, "present": bool(fields["present"])})

    def files(self, under: str | None = None) -> Iterator[File]:
        """All files, or those in the folder ``under`` (and ``under`` itself), by path."""
        sql, parameters = "SELECT * FROM files", []
        if under is not None:
            folder = under.rstrip(os.sep)
            sql += " WHERE path = ? OR path > ? AND path < ?"
            parameters = [under, folder + os.sep, folder + chr(ord(os.sep) + 1)]
        for row in self._db.execute(sql + " ORDER BY path", parameters):
            yield self._file(row)

    def file(self, path: str) -> File | None:
        row = self._db.execute("SELECT * FROM files WHERE path = ?", (path,)).fetchone()
        return None if row is None else self._file(row)

    def owners(self) -> dict[str, tuple[str, str]]:
        """Documents whose ``path`` is not that of their first file: ``{doc_id: (path now, path of the first file)}``.

        Files with the same bytes are one document, which bears the first path of those that are there.
        """
        rows = self._db.execute(
            "SELECT d.doc_id, d.path, min(f.path) AS first FROM documents d "
            "JOIN files f ON f.doc_id = d.doc_id AND f.present GROUP BY d.doc_id HAVING d.path <> first"
        )
        return {row["doc_id"]: (row["path"], row["first"]) for row in rows}

    def document_of(self, sha256: str, extractor: str) -> File | None:
        """A file with these bytes whose document is in the ledger as this version of the program reads it."""
        row = self._db.execute(
            "SELECT f.path FROM files f JOIN documents d ON d.doc_id = f.doc_id "
            "WHERE f.doc_id = ? AND f.sha256 = ? AND f.extractor = ? ORDER BY f.path LIMIT 1",
            (document_id_of(sha256), sha256, extractor),
        ).fetchone()
        return None if row is None else self.file(row["path"])

    def records(self, kind: type[R], doc_id: str | None = None) -> Iterator[R]:
        """The records of one type, of one document or of all, in the order in which the analysis gave them."""
        name = str(kind.__struct_config__.tag)
        where, parameters = ("", ()) if doc_id is None else (" WHERE doc_id = ?", (doc_id,))
        for row in self._db.execute(f"SELECT * FROM {table_of(name)}{where} ORDER BY id", parameters):
            yield _record(name, row)

    def present_documents(self) -> Iterator[Document]:
        """The documents of which a file is there, by their ids."""
        for row in self._db.execute(
            "SELECT * FROM documents d WHERE EXISTS (SELECT 1 FROM files f WHERE f.doc_id = d.doc_id AND f.present) "
            "ORDER BY doc_id"
        ):
            yield _record("document", row)

    def with_aims(self) -> set[str]:
        """The documents that have targets or budgets."""
        return {
            row["doc_id"] for row in self._db.execute("SELECT doc_id FROM targets UNION SELECT doc_id FROM budgets")
        }

    def linkings(self) -> dict[str, str]:
        """The state of each document's links to others, as :meth:`link_across` was told."""
        return {row["doc_id"]: row["state"] for row in self._db.execute("SELECT * FROM linkings")}

    def source_text(self, doc_id: str) -> str:
        """The source text that the offsets of a document's records point into. Raises KeyError on an unknown one."""
        packed = self._scalar("SELECT text FROM texts WHERE doc_id = ?", (doc_id,))
        if packed is None:
            raise KeyError(doc_id)
        return zlib.decompress(packed).decode("utf-8")

    def counts(self) -> dict[str, int]:
        return {kind: self._scalar(f"SELECT count(*) FROM {table_of(kind)}") for kind in KINDS}

    def categories(self) -> dict[str, dict[str, int]]:
        """``{doc_id: {category: claims}}`` for every document with claims."""
        table: dict[str, dict[str, int]] = {}
        for row in self._db.execute("SELECT doc_id, category, count(*) AS n FROM claims GROUP BY doc_id, category"):
            table.setdefault(row["doc_id"], {})[row["category"]] = row["n"]
        return table

    def search(self, query: str, filters: Filters | None = None, limit: int = 20) -> Hits:
        """Claims in whose sentence or own words every word of ``query`` stands, best first; an empty one asks for all.

        Raises :class:`UserError` on a query of nothing but signs.
        """
        terms = language.parse(query)
        if query.strip() and not terms:
            raise UserError("query_empty", query=query)
        where, parameters = _conditions(filters or Filters())
        unfiltered = not where
        source = "claims c JOIN documents d ON d.doc_id = c.doc_id"
        if terms:
            source = "claim_index JOIN claims c ON c.id = claim_index.rowid JOIN documents d ON d.doc_id = c.doc_id"
            where = ["claim_index MATCH ?", *where]
            parameters = [language.match_expression(terms), *parameters]
        condition = " WHERE " + " AND ".join(where) if where else ""
        # Without filters the index counts alone, ten times as fast.
        counted = source if not unfiltered else "claim_index" if terms else "claims"
        total = self._scalar(f"SELECT count(*) FROM {counted}{condition}", parameters)
        order = "d.fiscal_year DESC, c.value_number DESC"
        if terms and total <= RANKED:
            order = "bm25(claim_index, 4.0, 1.0)"
        elif not terms:
            order = "d.fiscal_year DESC, d.doc_id"
        hits: list[Hit] = []
        refused = seen = 0
        texts: dict[str, str] = {}
        for (row_id,) in self._db.execute(
            f"SELECT c.id FROM {source}{condition} ORDER BY {order}, c.doc_id, c.start, c.id", parameters
        ):
            if len(hits) == limit:
                break
            seen += 1
            hit = self._hit(row_id, terms, texts)
            if hit is None:
                refused += 1
            else:
                hits.append(hit)
        return Hits(items=tuple(hits), total=total - refused, approximate=seen < total and not language.exact(terms))

    def _hit(self, row_id: int, terms: Sequence[language.Term], texts: dict[str, str]) -> Hit | None:
        row = self._db.execute("SELECT * FROM claims WHERE id = ?", (row_id,)).fetchone()
        claim: Claim = _record("claim", row)
        in_sentence = language.find(terms, claim.sentence)
        in_own = language.find(terms, _own(row))
        if not all(a or b for a, b in zip(in_sentence, in_own, strict=True)):
            return None
        spans = [span for places in in_sentence for span in places]
        if not all(in_sentence) or not terms:
            spans.extend(_places(claim.text, claim.sentence))
        document = next(self.records(Document, claim.doc_id))
        if claim.doc_id not in texts:
            texts[claim.doc_id] = self.source_text(claim.doc_id)
        section = None
        if claim.section_id is not None:
            found = self._db.execute("SELECT * FROM sections WHERE section_id = ?", (claim.section_id,)).fetchone()
            section = None if found is None else _record("section", found)
        return Hit(
            claim=claim,
            document=document,
            section=section,
            line=texts[claim.doc_id].count("\n", 0, claim.start) + 1,
            highlights=_merged(spans),
            answers=tuple(self._answers(claim.claim_id)),
            spending=tuple(link for link in self._links(claim.claim_id) if link.budget_id),
        )

    def _answers(self, claim_id: str) -> Iterator[Answer]:
        for link in self._links(claim_id):
            target = self._db.execute("SELECT * FROM targets WHERE target_id = ?", (link.target_id,)).fetchone()
            if target is not None:
                yield Answer(link=link, target=_record("target", target))

    def _links(self, claim_id: str) -> Iterator[Link]:
        found = self._db.execute("SELECT * FROM links WHERE claim_id = ? ORDER BY score DESC, link_id", (claim_id,))
        for row in found.fetchall():
            yield _record("link", row)

    def dump(self) -> Iterator[str]:
        """Every row of every table as a line of JSON, in an order that does not depend on how the ledger came about.

        Row numbers are left out: two ledgers with the same dump hold the same.
        """
        tables = ["meta", "files", "texts", "notes", "linkings", *(table_of(kind) for kind in KINDS)]
        for table in tables:
            lines = []
            for row in self._db.execute(f"SELECT * FROM {table}"):
                fields = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118 (a Row is no dict)
                if table == "texts":
                    fields["text"] = zlib.decompress(fields["text"]).decode("utf-8")
                lines.append(json.dumps([table, fields], ensure_ascii=False, sort_keys=True))
            yield from sorted(lines)
        names = {row["id"]: row["claim_id"] for row in self._db.execute("SELECT id, claim_id FROM claims")}
        terms = self._db.execute("SELECT term, doc, col, offset FROM claim_terms")
        yield from sorted(
            json.dumps(["claim_index", names[row["doc"]], row["col"], row["offset"], row["term"]], ensure_ascii=False)
            for row in terms
        )


def _own(row: sqlite3.Row) -> str:
    return language.own_text(row["action"], row["entity"], row["text"], row["qualifiers"], row["column"], row["value"])


def _conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    parameters: list[Any] = []

    def add(condition: str, *values: Any) -> None:
        where.append(condition)
        parameters.extend(values)

    if filters.organisation is not None:
        add("instr(d.organisation, ?)", filters.organisation)
    if filters.region is not None:
        add("instr(d.region, ?)", filters.region)
    if filters.year is not None:
        add("d.fiscal_year = ?", filters.year)
    if filters.document_type is not None:
        add("d.document_type = ?", filters.document_type)
    if filters.section is not None:
        add("c.section_label = ?", filters.section)
    if filters.category is not None:
        add("c.category = ?", filters.category)
    if filters.unit is not None:
        add("c.unit = ?", filters.unit)
    if filters.smallest is not None:
        add("coalesce(c.value_max_number, c.value_number) >= ?", float(filters.smallest))
    if filters.largest is not None:
        add("c.value_number <= ?", float(filters.largest))
    if filters.verdict is not None:
        add("EXISTS (SELECT 1 FROM links l WHERE l.claim_id = c.claim_id AND l.verdict = ?)", filters.verdict)
    return where, parameters


def _places(text: str, sentence: str) -> list[tuple[int, int]]:
    at = sentence.find("".join(text.splitlines()))
    return [(at, at + len(text))] if at >= 0 and text else []


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def explained(error: sqlite3.Error, path: Path) -> UserError:
    """What SQLite complains of, in words that say what to do."""
    text = str(error)
    if "not a database" in text:
        return UserError("ledger_foreign", path=path)
    if "locked" in text or "busy" in text:
        return UserError("ledger_busy", path=path)
    if "unable to open" in text or "readonly" in text:
        return UserError("ledger_unwritable", path=path)
    if "full" in text or "disk I/O" in text:
        return UserError("disk", detail=text)
    return UserError("ledger_broken", path=path, detail=text)
