"""The import rules of docs/design.md, read from the source: who may know whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"catalog", "search", "indexer", "webapp"}
# Besides itself. "search.photo" means that module and no other: photos are opened in one place, by whoever opens them.
MAY_IMPORT = {
    "catalog": {
        "search.bounded_folder",
        "search.changes",
        "search.photo",
        "search.errors",
        "search.fields",
        "search.files",
        "search.private_files",
        "search.settings",
        "search.index.manifest",
        "search.model_quality.language",
    },
    "search": set(),
    "indexer": {"catalog", "search"},
    "webapp": {"catalog", "search"},
}
NEVER = {
    "catalog": {"keras", "tensorflow", "faiss", "flask"},
    "search": {"flask", "pandas", "tensorflow"},
    "indexer": {"flask"},
    "webapp": {"indexer"},
}
NEVER_AT_MODULE_LEVEL = {"search": {"keras"}, "webapp": {"tensorflow", "keras", "pandas"}}
# What importing a package must not drag in, however indirectly.
NEVER_LOADED = {
    "catalog": {"pandas", "pyarrow", "faiss", "tensorflow", "keras"},
    "search.index.manifest": {"faiss", "pyarrow", "ai_edge_litert", "numpy"},
    "search.photo": {"faiss", "pyarrow", "ai_edge_litert", "sqlalchemy"},
    "search.engine": {"pandas", "tensorflow", "keras", "flask"},
    "webapp": {"pandas", "tensorflow", "keras", "indexer"},
}
# Which rooms of its own package a room may import from, besides itself; a room is a folder, named below its package, or
# a module directly in the package. Such a module puts the rooms together and imports any of them; "errors" is
# everybody's.
ROOMS = {
    "catalog": {
        "storage": {"products", "storage.tables"},
        "backup": {"downloads", "storage", "storage.tables"},
        "checking": {
            "browsing",
            "downloads",
            "feeds",
            "feeds.formats",
            "importing",
            "spelling",
            "storage",
        },
        "downloads": set(),
        "storage.tables": set(),
        "storage.migrations": {"storage.tables"},
        "storage.migrations.versions": set(),
        "accounts": {"storage", "storage.tables"},
        "events": {"result_lists", "storage", "storage.tables"},
        "jobs": {"accounts", "storage", "storage.tables"},
        "labels": {"accounts", "spelling", "storage", "storage.tables"},
        "curation": {
            *("accounts", "events", "labels", "product_details", "result_lists", "spreadsheets", "storage"),
            "storage.tables",
        },
        "feeds": {
            *("feeds.exports", "feeds.formats", "money", "product_details", "products", "settings", "spelling"),
            "spreadsheets",
        },
        "feeds.exports": {"feeds", "money", "product_details", "products", "spelling"},
        "feeds.formats": {"feeds", "feeds.exports", "money", "spelling"},
        "importing": {
            "accounts",
            "curation",
            "downloads",
            "feeds",
            "labels",
            "product_details",
            "products",
            "repository",
            "settings",
            "source_options",
            "spelling",
            "spreadsheets",
            "storage",
            "storage.tables",
        },
        "changes": {
            "accounts",
            "feeds",
            "importing",
            "labels",
            "money",
            "product_details",
            "products",
            "repository",
            "spelling",
            "storage",
            "storage.tables",
        },
        "browsing": {"accounts", "product_details", "products", "storage", "storage.tables"},
        "demo": {"demo.garments", "demo.lines", "spreadsheets"},
        "demo.garments": {"demo"},
        "demo.lines": {"demo", "demo.garments"},
    },
    "search": {
        "model": {"changes", "photo"},
        "photos": {"photo"},
        "index": {"changes", "fields", "files", "index.milvus", "model", "query"},
        "index.milvus": {"fields", "index", "query", "settings"},
        "ranking": {"fields", "index", "model", "query", "words"},
        "model_quality": set(),
        "words": set(),
    },
    "indexer": {
        "corpus": set(),
        "network": {"corpus"},
        "building": {"calibration", "corpus", "progress", "single_run"},
        "training": {"calibration", "corpus", "csv_tables", "network"},
        "labels": {"corpus", "csv_tables", "single_run", "training"},
        "evaluation": {"building", "corpus", "csv_tables", "labels", "single_run", "training"},
        "verification": {"corpus"},
    },
    "webapp": {
        "http": set(),
        "services": {"http"},
        "shop": {"http", "services"},
        "api": {"http", "services"},
        "studio": {
            "http",
            "services",
            "studio.curation",
            "studio.imports",
            "studio.index",
            "studio.jobs",
            "studio.labels",
            "studio.products",
            "studio.quality",
        },
        "studio.curation": {"http", "services", "studio"},
        "studio.imports": {"http", "services", "studio"},
        "studio.index": {"http", "services", "studio"},
        "studio.jobs": {"http", "services", "studio"},
        "studio.labels": {"http", "services", "studio"},
        "studio.products": {"http", "services", "studio"},
        "studio.quality": {"http", "services", "studio"},
    },
}
OPEN_TO_ALL_ROOMS = {"errors"}


def imported(tree: ast.AST) -> set[str]:
    """Full names of the modules that the import statements below a node name."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names.add(node.module or "")
    return names


def at_module_level(tree: ast.Module) -> set[str]:
    """Imports that run when the module is imported: not those inside functions or under TYPE_CHECKING."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names |= imported(node)
    return names


def modules(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    assert found, f"no source in {package}"
    return found


@pytest.mark.parametrize("package", sorted(OURS))
def test_packages_import_only_whom_they_may_know(package: str) -> None:
    """The catalogue and the search know nobody (but the photo opener); nobody knows webapp."""
    for path in modules(package):
        names = imported(ast.parse(path.read_text(encoding="utf-8")))
        ours = {name for name in names if name.split(".")[0] in OURS - {package}}
        allowed = MAY_IMPORT[package]
        forbidden = {name for name in ours if name not in allowed and name.split(".")[0] not in allowed}
        assert not forbidden, f"{path.relative_to(ROOT)} imports {forbidden}"


def imported_modules(path: Path, package: str) -> set[str]:
    """Names below ``package`` of its modules that a file imports, "studio.texts", also by ``from webapp import x``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    ours = {name.removeprefix(f"{package}.") for name in found if name.startswith(f"{package}.")}
    return {name for name in ours if is_module(ROOT / package / name.replace(".", "/"))}


def is_module(path: Path) -> bool:
    """Whether a path without its ending is a module, or a folder whose ``__init__.py`` is one."""
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def module_name(path: Path, package: str) -> str:
    """A file's name below its package: "feeds.text"; "feeds" for the folder's ``__init__.py``."""
    return ".".join(path.relative_to(ROOT / package).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str, package: str) -> str:
    """The folder that a module lies in, or that it stands for; a module directly in its package is named itself."""
    folder = (ROOT / package / module.replace(".", "/")).is_dir()
    return module if folder else module.rpartition(".")[0] or module


@pytest.mark.parametrize("package", sorted(ROOMS))
def test_rooms_import_only_from_whom_they_may(package: str) -> None:
    """Each room has its neighbours; a new arrow between rooms is decided here, not by whoever needs a function."""
    for path in modules(package):
        if path.parent == ROOT / package:
            continue
        room = room_of(module_name(path, package), package)
        assert room in ROOMS[package], f"{package}/{room} is no room of {package} yet"
        names = imported_modules(path, package) - OPEN_TO_ALL_ROOMS
        absent = {name for name in ROOMS[package][room] if not is_module(ROOT / package / name.replace(".", "/"))}
        assert not absent, f"{package}/{room} may import from {absent}, which isn't there"
        forbidden = {name for name in names if room_of(name, package) not in {room, *ROOMS[package][room]}}
        assert not forbidden, f"{path.relative_to(ROOT)} imports {forbidden}"


@pytest.mark.parametrize("package", sorted(ROOMS))
def test_no_files_import_each_other_in_a_circle(package: str) -> None:
    """So that each file can be read, and moved, after those that it imports."""
    needed = {module_name(path, package): imported_modules(path, package) for path in modules(package)}
    waiting = {name: needs - {name} for name, needs in needed.items()}
    while ready := {name for name, needs in waiting.items() if not needs & waiting.keys()}:
        waiting = {name: needs for name, needs in waiting.items() if name not in ready}
    assert not waiting, f"these import each other: {sorted(waiting)}"


@pytest.mark.parametrize("package", sorted(OURS))
def test_packages_stay_away_from_what_they_must_not_need(package: str) -> None:
    """The catalogue needs no TensorFlow, the search no Flask, the web app no training code."""
    for path in modules(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        roots = {name.split(".")[0] for name in imported(tree)}
        top = {name.split(".")[0] for name in at_module_level(tree)}
        assert not roots & NEVER[package], f"{path.relative_to(ROOT)} imports {roots & NEVER[package]}"
        late = NEVER_AT_MODULE_LEVEL.get(package, set())
        assert not top & late, f"{path.relative_to(ROOT)} imports {top & late} at module level"


@pytest.mark.parametrize("module", sorted(NEVER_LOADED))
def test_importing_is_light(module: str) -> None:
    """A web worker must not wait seconds for TensorFlow, not even through somebody else's import."""
    code = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
        ).stdout.split()
    )
    assert module.split(".")[0] in loaded
    assert not loaded & NEVER_LOADED[module]


def test_the_drawn_boutique_is_imported_when_it_is_drawn() -> None:
    """A shop's own catalogue never waits for the demo boutique's renderer."""
    for package in sorted(OURS):
        for path in modules(package):
            names = at_module_level(ast.parse(path.read_text(encoding="utf-8")))
            early = {name for name in names if name.startswith("catalog.demo")}
            assert not early or path.is_relative_to(ROOT / "catalog" / "demo"), f"{path.relative_to(ROOT)}: {early}"
