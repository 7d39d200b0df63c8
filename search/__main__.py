"""``python -m search PHOTO``: one search on the command line."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import click

from search.engine import SearchEngine
from search.errors import SearchError
from search.photo import open_photo
from search.query import MAX_LIMIT, Answer, SearchRequest
from search.settings import bundle_dir, index_dir

_MAX_SIDE = 1024  # pixels; more adds nothing to a network that looks at a few hundred


@click.command()
@click.argument("photo", type=click.Path(path_type=Path))
@click.option(
    "--limit", type=click.IntRange(1, MAX_LIMIT), default=10, show_default=True, help="How many products, in each list."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def main(photo: Path, limit: int, as_json: bool) -> None:
    """Show what the shop has that looks like PHOTO."""
    try:
        with _quiet_libraries():
            engine = SearchEngine.open(index_dir(), bundle_dir())
            answer = engine.search_photo(open_photo(photo, max_side=_MAX_SIDE), SearchRequest(limit=limit))
    except SearchError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    if as_json:
        print(json.dumps(_describe(replace(answer, goes_with=answer.goes_with[:limit])), ensure_ascii=False, indent=1))
    else:
        _print_answer(answer, engine, limit)


def _describe(answer: Answer) -> dict[str, object]:
    """The answer as JSON, under the names that the JSON API uses."""
    return {"recognised" if name == "in_distribution" else name: value for name, value in asdict(answer).items()}


def _print_answer(answer: Answer, engine: SearchEngine, limit: int = MAX_LIMIT) -> None:
    print(_describe_prediction(answer))
    for guess in answer.likely:
        print(f"  {guess.probability:6.1%}  {guess.category}")
    similar = "Similar products" if answer.in_distribution else "The least unlike products"
    for heading, hits in ((similar, answer.similar), ("Goes with it", answer.goes_with[:limit])):
        print(f"{heading} ({len(hits)})")
        for hit in hits:
            count = len(hit.variants)
            variants = f"  (+{count} {'variant' if count == 1 else 'variants'})" if count else ""
            print(f"  {hit.score:6.3f}  {hit.product_id:24} {engine.title(hit.product_id) or hit.category}{variants}")
    took = ", ".join(f"{stage} {milliseconds:.0f} ms" for stage, milliseconds in answer.took_ms.items())
    print(f"Index {answer.snapshot.id}: {_count_products(answer.snapshot.products)}; {took}")


def _count_products(count: int) -> str:
    return f"{count:,} {'product' if count == 1 else 'products'}"


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Send to nowhere what native libraries write to standard error, past Python; LiteRT announces itself there."""
    sys.stderr.flush()
    with Path(os.devnull).open("wb") as nowhere:
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _describe_prediction(answer: Answer) -> str:
    """The line above the categories: how much the search trusts them."""
    if not answer.in_distribution:
        return "Nothing in the catalogue looks like this photo. Its categories, as guesses:"
    return "It looks like" if answer.sure else "It isn't clear what it is. It may be"


if __name__ == "__main__":
    main(prog_name="python -m search")
