"""What an import keeps aside until all of it is written to the database."""

import tempfile

import pytest

from catalog.importing.photo_inspection import Spool
from catalog.products import Product


def test_full_disk_of_temporary_files_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is another one than the data directory's on many machines."""

    def fail(_: str) -> None:
        raise OSError(28, "No space left on device")

    with Spool() as spool:
        monkeypatch.setattr(spool._file, "write", fail)
        with pytest.raises(OSError, match="No space left") as told:
            spool.append(Product("one", "Bags"), [])
    assert told.value.filename == tempfile.gettempdir()
