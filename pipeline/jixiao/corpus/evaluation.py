"""How right extraction is on annotated documents: figures by layer with their intervals, and what went wrong where."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from jixiao.corpus.gold import GoldError, GoldMention, Role
from jixiao.records import Approx, Category


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """A mention as a line of JSON gold; fields that are not scored are passed over."""

    start: int
    end: int
    role: Role = "claim"
    value: Decimal
    value_max: Decimal | None = None
    approx: Approx = "exact"
    unit: str = ""
    entity: str = ""
    action: str = ""
    category: tuple[Category, ...]
    period: str | None = None


def read_mentions(path: Path, source: str) -> Iterator[GoldMention]:
    """The mentions of a JSONL file, one a line, with offsets into ``source``.

    Raises :class:`GoldError` on a line that is no mention or whose ``text`` does not stand at its place.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = msgspec.json.decode(line, type=_Line)
            text = msgspec.json.decode(line, type=dict[str, object]).get("text")
        except msgspec.DecodeError as error:
            raise GoldError(f"{path.name}:{number}: {error}") from error
        quoted = source[fields.start : fields.end]
        if not quoted or text not in (None, quoted):
            raise GoldError(
                f"{path.name}:{number}: the text has {quoted!r} at {fields.start}–{fields.end}, not {text!r}"
            )
        yield GoldMention(text=quoted, **msgspec.structs.asdict(fields))
