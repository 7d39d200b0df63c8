"""What commands take to be told of a source: ``import`` reads it as ``check`` does."""

import functools
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from catalog.feeds import FeedOptions

_WEB = ("https://", "http://")


@dataclass(frozen=True)
class ToldOfSource:
    """What a person says of a source, as texts that a command line or a form gives.

    Args:
        pairs: ``field=column``, for a table with columns of other names.
        format_name: of the format; None has the content tell.
        images: the folder of the photos, or the web address below which they lie.
        no_download: whether photos that are named by addresses are left where they are.
        currency: of prices that name none.
        shop_url: the shop's address.
    """

    pairs: tuple[str, ...] = ()
    format_name: str | None = None
    images: str | None = None
    no_download: bool = False
    currency: str | None = None
    shop_url: str | None = None

    @property
    def says_anything(self) -> bool:
        """Whether anything is said at all."""
        return self != ToldOfSource()

    @property
    def command_line(self) -> str:
        """The same as options of ``catalog import``."""
        named = (("--format", self.format_name), ("--images", self.images), ("--currency", self.currency))
        words = [word for pair in self.pairs for word in ("--map", pair)]
        words += [word for name, value in (*named, ("--shop-url", self.shop_url)) if value for word in (name, value)]
        return shlex.join([*words, *(["--no-download"] if self.no_download else [])])

    def find_problem(self) -> str:
        """What can't be meant, in a sentence that names the option; empty if all can."""
        if self.shop_url and not self.shop_url.startswith(_WEB):
            return f"--shop-url {self.shop_url!r} is no web address; write it as https://shop.example."
        if self.images and self.images.startswith(_WEB) and self.no_download:
            return "--images names a web address, and --no-download keeps us from it; leave one of them out."
        return ""

    def read(self) -> "tuple[Mapping[str, str], FeedOptions]":
        """The mapping and the options for ``import_source``.

        Raises:
            SourceError: a value can't be used; the message names the option.
        """
        from catalog.errors import SourceError
        from catalog.feeds import FeedOptions
        from catalog.feeds.columns import parse_mapping
        from catalog.feeds.values import parse_currency

        if problem := self.find_problem():
            raise SourceError(problem)
        on_web = bool(self.images) and str(self.images).startswith(_WEB)
        options = FeedOptions(
            self.format_name,
            Path(self.images) if self.images and not on_web else None,
            parse_currency(self.currency),
            self.shop_url,
            media_base=self.images if on_web else None,
            web_photos=not self.no_download,
        )
        return parse_mapping(self.pairs), options


def takes_source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument SOURCE and its options; it gets ``source`` and ``told``, a ToldOfSource."""

    @functools.wraps(command)
    def called(**given: Any) -> Any:
        told = ToldOfSource(**{name: given.pop(name) for name in ToldOfSource.__dataclass_fields__})
        if problem := told.find_problem():
            raise click.UsageError(problem)
        return command(told=told, **given)

    decorated: Callable[..., Any] = called
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


_OPTIONS = (
    click.argument("source"),
    click.option(
        "--map",
        "pairs",
        metavar="FIELD=COLUMN",
        multiple=True,
        help="The table's column for a field, for example --map product_id=sku. Repeatable.",
    ),
    click.option(
        "--format",
        "format_name",
        metavar="NAME",
        help="The format of SOURCE, where its content doesn't tell; a wrong NAME lists them.",
    ),
    click.option(
        "--images",
        metavar="DIR|URL",
        help="The folder in which the photos of SOURCE are looked up by file name, or the web address below which "
        "they lie.",
    ),
    click.option("--no-download", is_flag=True, help="Leave photos that are named by web addresses where they are."),
    click.option("--currency", metavar="CODE", help="The currency of an export's prices that name none, such as EUR."),
    click.option(
        "--shop-url", metavar="URL", help="The shop's address, for exports that name product pages without it."
    ),
)
