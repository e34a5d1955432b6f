"""``jixiao corpus …``, ``jixiao evaluate`` and ``jixiao train``: the commands of those who build training corpora."""

from __future__ import annotations

import click

from jixiao.shell import App


@click.group(cls=App, help="corpus_help")
def corpus() -> None:
    pass
