"""The category of a product, from the paths of all the categories that it stands in."""

from collections.abc import Iterable

from catalog.spelling import fold, tidy_name

# Where a shop shows products for a while, whatever they are.
_PROMOTIONS = frozenset(
    {"sale", "sales", "promotion", "promotions", "new", "new in", "new arrivals", "what's new", "outlet", "clearance"}
    | {
        "deals",
        "offers",
        "special offers",
        "bestsellers",
        "best sellers",
        "featured",
        "collections",
        "gifts",
        "home page",
    }
    | {"ofertas", "rebajas", "novedades", "angebote", "neu", "neuheiten", "soldes", "promo", "nouveautés", "saldi"}
    | {"novità", "promoções", "novidades", "aanbiedingen", "nieuw", "uncategorized", "sin categorizar"}
)


def split_path(path: str, separator: str) -> list[str]:
    """The names of a path, from the most general to the category itself."""
    return [name for name in map(tidy_name, path.split(separator)) if name]


def choose_path(paths: Iterable[str], separator: str, *, roots: int = 0) -> list[str]:
    """The path that says best what a product is: the deepest one, and one of promotions only if there is no other.

    Args:
        paths: the paths, as the export writes them.
        separator: what stands between the names of a path.
        roots: the number of names at the beginning of each path that name no category.

    Returns:
        The names of the path; an empty list if there is none.
    """
    found = [names for path in paths if (names := split_path(path, separator)[roots:])]
    return max(found, key=lambda names: (not _is_promotion(names), len(names)), default=[])


def list_further_paths(paths: Iterable[str], separator: str, chosen: list[str], *, roots: int = 0) -> tuple[str, ...]:
    """The paths that ``choose_path`` left, with " > " between their names; no promotions, and no part of the chosen."""
    found = (split_path(path, separator)[roots:] for path in paths)
    kept = [names for names in found if names and names != chosen[: len(names)] and not _is_promotion(names)]
    return tuple(dict.fromkeys(" > ".join(names) for names in kept))


def _is_promotion(names: list[str]) -> bool:
    return any(fold(name) in _PROMOTIONS for name in names)
