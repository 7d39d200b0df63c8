"""``python -m search PHOTO``: one search on the command line."""

import json
import sys
from dataclasses import asdict
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
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), default=10, show_default=True, help="How many products.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def main(photo: Path, limit: int, as_json: bool) -> None:
    """Show what the shop has that looks like PHOTO."""
    try:
        engine = SearchEngine.open(index_dir(), bundle_dir())
        answer = engine.search_photo(open_photo(photo, max_side=_MAX_SIDE), SearchRequest(limit=limit))
    except SearchError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    if as_json:
        print(json.dumps(_describe(answer), ensure_ascii=False, indent=1))
    else:
        _print_answer(answer, engine)


def _describe(answer: Answer) -> dict[str, object]:
    """The answer as JSON, under the names that the JSON API uses."""
    return {"recognised" if name == "in_distribution" else name: value for name, value in asdict(answer).items()}


def _print_answer(answer: Answer, engine: SearchEngine) -> None:
    print(_describe_prediction(answer))
    for guess in answer.prediction:
        print(f"  {guess.probability:6.1%}  {guess.category}")
    similar = "Similar products" if answer.in_distribution else "The least unlike products"
    for heading, hits in ((similar, answer.similar), ("Goes with it", answer.goes_with)):
        print(f"{heading} ({len(hits)})")
        for hit in hits:
            variants = f"  (+{len(hit.variants)} variants)" if hit.variants else ""
            print(f"  {hit.score:6.3f}  {hit.product_id:24} {engine.title(hit.product_id) or hit.category}{variants}")
    took = ", ".join(f"{stage} {milliseconds:.0f} ms" for stage, milliseconds in answer.took_ms.items())
    print(f"Index {answer.snapshot.id}: {answer.snapshot.products} products; {took}")


def _describe_prediction(answer: Answer) -> str:
    """The line above the categories: how much the search trusts them."""
    if not answer.in_distribution:
        return "Nothing in the catalogue looks like this photo. Its categories, as guesses:"
    return "It looks like" if answer.sure else "It isn't clear what it is. It may be"


if __name__ == "__main__":
    main(prog_name="python -m search")
