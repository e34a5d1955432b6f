"""``jixiao.toml`` beside an archive or a ledger: options for the command line, which the flags overrule."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from jixiao.messages import UserError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = "jixiao.toml"


class Extract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["table", "jsonl", "csv", "xlsx", "html"] | None = None
    records: tuple[str, ...] | None = None


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    output: str | None = None  # relative to the folder of the file
    format: Literal["table", "jsonl", "csv"] | None = None
    retry_failed: bool = False


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["table", "jsonl", "csv"] | None = None
    limit: int | None = None


class Targets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["table", "jsonl", "json", "csv", "xlsx", "html"] | None = None
    profile: str | None = None


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``jixiao.toml`` may say; None leaves the choice to the command line."""

    lang: Literal["zh", "en"] | None = None
    extract: Extract = Extract()
    run: Run = Run()
    search: Search = Search()
    targets: Targets = Targets()


KNOWN = (
    "lang, [extract] format records, [run] output format retry_failed, [search] format limit, [targets] format profile"
)


def load(beside: Iterable[Path]) -> tuple[Options, Path | None]:
    """The options for the first of the given archives, files or ledgers that has a ``jixiao.toml`` in it or next to it.

    Also returns the folder it was found in. Raises :class:`UserError` on a file that cannot be understood.
    """
    for path in beside:
        path = path.absolute()
        for folder in (path, path.parent):
            file = folder / NAME
            if file.is_file():
                return _read(file), folder
    return Options(), None


def _read(file: Path) -> Options:
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8-sig")), Options)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UserError("options_wrong", path=file, detail=error, known=KNOWN) from error
