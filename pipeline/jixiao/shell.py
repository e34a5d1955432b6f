"""What the commands share: options and errors in the user's language, output that appears only when complete, progress."""

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

    from jixiao.ledger import Ledger
    from jixiao.linear import Models
    from jixiao.options import Options

    _ChoiceType = click.Choice[str]
    _DecimalType = click.ParamType[Decimal]
    _CountType = click.ParamType[int]
    _ShareType = click.ParamType[float]
else:  # generic only in the latest click
    _ChoiceType, _DecimalType, _CountType, _ShareType = click.Choice, *(click.ParamType,) * 3

F = TypeVar("F", bound=Callable[..., Any])

EXIT_TROUBLE = 1
EXIT_WRONG_USE = 2
EXIT_INTERRUPTED = 130
_NOT_THE_USE = ("disk", "ledger_busy", "ledger_broken")  # errors of the machine, not of the one who typed
_FILE_WIDTH = 120  # columns of a table that goes to a file
_PATIENCE = 2.0  # seconds before a progress bar appears


def sayer(ctx: click.Context | None) -> Messages:
    return Messages(ctx.meta.get("jixiao.lang", "zh") if ctx else "zh")


class Option(click.Option):
    """An option whose help is the key of a message."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None or self.help is None:
            return record
        return record[0], sayer(ctx)(self.help)

    def make_metavar(self, ctx: click.Context) -> str:
        return "" if self.is_flag else (self.metavar or self.name or "").upper()


class Command(click.Command):
    """A command whose help is the key of a message."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        say = sayer(ctx)
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
            formatter.write_text(sayer(ctx)(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(sayer(ctx)("head_options")):
            formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return Option(
            ["--help"], is_flag=True, is_eager=True, expose_value=False, help="opt_help", callback=_print_help
        )


def _print_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


class App(Command, click.Group):
    """The group of all commands; its :meth:`main` turns every error into one line that says what to do."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        say = sayer(ctx)
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
            say = sayer(error.ctx) if error.ctx else say
            tell(say("error", message=_explained(error, say)))
            if error.ctx is not None:
                click.echo(say("try_help", command=error.ctx.command_path), err=True)
            code = EXIT_WRONG_USE
        except UserError as error:
            tell(say("error", message=say.of(error)))
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


class Choice(_ChoiceType):
    """A choice whose error is a message of ours."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices:
            return str(value)
        raise UserError(
            "bad_choice", name=param.opts[-1] if param else "", value=value, choices="、".join(self.choices)
        )


_NUMBER = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)(十|百|千|万|亿)?")
_SCALE = {None: 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


class Number(_DecimalType):
    """A decimal number, with 万 or 亿 if wanted."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        found = _NUMBER.fullmatch(str(value).replace(",", "").replace("，", ""))
        if not found or len(found[1]) > 40:
            raise UserError("bad_number", name=param.opts[-1] if param else "", value=value)
        return Decimal(found[1]) * _SCALE[found[2]]


class Share(_ShareType):
    """A number from 0 to 1."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value)
        if not re.fullmatch(r"0*(?:0|1)?(?:\.[0-9]{1,9})?", text) or not text or not 0 <= float(text) <= 1:
            raise UserError("bad_share", name=param.opts[-1] if param else "", value=value)
        return float(text)


class Count(_CountType):
    name = "count"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit()) or not 0 < int(text[:12]) < 10**9:
            raise UserError("bad_integer", name=param.opts[-1] if param else "", value=value)
        return int(text)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, **settings)


def set_language(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        ctx.meta["jixiao.lang"] = value
        ctx.meta["jixiao.lang_given"] = True


def print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"jixiao {__version__}")
        ctx.exit()


def tell(text: str) -> None:
    """A line on stderr, whatever a file's name or its reason holds."""
    click.echo(printable(text), err=True)


def options_for(ctx: click.Context, beside: Sequence[Path]) -> Options:
    from jixiao.options import load

    options, folder = load(beside)
    ctx.meta["jixiao.folder"] = folder
    if options.lang and not ctx.meta.get("jixiao.lang_given"):
        ctx.meta["jixiao.lang"] = options.lang
    return options


def is_ledger(path: Path) -> bool:
    """Whether a file is a database rather than a document."""
    return path.is_file() and path.open("rb").read(15) == b"SQLite format 3"


UNWRITTEN = frozenset((".pdf", ".doc", ".docx", ".wps", ".xls", ".et"))


def format_of(output: Path | None) -> str | None:
    """The format that the ending of an output file tells; None for others and for the terminal.

    Raises :class:`UserError` for the endings of office files that a table of text would only pretend to be.
    """
    endings = {".jsonl": "jsonl", ".json": "json", ".csv": "csv", ".xlsx": "xlsx", ".html": "html", ".htm": "html"}
    if output is None:
        return None
    ending = output.suffix.lower()
    if ending in UNWRITTEN:
        raise UserError("unwritten_format", ending=ending)
    return endings.get(ending)


@contextmanager
def open_ledger(path: Path, *, writing: bool = False) -> Iterator[Ledger]:
    """The ledger at ``path``; what SQLite finds wrong with it later is told like what it finds wrong at opening."""
    import sqlite3

    from jixiao.ledger import Ledger, explained

    try:
        with Ledger.open(path) if writing else Ledger.open_readonly(path) as ledger:
            yield ledger
    except sqlite3.Error as error:
        raise explained(error, path) from error


def chosen_models(folder: Path | None) -> Models | None:
    """The models of ``--models``: of a folder, none for the word ``none``, those shipped where nothing was said."""
    from jixiao import linear

    if folder is None:
        return None
    if str(folder) == "none":
        return linear.RULES_ONLY
    try:
        return linear.load(folder)
    except linear.ModelError as error:
        raise UserError("models_wrong", detail=error) from error


@contextmanager
def open_output(path: Path | None) -> Iterator[BinaryIO]:
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
def open_console(output: Path | None) -> Iterator[Console]:
    import io

    from jixiao.export.terminal import Terminal

    if output is None:
        yield Terminal(sys.stdout)
        sys.stdout.flush()
        return
    with open_output(output) as stream:
        text = io.StringIO()
        yield Terminal(text, _FILE_WIDTH)
        stream.write(text.getvalue().encode("utf-8", "replace"))


@contextmanager
def progress_bar(say: Messages) -> Iterator[Any]:
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
            bar.update(task, completed=done, total=total, name=Path(path).name)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()
