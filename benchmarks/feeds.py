"""How fast an export of many variants is read, and in how much memory: rows a second without photos, and the peak.

    python benchmarks/feeds.py [ROWS]

It writes a Shopify export of that many variants (100,000 if nothing is said) to a temporary folder, and reads it to the
end in a process of its own, as the first reading of an import does.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 100_000
_SIZES, _COLOURS = ("S", "M", "L", "XL", "XXL"), ("Red", "Navy")
_HEADER = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value"),
    *("Option2 Name", "Option2 Value", "Variant SKU", "Variant Inventory Qty", "Variant Inventory Policy"),
    *("Variant Price", "Variant Compare At Price", "Variant Image", "Image Src", "Image Position", "Status"),
)


def write_export(path: Path, rows: int) -> None:
    """A product for every ten variants: five sizes in two colours."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for number in range(rows):
            handle, variant = f"coat-{number // 10}", number % 10
            colour, size = _COLOURS[variant // 5], _SIZES[variant % 5]
            described = (f"Coat {handle}", "<p>Warm &amp; light.</p>", "Nimbus", "Coats", "wool, new", "TRUE")
            first = described if variant == 0 else ("",) * len(described)
            options = ("Color" if not variant else "", colour, "Size" if not variant else "", size)
            bought = (f"{handle}-{variant}", number % 7, "deny", f"{40 + variant}.90", "59.90")
            photos = (f"{handle}-{colour}.jpg", f"{handle}.jpg" if variant == 0 else "", 1 if variant == 0 else "")
            writer.writerow((handle, *first, *options, *bought, *photos, "active" if variant == 0 else ""))


def read_export(path: Path) -> str:
    """Read all of it, and describe what it took."""
    from catalog.feeds import FeedOptions, FeedRow, open_feed

    before = _peak_mib()
    started, used = time.perf_counter(), time.process_time()
    products = sum(isinstance(item, FeedRow) for item in open_feed(path, {}, FeedOptions(currency="EUR")).rows())
    seconds, used = time.perf_counter() - started, time.process_time() - used
    rows = sum(1 for _ in path.open(encoding="utf-8")) - 1
    return (
        f"{rows:,} variants became {products:,} products in {seconds:.1f} s, {rows / seconds:,.0f} rows a second "
        f"({rows / used:,.0f} a second of one processor); "
        f"peak {_peak_mib():.0f} MiB, {before:.0f} MiB before the first row"
    )


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Write the export, and let another process read it, whose memory then holds nothing else."""
    if len(sys.argv) == 3:
        print(read_export(Path(sys.argv[2])))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "products_export.csv")
        write_export(path, rows)
        subprocess.run([sys.executable, __file__, "read", str(path)], check=True)


if __name__ == "__main__":
    main()
