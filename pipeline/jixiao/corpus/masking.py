"""Personal data out of texts that leave the office: names of persons and the numbers that reach them, by ``patterns/personal.toml``.

Each character of a name becomes 某, each digit or letter of a number ×; all else stays, so that offsets, lines and tables hold.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import regex
import rjieba

from jixiao.lexicon import Lexicon, PersonalRules, load

NAME = "某"
DIGIT = "×"
_FOLD = {full: full - 0xFEE0 for full in (*range(0xFF10, 0xFF1B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_FOLD |= {ord(full): half for full, half in zip("－＠．（）　＋", "-@.() +", strict=True)}
_ROW = regex.compile(r"<tr\b.*?</tr\s*>|[^\n]+", regex.DOTALL | regex.IGNORECASE)
_MARKUP_CELL = regex.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]\s*>", regex.DOTALL | regex.IGNORECASE)
_PLAIN_CELL = regex.compile(r"[^\t|]*")
_NAME_CELL = regex.compile(r"\p{Han}[\p{Han}· ]{1,11}")
_NUMBER_CELL = regex.compile(r"[\d(][\d ()*×Xx/、-]{5,40}")
_LETTER = regex.compile(r"[\p{Han}\p{L}\p{N}]")
_PARTICLES = ("p", "c", "d", "v", "u")  # part-of-speech tags of words that a name does not begin with
_CALL = regex.compile(r"\(\?&(\w+)\)")
_TIMEOUT = 10.0  # seconds a rule may take for a text; more is a defect of the rule


def mask(text: str, lexicon: Lexicon | None = None) -> str:
    """``text`` with persons' names and numbers blanked, of the same length.

    What could be a claim, an amount, a document number or a code is left alone, even at the price of leaving a name.
    """
    characters = list(text)
    for start, end, blank in spans(text, (lexicon or load()).personal):
        for at in range(start, end):
            if _LETTER.match(characters[at]):
                characters[at] = blank
    return "".join(characters)


def spans(text: str, rules: PersonalRules) -> Iterator[tuple[int, int, str]]:
    """What :func:`mask` blanks: start, end and the character that takes the place of each letter or digit."""
    plain = text.translate(_FOLD)
    not_name = rules.not_name.split()
    for pattern, checked in _compiled(rules):
        for found in pattern.finditer(plain, overlapped=checked, timeout=_TIMEOUT):
            groups = found.re.groupindex
            if "name" in groups:
                for start, end in found.spans("name"):
                    if not any(word in plain[start:end] for word in not_name) and (
                        not checked or _is_name(plain, start)
                    ):
                        yield start, end, NAME
            else:
                for start, end in found.spans("number"):
                    yield start, end, DIGIT
    yield from _columns(plain, rules)


def _is_name(plain: str, start: int) -> bool:
    """Whether the dictionary allows a name to begin at ``start``: no word of it does, unless it is tagged as a name."""
    word, tag = rjieba.tag(plain[start : start + 8])[0]  # with what follows, for 任组 alone looks like a name
    return "nr" in tag or (tag not in _PARTICLES if len(word) == 1 else not rjieba.has_word(word))


def _columns(plain: str, rules: PersonalRules) -> Iterator[tuple[int, int, str]]:
    """The cells below a head that says 姓名 or 电话, down to the first line of another form."""
    kinds = dict.fromkeys(rules.name_column.split(), (NAME, _NAME_CELL))
    kinds |= dict.fromkeys(rules.number_column.split(), (DIGIT, _NUMBER_CELL))
    columns: dict[int, tuple[str, regex.Pattern[str]]] = {}
    width = last = 0
    for row in _ROW.finditer(plain):
        cells = _cells(row.group(), row.start())
        heads = {i: kinds[head] for i, (start, end) in enumerate(cells) if (head := _head(plain[start:end])) in kinds}
        # a label beside its name is no head: its row goes on with what no head says
        if heads and len(cells) > 1 and not any(character.isdigit() for character in row.group()):
            columns, width, last = heads, len(cells), row.end()
            continue
        if len(cells) != width or plain.count("\n", last, row.start()) > 1:
            columns, width = {}, 0
        last = row.end()
        for i, (blank, shape) in columns.items():
            start, end = cells[i]
            content = plain[start:end].strip(" *_\r\n")
            if shape.fullmatch(content) and not any(word in content for word in rules.not_name.split()):
                begin = plain.index(content, start)
                yield begin, begin + len(content), blank


def _head(cell: str) -> str:
    return "".join(regex.sub(r"<[^>]*>|[*_]", "", cell).split())


def _cells(row: str, offset: int) -> list[tuple[int, int]]:
    if row[:3].lower() == "<tr":
        return [(offset + cell.start(1), offset + cell.end(1)) for cell in _MARKUP_CELL.finditer(row)]
    return [(offset + cell.start(), offset + cell.end()) for cell in _PLAIN_CELL.finditer(row) if cell.group()]


@functools.cache
def _compiled(rules: PersonalRules) -> tuple[tuple[regex.Pattern[str], bool], ...]:
    definitions = _definitions(rules)

    def expanded(pattern: str) -> str:
        """``pattern`` with its calls written out: a literal beginning is found many times faster than a call."""
        while "(?&" in pattern:
            pattern = _CALL.sub(lambda call: f"(?:{definitions[call[1]]})", pattern)
        return pattern

    return tuple((regex.compile(expanded(rule.regex), regex.MULTILINE), rule.checked) for rule in rules.rule)


def _definitions(rules: PersonalRules) -> dict[str, str]:
    """The lists as expressions that the rules can call, and the shapes of names."""

    def words(listed: str, between: str = "") -> str:
        return "|".join(
            between.join(map(regex.escape, word)) for word in sorted(listed.split(), key=lambda word: -len(word))
        )

    gap = r"(?:[ *_]|</?(?:b|strong|em|span|p|font|u)\b[^>]*>|&(?:nbsp|emsp|ensp|#160);){0,12}"
    between = r"(?: ?(?:[\t|]|</t[dh]>\s*<t[dh]\b[^>]*>) ?| {1,8})"
    surname = f"(?:{words(rules.surnames)}|[{rules.surname}])"
    given = r"(?![的和与及等各有是为在们位名个了或])\p{Han}"
    return {
        "label": words(rules.label, " *").replace("人", "[人入]"),
        "number_label": words(rules.number_label, " *"),
        "identity_label": words(rules.identity_label, " *"),
        "account_label": words(rules.account_label, " *"),
        "title": words(rules.title),
        "rank": words(rules.rank),
        "follower": words(rules.follower),
        "gap": gap,
        "between": between,
        "colon": "[:;]",
        "edge": rf"[^\p{{Han}}·]|$|{words(rules.label, ' *')}|{words(rules.number_label)}|填报日期|填表日期|职务",
        "full": (
            r"(?:\p{Han}{1,8}(?:·\p{Han}{1,8})+|\p{Han} {1,4}\p{Han}(?: {1,4}\p{Han})?(?!\p{Han})|\p{Han}{2,4}?)"
            r"(?=(?&edge))"
        ),
        "chinese": rf"(?!{words(rules.public)}){surname}{given}(?:{given})??",
    }
