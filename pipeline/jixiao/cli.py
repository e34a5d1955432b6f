"""The command line: it opens, calls and translates errors; what it shows is made by the functions it calls.

Heavy imports stand inside the commands, so that ``jixiao --help`` and ``jixiao search`` answer at once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar

import click

from jixiao import __version__
from jixiao.messages import Messages, UserError, printable

if TYPE_CHECKING:
    from rich.console import Console

    from jixiao.analyse import Report
    from jixiao.ledger import Hit, Ledger
    from jixiao.options import Options

    _ChoiceType = click.Choice[str]
    _DecimalType = click.ParamType[Decimal]
    _CountType = click.ParamType[int]
else:  # generic only in the latest click
    _ChoiceType, _DecimalType, _CountType = click.Choice, click.ParamType, click.ParamType

F = TypeVar("F", bound=Callable[..., Any])

EXIT_TROUBLE = 1
EXIT_WRONG_USE = 2
EXIT_INTERRUPTED = 130
_NOT_THE_USE = ("disk", "ledger_busy", "ledger_broken")  # errors of the machine, not of the one who typed
_FILE_WIDTH = 120  # columns of a table that goes to a file
_PATIENCE = 2.0  # seconds before a progress bar appears


def _say(ctx: click.Context | None) -> Messages:
    return Messages(ctx.meta.get("jixiao.lang", "zh") if ctx else "zh")


class _Option(click.Option):
    """An option whose help is the key of a message."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None or self.help is None:
            return record
        return record[0], _say(ctx)(self.help)

    def make_metavar(self, ctx: click.Context) -> str:
        return "" if self.is_flag else (self.metavar or self.name or "").upper()


class _Command(click.Command):
    """A command whose help is the key of a message."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        say = _say(ctx)
        pieces = [say("meta_options")]
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Argument):
                name = say(f"meta_{parameter.metavar}")
                pieces.append(f"{name}…" if parameter.nargs == -1 else name)
        if isinstance(self, click.Group):
            pieces.append(say("meta_command"))
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=say("usage"))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_say(ctx)(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(_say(ctx)("head_options")):
            formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _Option(
            ["--help"], is_flag=True, is_eager=True, expose_value=False, help="opt_help", callback=_print_help
        )


def _print_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


class _App(_Command, click.Group):
    """The group of all commands; its :meth:`main` turns every error into one line that says what to do."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        say = _say(ctx)
        with formatter.section(say("head_commands")):
            formatter.write_dl(
                [(name, say(command.help or "").split("\n")[0]) for name, command in self.commands.items()]
            )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            raise UserError("no_such_command", name=args[0], commands="、".join(self.commands))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # caught here, for click would make it a failure
            return _hang_up()

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        arguments = list(sys.argv[1:] if args is None else args)
        say = Messages("en" if _asks_english(arguments) else "zh")
        try:
            extra.pop("standalone_mode", None)
            code = super().main(arguments, "jixiao", standalone_mode=False, **extra)
            sys.stdout.flush()
        except click.UsageError as error:
            say = _say(error.ctx) if error.ctx else say
            _tell(say("error", message=_explained(error, say)))
            if error.ctx is not None:
                click.echo(say("try_help", command=error.ctx.command_path), err=True)
            code = EXIT_WRONG_USE
        except UserError as error:
            _tell(say("error", message=say.of(error)))
            code = EXIT_TROUBLE if error.key in _NOT_THE_USE else EXIT_WRONG_USE
        except (KeyboardInterrupt, click.Abort):
            click.echo("\n" + say("interrupted"), err=True)
            code = EXIT_INTERRUPTED
        except BrokenPipeError:
            code = _hang_up()
        sys.exit(code if isinstance(code, int) else 0)


def _hang_up() -> int:
    """The reader (head, less) has seen enough: nothing went wrong, but Python must not flush the rest at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _asks_english(arguments: Sequence[str]) -> bool:
    at = arguments.index("--lang") if "--lang" in arguments else len(arguments)
    return "--lang=en" in arguments or list(arguments[at + 1 : at + 2]) == ["en"]


def _explained(error: click.UsageError, say: Messages) -> str:
    """What click found wrong, in the user's language."""
    if isinstance(error, click.NoSuchOption):
        if error.possibilities:
            return say("no_such_option_but", name=error.option_name, possible=" / ".join(sorted(error.possibilities)))
        return say("no_such_option", name=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        if isinstance(error.param, click.Argument):
            return say("missing_argument", name=say(f"meta_{error.param.metavar}"))
        return say("missing_option", name=error.param.opts[-1])
    if isinstance(error, click.BadOptionUsage):
        return say("option_needs_value", name=error.option_name)
    return error.format_message()


class _Choice(_ChoiceType):
    """A choice whose error is a message of ours."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices:
            return str(value)
        raise UserError(
            "bad_choice", name=param.opts[-1] if param else "", value=value, choices="、".join(self.choices)
        )


_NUMBER = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)(十|百|千|万|亿)?")
_SCALE = {None: 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


class _Number(_DecimalType):
    """A decimal number, with 万 or 亿 if wanted."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        found = _NUMBER.fullmatch(str(value).replace(",", "").replace("，", ""))
        if not found or len(found[1]) > 40:
            raise UserError("bad_number", name=param.opts[-1] if param else "", value=value)
        return Decimal(found[1]) * _SCALE[found[2]]


class _Count(_CountType):
    name = "count"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit()) or not 0 < int(text[:12]) < 10**9:
            raise UserError("bad_integer", name=param.opts[-1] if param else "", value=value)
        return int(text)


def _option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=_Option, **settings)


def _set_language(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        ctx.meta["jixiao.lang"] = value
        ctx.meta["jixiao.lang_given"] = True


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"jixiao {__version__}")
        ctx.exit()


@click.group(cls=_App, help="app_help", invoke_without_command=True)
@_option(
    "--lang", type=_Choice(["zh", "en"]), is_eager=True, expose_value=False, callback=_set_language, help="opt_lang"
)
@_option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="opt_version")
@click.pass_context
def main(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


# ---- extract


@main.command(cls=_Command, help="extract_help")
@click.argument("files", nargs=-1, required=True, metavar="FILE")
@_option(
    "--format",
    "form",
    type=_Choice(["table", "jsonl", "csv", "xlsx", "html"]),
    metavar="FORMAT",
    help="opt_format_extract",
)
@_option("--records", metavar="KINDS", help="opt_records")
@_option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="opt_out")
@_option("--text", "as_text", is_flag=True, help="opt_text")
@click.pass_context
def extract(
    ctx: click.Context,
    files: tuple[str, ...],
    form: str | None,
    records: str | None,
    output: Path | None,
    as_text: bool,
) -> None:
    options = _options(ctx, [Path(files[0])])
    say = _say(ctx)
    if as_text and (form or records):
        raise UserError("text_with_format")
    form = form or _format_of(output) or options.extract.format or "table"
    if not records and options.extract.records and form in ("jsonl", "csv", "xlsx"):
        records = ",".join(options.extract.records)
    kinds = _kinds(records) if records else None
    if form == "html" and kinds:
        raise UserError("html_all_records")
    reading = _Reading(files, say, all_documents=form in ("jsonl", "csv", "xlsx") and not as_text)
    if as_text:
        with _output(output) as stream:
            for report in reading:
                stream.write(report.source_text.encode("utf-8", "replace"))
    elif form == "jsonl":
        from jixiao.records import to_json

        with _output(output) as stream:
            for report in reading:
                for record in report.records():
                    if kinds is None or str(record.__struct_config__.tag) in kinds:
                        stream.write(to_json(record).encode() + b"\n")
    elif form == "csv":
        _extract_csv(reading, kinds, output, say)
    elif form == "xlsx":
        _extract_xlsx(reading, kinds, output, say)
    elif form == "html":
        _extract_html(reading, files, output, say)
    else:
        from jixiao.export import terminal

        with _console(output) as console:
            for report in reading:
                terminal.claims_table(console, report, say)
    ctx.exit(EXIT_TROUBLE if reading.troubled else 0)


class _Reading:
    """The reports of files, one after the other; what cannot be read is named on stderr and counted.

    With ``all_documents``, a file without text gives a report too: of nothing but its document with status and reason.
    """

    def __init__(self, files: Sequence[str], say: Messages, *, all_documents: bool) -> None:
        self._files = files
        self._say = say
        self._all = all_documents
        self.troubled = 0

    def __iter__(self) -> Iterator[Report]:
        from jixiao.batch import analysed

        for file in self._files:
            report, reason = analysed(file)
            status = report.document.status if report else "failed"
            if reason:
                key = "file_partial" if status == "partial" else "file_trouble"
                _tell(self._say(key, path=file, reason=reason))
            unread = status in ("refused", "failed")
            self.troubled += unread
            if report and (self._all or not unread):
                yield report


def _extract_csv(reading: _Reading, kinds: list[str] | None, output: Path | None, say: Messages) -> None:
    from jixiao.export.tabular import write_csv

    kinds = kinds or ["claim"]
    if len(kinds) > 1:
        raise UserError("csv_one_kind")
    with _output(output) as stream:
        write_csv(reading, kinds[0], stream, say.language)


def _extract_xlsx(reading: _Reading, kinds: list[str] | None, output: Path | None, say: Messages) -> None:
    from jixiao.export.tabular import write_xlsx

    if output is None and sys.stdout.isatty():
        raise UserError("binary_to_terminal")
    with _output(output) as stream:
        reports = list(reading)
        found = {str(record.__struct_config__.tag): None for report in reports for record in report.records()}
        write_xlsx(
            reports, kinds or list(dict.fromkeys(["claim", "section", "document", *found])), stream, say.language
        )


def _extract_html(reading: _Reading, files: Sequence[str], output: Path | None, say: Messages) -> None:
    from jixiao.export.html import page

    if len(files) == 1 and (output is None or not output.is_dir()):
        for report in reading:
            with _output(output) as stream:
                stream.write(page(report, say.language).encode("utf-8", "replace"))
        return
    if output is None or output.is_file():
        raise UserError("html_needs_folder")
    output.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for report in reading:
        name = Path(report.document.path).name
        while f"{name}.html" in taken:
            name += "_"
        taken.add(f"{name}.html")
        with _output(output / f"{name}.html") as stream:
            stream.write(page(report, say.language).encode("utf-8", "replace"))


def _format_of(output: Path | None) -> str | None:
    endings = {".jsonl": "jsonl", ".csv": "csv", ".xlsx": "xlsx", ".html": "html", ".htm": "html"}
    return endings.get(output.suffix.lower()) if output else None


def _kinds(records: str) -> list[str]:
    """``claims,sections`` as the kinds ``claim``, ``section``."""
    from jixiao.records import KINDS

    kinds = []
    for name in filter(None, re.split(r"[,，、\s]+", records)):
        kind = name if name in KINDS else name.removesuffix("s")
        if kind not in KINDS:
            raise UserError("records_unknown", name=name, choices="、".join(f"{kind}s" for kind in KINDS))
        kinds.append(kind)
    return list(dict.fromkeys(kinds))


# ---- run, status


@main.command(cls=_Command, help="run_help")
@click.argument("archives", nargs=-1, required=True, metavar="ARCHIVE", type=click.Path(path_type=Path))
@_option("-o", "--output", metavar="LEDGER", type=click.Path(path_type=Path), help="opt_ledger")
@_option("--retry-failed", is_flag=True, help="opt_retry")
@_option("--format", "form", type=_Choice(["table", "jsonl", "csv"]), metavar="FORMAT", help="opt_format_summary")
@click.pass_context
def run(
    ctx: click.Context, archives: tuple[Path, ...], output: Path | None, retry_failed: bool, form: str | None
) -> None:
    from jixiao import batch

    options = _options(ctx, archives)
    say = _say(ctx)
    if output is None and options.run.output:
        output = ctx.meta["jixiao.folder"] / options.run.output
    if output is None:
        raise UserError("no_ledger_named")
    with _opened(output, writing=True) as ledger:
        done = 0
        partial = []  # told at the end, so as not to tear the progress bar
        with _progress(say) as progress:
            for outcome in batch.run(
                ledger, archives, retry_failed=retry_failed or options.run.retry_failed, progress=progress
            ):
                done += 1
                if outcome.file.status == "partial":
                    partial.append(outcome.file)
        for file in partial:
            _tell(say("file_partial", path=file.path, reason=file.reason))
        summary = batch.summary(ledger, archives, done)
        for path in summary.vanished:
            _tell(say("file_vanished", path=path))
        for file in summary.troubled:
            _tell(say("file_trouble", path=file.path, reason=file.reason))
        _show_summary(ledger, archives, form or options.run.format or "table", say)
    click.echo(
        say(
            "run_done", done=summary.done, unchanged=summary.unchanged, failed=len(summary.troubled),
            vanished=len(summary.vanished),
        ),
        err=True,
    )  # fmt: skip
    ctx.exit(EXIT_TROUBLE if summary.troubled else 0)


def _show_summary(ledger: Ledger, archives: Sequence[Path], form: str, say: Messages) -> None:
    from jixiao.batch import by_document
    from jixiao.records import CATEGORIES

    rows = by_document(ledger, archives)
    if form == "table":
        from jixiao.export import terminal

        with _console(None) as console:
            terminal.summary_table(console, [(name, counts) for name, _, counts in rows], say)
        return
    with _output(None) as stream:
        if form == "jsonl":
            import json

            for name, doc_id, counts in rows:
                line = {"path": name, "doc_id": doc_id, "claims": sum(counts.values()), "categories": dict(counts)}
                stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        else:
            from jixiao.export.tabular import write_rows

            lines = [
                [name, *(str(counts.get(c, 0)) for c in CATEGORIES), str(sum(counts.values()))]
                for name, _, counts in rows
            ]
            write_rows(stream, [[say("col_document"), *CATEGORIES, say("col_total")], *lines])


@main.command(cls=_Command, help="status_help")
@click.argument("ledger_path", metavar="LEDGER", type=click.Path(path_type=Path))
@click.pass_context
def status(ctx: click.Context, ledger_path: Path) -> None:
    from jixiao.export import terminal
    from jixiao.records import CATEGORIES

    _options(ctx, [ledger_path])
    say = _say(ctx)
    with _opened(ledger_path) as ledger, _console(None) as console:
        files = list(ledger.files())
        size = ledger_path.stat().st_size / 1e6
        versions = sorted({file.extractor for file in files})
        console.print(
            say("status_size", path=ledger_path, size=f"{size:,.1f} MB", version="、".join(versions) or "—"),
            soft_wrap=True,
        )
        console.print()
        rows = [
            (say(f"status_{name}"), sum(file.present and file.status == name for file in files))
            for name in ("ok", "partial", "refused", "failed")
        ]
        rows.append((say("status_gone"), sum(not file.present for file in files)))
        terminal.counts_table(console, say("status_files"), rows, say)
        console.print()
        counts = ledger.counts()
        terminal.counts_table(
            console,
            say("status_records"),
            [(say(f"sheet_{kind}"), counts[kind]) for kind in counts if counts[kind]],
            say,
        )
        console.print()
        totals: dict[str, int] = {}
        for by_category in ledger.categories().values():
            for category, count in by_category.items():
                totals[category] = totals.get(category, 0) + count
        terminal.counts_table(
            console, say("status_categories"), [(c, totals[c]) for c in CATEGORIES if c in totals], say
        )
        for file in files:
            if file.status != "ok":
                key = "file_partial" if file.status == "partial" else "file_trouble"
                console.print(printable(say(key, path=file.path, reason=file.reason)), soft_wrap=True)
            if not file.present:
                console.print(printable(say("file_vanished", path=file.path)), soft_wrap=True)


# ---- search, schema


@main.command(cls=_Command, help="search_help")
@click.argument("ledger_path", metavar="LEDGER", type=click.Path(path_type=Path))
@click.argument("query", nargs=-1, metavar="QUERY")
@_option("--organisation", metavar="TEXT", help="opt_organisation")
@_option("--region", metavar="TEXT", help="opt_region")
@_option("--year", metavar="YEAR", help="opt_year")
@_option("--type", "document_type", metavar="TYPE", help="opt_type")
@_option("--section", metavar="LABEL", help="opt_section")
@_option("--category", metavar="CATEGORY", help="opt_category")
@_option("--unit", metavar="UNIT", help="opt_unit")
@_option("--min", "smallest", type=_Number(), metavar="NUMBER", help="opt_min")
@_option("--max", "largest", type=_Number(), metavar="NUMBER", help="opt_max")
@_option("--limit", type=_Count(), metavar="N", help="opt_limit")
@_option("--format", "form", type=_Choice(["table", "jsonl", "csv"]), metavar="FORMAT", help="opt_format_search")
@click.pass_context
def search(
    ctx: click.Context,
    /,
    ledger_path: Path,
    query: tuple[str, ...],
    limit: int | None,
    form: str | None,
    **filters: Any,
) -> None:
    from jixiao.ledger import Filters

    options = _options(ctx, [ledger_path])
    say = _say(ctx)
    filters["section"] = _label("--section", filters["section"], "section")
    filters["category"] = _label("--category", filters["category"], "category")
    filters["document_type"] = _label("--type", filters["document_type"], "document_type")
    with _opened(ledger_path) as ledger:
        hits = ledger.search(" ".join(query), Filters(**filters), limit or options.search.limit or 20)
    form = form or options.search.format or "table"
    if form == "table":
        from jixiao.export import terminal

        with _console(None) as console:
            terminal.hits_list(console, hits, say)
        return
    with _output(None) as stream:
        if form == "jsonl":
            for hit in hits.items:
                stream.write(_hit_line(hit))
        else:
            from jixiao.export.tabular import hit_rows, write_rows

            write_rows(stream, hit_rows(hits.items, say.language))


def _hit_line(hit: Hit) -> bytes:
    """A claim as in the JSONL of ``extract``, with what an answer adds."""
    import json

    from jixiao.records import to_json

    document = hit.document
    line = json.loads(to_json(hit.claim))
    line["section"] = hit.section.title if hit.section else None
    line["line"] = hit.line
    line["highlights"] = hit.highlights
    for name in ("path", "title", "organisation", "region", "fiscal_year", "document_type"):
        line[name] = getattr(document, name)
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _label(option: str, asked: str | None, kind: str) -> str | None:
    """A label by its own name or by its Chinese one. Raises :class:`UserError` where there is none such."""
    if asked is None:
        return None
    from typing import get_args

    from jixiao import records
    from jixiao.export.labels import VALUES

    labels = {
        "section": records.SECTION_LABELS,
        "category": records.CATEGORIES,
        "document_type": get_args(records.DocumentType),
    }[kind]
    by_name = {VALUES.get(label, label): label for label in reversed(labels)} | {label: label for label in labels}
    if asked not in by_name:
        names = [f"{label}（{VALUES[label]}）" if label in VALUES else label for label in labels]
        raise UserError("bad_choice", name=option, value=asked, choices="、".join(names))
    return str(by_name[asked])


@main.command(cls=_Command, help="schema_help")
@click.pass_context
def schema(ctx: click.Context) -> None:
    import json

    from jixiao.records import json_schema

    with _output(None) as stream:
        stream.write(json.dumps(json_schema(), ensure_ascii=False, indent=2).encode() + b"\n")


# ---- shared


def _tell(text: str) -> None:
    """A line on stderr, whatever a file's name or its reason holds."""
    click.echo(printable(text), err=True)


def _options(ctx: click.Context, beside: Sequence[Path]) -> Options:
    from jixiao.options import load

    options, folder = load(beside)
    ctx.meta["jixiao.folder"] = folder
    if options.lang and not ctx.meta.get("jixiao.lang_given"):
        ctx.meta["jixiao.lang"] = options.lang
    return options


@contextmanager
def _opened(path: Path, *, writing: bool = False) -> Iterator[Ledger]:
    """The ledger at ``path``; what SQLite finds wrong with it later is told like what it finds wrong at opening."""
    import sqlite3

    from jixiao.ledger import Ledger, explained

    try:
        with Ledger.open(path) if writing else Ledger.open_readonly(path) as ledger:
            yield ledger
    except sqlite3.Error as error:
        raise explained(error, path) from error


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    """Where bytes go: stdout, or a file that appears only when it is complete."""
    if path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path.is_dir():
        raise UserError("out_is_folder", path=path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        stream = draft.open("wb")
    except OSError as error:
        raise UserError("out_folder_missing", path=path) from error
    try:
        with stream:
            yield stream
        draft.replace(path)
    except OSError as error:
        raise UserError("disk", detail=error.strerror) from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _console(output: Path | None) -> Iterator[Console]:
    import io

    from jixiao.export.terminal import Terminal

    if output is None:
        yield Terminal(sys.stdout)
        sys.stdout.flush()
        return
    with _output(output) as stream:
        text = io.StringIO()
        yield Terminal(text, _FILE_WIDTH)
        stream.write(text.getvalue().encode("utf-8", "replace"))


@contextmanager
def _progress(say: Messages) -> Iterator[Any]:
    """A callback that shows a progress bar on a terminal once the work takes longer than :data:`_PATIENCE`."""
    if not sys.stderr.isatty():
        yield None
        return
    import time

    began = time.monotonic()
    bar: Any = None
    task: Any = None

    def advance(done: int, total: int, path: str) -> None:
        nonlocal bar, task
        if bar is None and time.monotonic() - began > _PATIENCE:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
            from rich.table import Column

            bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[name]}", markup=False, table_column=Column(no_wrap=True, ratio=1)),
                console=Console(stderr=True),
                expand=True,
                transient=True,
            )
            bar.start()
            task = bar.add_task(say("working"), total=total, name="")
        if bar is not None:
            bar.update(task, completed=done, name=Path(path).name)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()
