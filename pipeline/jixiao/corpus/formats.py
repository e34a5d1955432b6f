"""The exchange formats of ``jixiao corpus export`` and ``corpus import``: a name, a module, a line.

A format is a module of :mod:`jixiao.corpus` with

- ``write(documents: Iterable[Marked], out: Path) -> None``, which makes the file ``out`` or, where the format's own tools
  want several files, the folder ``out``. It has to be written as if it could stop at any document: the command gives it a draft
  beside the wanted place and moves it there when all is done. ``Marked`` is documented in :mod:`jixiao.corpus.spans`;
  personal data have been masked before; documents without gold come as what the program found (``origin`` is ``model``).
- and, for a format that can be taken back, ``read(path: Path) -> Iterator[Marked]`` with the inverse of one such file or
  folder. It raises :class:`jixiao.corpus.gold.GoldError` on what does not fit.

A module may import at its top what the ``extra`` of its line installs; modules are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Literal, cast

import msgspec

from jixiao.corpus.spans import Marked


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """``out`` tells whether the format is one file or a folder of them; ``extra`` names the extra that its module needs.

    With ``beside`` the program's own findings are exported beside the gold (``Marked.predicted``).
    """

    module: str
    out: Literal["file", "folder"]
    back: bool = False
    beside: bool = False
    extra: str | None = None


FORMATS: dict[str, Format] = {
    "label-studio": Format(module="labelstudio", out="folder", back=True, beside=True),
    "doccano": Format(module="doccano", out="file", back=True),
    "brat": Format(module="brat", out="folder", back=True),
    "conll": Format(module="conll", out="folder"),
    "spacy": Format(module="docbin", out="folder", extra="spacy"),
    "uie": Format(module="uie", out="folder"),
    "parquet": Format(module="parquet", out="folder", extra="corpus"),
    "instructions": Format(module="instructions", out="folder"),
}


def writer(name: str) -> Callable[[Iterable[Marked], Path], None]:
    """The function that writes the format; raises ImportError where its extra is not installed."""
    return cast(
        "Callable[[Iterable[Marked], Path], None]", import_module(f"jixiao.corpus.{FORMATS[name].module}").write
    )


def reader(name: str) -> Callable[[Path], Iterator[Marked]]:
    """The function that reads the format back; KeyError where there is none."""
    if not FORMATS[name].back:
        raise KeyError(name)
    return cast("Callable[[Path], Iterator[Marked]]", import_module(f"jixiao.corpus.{FORMATS[name].module}").read)
