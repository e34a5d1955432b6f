"""From bytes to text: the encoding of a Chinese office's text file, and what to do where it is in none or in two."""

from __future__ import annotations

import codecs
from collections import Counter

import msgspec
import regex

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE = 1 << 16
_NAMED_PLACES = 5  # a warning names at most so many lines
_MOST_UNREADABLE = 0.3  # of the lines; beyond it the file is no text in any encoding we know
_PLAUSIBLE = regex.compile(
    r"[\t\n\r\f\x20-\x7e\u00a0-\u00ff\u0370-\u04ff\u2000-\u27bf\u3000-\u30ff\u3200-\u33ff\u4e00-\u9fff\uff00-\uffef]"
)
_SURROGATE_PAIR = regex.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b\x00"))


class Decoded(msgspec.Struct, frozen=True):
    """``text`` without byte order mark, newlines as they were; None where the bytes are no text.

    ``problem`` names, for a clerk, the places that could not be decoded or were in another encoding than the rest; None
    where all went well. ``notes`` are odd but readable things.
    """

    text: str | None
    encoding: str | None
    problem: str | None = None
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode a text file. ``declared``, the encoding a web page names, counts only where the bytes leave doubt."""
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _with_marks(data[len(mark) :], name)
    if _is_utf8(data):
        if b"\0" in data and (wide := _wide(data)):
            return _with_marks(data, wide)
        return Decoded(None, None) if _looks_binary(data) else _finish(data, "utf-8")
    if wide := _wide(data):
        return _with_marks(data, wide)
    if _looks_binary(data):
        return Decoded(None, None)
    if _is_gb18030(data):
        return _finish(data, "gb18030")
    other = _other_encoding(data, declared)
    if other and len(other[1]) < len(data):
        return _finish(data, other[0])
    mixed = _by_line(data)
    # A code page of single bytes decodes anything, so that it comes last.
    return _finish(data, other[0]) if mixed.text is None and other else mixed


def _with_marks(data: bytes, name: str) -> Decoded:
    # A byte order mark settles the encoding, so a damaged place is replaced rather than the file taken for another.
    try:
        return _finish(data, name)
    except UnicodeDecodeError:
        text = data.decode(name, errors="replace")
    if name in ("utf-8", "gb18030"):
        return _by_line(data)
    damaged = [number for number, line in enumerate(text.split("\n"), 1) if "\ufffd" in line]
    return _judge(text, name, damaged, [], text.count("\n") + 1)


def _finish(data: bytes, name: str) -> Decoded:
    text = data.decode(name, "surrogatepass" if name == "utf-8" else "strict")
    problem = None
    if _SURROGATE.search(text):
        # Java and old databases write characters beyond U+FFFF as two encoded surrogates: join them, replace lone ones.
        text = _SURROGATE_PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
        lines = [number for number, line in enumerate(text.split("\n"), 1) if _SURROGATE.search(line)]
        if lines:
            text = _SURROGATE.sub("\ufffd", text)
            problem = f"{_places(lines)}有残缺的字符，已用“\ufffd”代替；请对照原件核对"
    return Decoded(text, name, problem, _notes(text, problem))


def _notes(text: str, problem: str | None) -> tuple[str, ...]:
    notes = []
    if count := text.count("\0"):
        notes.append(f"文件中有{count}个空字符（NUL），原样保留")
    if problem is None and (count := text.count("\ufffd")):
        notes.append(f"文件中原有{count}个替换符“\ufffd”，说明它在此前的转换中已丢失文字")
    return tuple(notes)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _plausible(text: str) -> float:
    """The share of characters that stand in Chinese documents: Han, Chinese punctuation, ASCII, signs."""
    return len(_PLAUSIBLE.findall(text)) / len(text) if text else 0.0


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, or None."""
    sample = data[: _SAMPLE & ~1]
    sample = sample[: len(sample) & ~1]
    if not sample:
        return None
    if _is_utf8(data):
        # Then they are UTF-16 only if every other byte is a NUL, as in English and in figures.
        low, high = sample[::2].count(0), sample[1::2].count(0)
        if max(low, high) < len(sample) * 0.2 or min(low, high) > max(low, high) * 0.1:
            return None
        return "utf-16-le" if high > low else "utf-16-be"
    shares = {name: _plausible(sample.decode(name, "replace")) for name in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.9 and shares[best] - min(shares.values()) >= 0.2 else None


def _looks_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    return len(sample) - len(sample.translate(None, _CONTROL + b"\0")) > max(8, len(sample) * 0.02)


def _common_han(text: str) -> float:
    """The share of the Han characters that are in the GB 2312 set, as nearly all of an official text are."""
    han = "".join(regex.findall(r"\p{Han}+", text))
    return len(han.encode("gb2312", "ignore")) / 2 / len(han) if han else 0.0


def _is_gb18030(data: bytes) -> bool:
    # Big5 and others decode as GB18030 too, but to rare characters.
    try:
        sample = data.decode("gb18030")[:_SAMPLE]
    except UnicodeDecodeError:
        return False
    return _common_han(sample) >= 0.9 and _plausible(sample) >= 0.9


def _other_encoding(data: bytes, declared: str | None) -> tuple[str, str] | None:
    """Big5 and others: what the page declares or charset-normalizer finds, and the text; None if that makes no sense."""
    from charset_normalizer import from_bytes  # 40 ms to import, seldom wanted

    best = from_bytes(data[:_SAMPLE]).best()
    for name in (declared, best.encoding if best else None, "big5hkscs"):
        if name is None:
            continue
        try:
            codec = codecs.lookup(name).name
            text = data.decode(codec)
        except (LookupError, UnicodeDecodeError, UnicodeError):
            continue
        if _plausible(text[:_SAMPLE]) >= 0.95:
            return codec, text
    return None


def _by_line(data: bytes) -> Decoded:
    """Decode line by line: files glued together from two encodings, and files with damaged places."""
    lines = data.split(b"\n")
    names: Counter[str] = Counter()
    kinds = [_line_encoding(line) for line in lines]
    for line, kind in zip(lines, kinds, strict=True):
        names[kind or ""] += len(line) if kind else 0
    names.pop("ascii", None)
    names.pop("", None)
    if not names:
        # Every line is damaged: whichever of the two loses less.
        lost = {name: data.decode(name, "replace").count("\ufffd") for name in ("utf-8", "gb18030")}
        names[min(lost, key=lambda name: lost[name])] += 1
    main = names.most_common(1)[0][0]
    texts, damaged, foreign = [], [], []
    for number, (line, kind) in enumerate(zip(lines, kinds, strict=True), 1):
        if kind is None:
            damaged.append(number)
            texts.append(line.decode(main, "replace"))
        else:
            if kind not in (main, "ascii"):
                foreign.append(number)
            texts.append(line.decode(kind))
    return _judge("\n".join(texts), main, damaged, foreign, len(lines))


def _line_encoding(line: bytes) -> str | None:
    if line.isascii():
        return "ascii"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return "gb18030" if _plausible(text) >= 0.9 and _common_han(text) >= 0.7 else None


def _judge(text: str, encoding: str, damaged: list[int], foreign: list[int], lines: int) -> Decoded:
    if text.count("\ufffd") > _MOST_UNREADABLE * max(1, len(text.replace("\n", ""))) or (
        lines > 3 and len(damaged) > _MOST_UNREADABLE * lines
    ):
        return Decoded(None, None)
    problems = []
    if damaged:
        problems.append(f"{_places(damaged)}有无法识别的字节，已用“\ufffd”代替")
    if foreign:
        problems.append(f"{_places(foreign)}的编码与全文（{encoding}）不同，已分别解码")
    problem = "；".join(problems) + "；请对照原件核对" if problems else None
    return Decoded(text, encoding, problem, _notes(text, problem))


def _places(lines: list[int]) -> str:
    named = "、".join(str(number) for number in lines[:_NAMED_PLACES])
    return f"第{named}行" + (f"等{len(lines)}行" if len(lines) > _NAMED_PLACES else "")
