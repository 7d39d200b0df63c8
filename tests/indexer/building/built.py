"""Builds of the drawn shop, and the engine over what they published."""

from catalog import Catalog
from indexer.building.build import BuildPaths, BuildReport, build_index
from search.engine import SearchEngine
from search.model.bundle import Bundle
from search.settings import PRETRAINED_BUNDLE


def build(catalog: Catalog, bundle: Bundle, paths: BuildPaths, *, full: bool = False) -> BuildReport:
    return build_index(catalog, bundle, paths, full=full, progress=False)


def open_engine(paths: BuildPaths) -> SearchEngine:
    return SearchEngine.open(paths.index_dir, PRETRAINED_BUNDLE)
