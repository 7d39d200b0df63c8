"""Files that were sent through the studio: what is a source stays, what came to nothing goes."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from catalog import Catalog
from catalog.importing import import_source
from catalog.importing.sent_sources import KEPT_DAYS, remove_unused_sources


def test_what_was_sent_and_never_imported_goes_after_a_while(
    catalog: Catalog, home: Path, shop: Path, draw: Callable[..., Path], tmp_path: Path
) -> None:
    """Not what was sent lately, nor what products come from, by whichever name the data directory is known."""
    draw("1.jpg")
    folder = home / "uploads"
    folder.mkdir(parents=True)
    table = f"product_id,category,image\none,Bags,{shop / '1.jpg'}\n"
    for name in ("imported.csv", "never.csv", "lately.csv"):
        (folder / name).write_text(table)
    import_source(catalog, folder / "imported.csv", progress=False)
    long_ago = time.time() - (KEPT_DAYS + 1) * 86_400
    for name in ("imported.csv", "never.csv"):
        os.utime(folder / name, (long_ago, long_ago))
    other = tmp_path / "other-name"
    other.symlink_to(home)
    assert remove_unused_sources(catalog, other) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["imported.csv", "lately.csv"]
    assert remove_unused_sources(catalog, tmp_path / "nothing here") == 0
