"""Size, time and likeness of the shop's scaled photos by format: AVIF against WebP.

Draws the demo boutique, scales a sample of its packshots and of its shoppers' photos as the shop does, and codes them.
Time is processor time on one thread. Likeness is SSIM of the luma against the scaled original; 1 is the same.
"""

import io
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from catalog.demo import render_demo
from search.photo import open_photo
from webapp.services.thumbnails import CODECS

SAMPLE = 48  # photos of each kind at most
SEED = 7
WIDTHS = (320, 480)  # pixels: cards on a phone; the demo's originals have 480
SETTINGS = [(suffix, dict(CODECS[suffix].options)) for suffix in ("webp", "avif")] + [
    ("avif", {"quality": quality, "speed": speed, "max_threads": 1}) for quality, speed in ((65, 9), (55, 8), (55, 6))
]


def main() -> None:
    """Print a line for each kind of photo, width and setting."""
    with tempfile.TemporaryDirectory() as folder:
        render_demo(Path(folder), seed=SEED)
        print(f"{'photos':9} {'width':>5}  {'setting':32} {'KB':>6} {'ms':>6} {'SSIM':>7}   means of a photo; one run")
        for kind in ("photos", "shopper"):
            files = sorted(path for path in (Path(folder) / kind).rglob("*.*"))
            chosen = files[:: max(1, len(files) // SAMPLE)][:SAMPLE]
            for width in WIDTHS:
                images = [_scale(path, width) for path in chosen]
                for suffix, options in SETTINGS:
                    print(f"{kind:9} {width:>5}  {_measure(images, suffix, options)}")


def _scale(path: Path, width: int) -> Image.Image:
    image = open_photo(path, max_side=2 * width)
    if image.width <= width:
        return image
    return image.resize((width, round(image.height * width / image.width)), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _measure(images: list[Image.Image], suffix: str, options: dict[str, object]) -> str:
    seconds, sizes, likenesses = 0.0, [], []
    for image in images:
        coded = io.BytesIO()
        started = time.process_time()
        image.save(coded, CODECS[suffix].name, **options)
        seconds += time.process_time() - started
        sizes.append(len(coded.getvalue()))
        likenesses.append(_likeness(image, Image.open(coded)))
    words = " ".join(f"{name} {value}" for name, value in options.items() if name != "max_threads")
    means = f"{np.mean(sizes) / 1024:6.1f} {seconds / len(images) * 1000:6.1f} {np.mean(likenesses):7.4f}"
    return f"{suffix + ' ' + words:32} {means}"


def _likeness(one: Image.Image, other: Image.Image) -> float:
    """SSIM (Wang et al. 2004) with a Gaussian window of 1.5 pixels."""
    x, y = (np.asarray(image.convert("L"), dtype=np.float64) for image in (one, other))
    mean_x, mean_y = gaussian_filter(x, 1.5), gaussian_filter(y, 1.5)
    variance_x = gaussian_filter(x * x, 1.5) - mean_x**2
    variance_y = gaussian_filter(y * y, 1.5) - mean_y**2
    covariance = gaussian_filter(x * y, 1.5) - mean_x * mean_y
    first, second = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_x * mean_y + first) * (2 * covariance + second)
    return float(np.mean(likeness / ((mean_x**2 + mean_y**2 + first) * (variance_x + variance_y + second))))


if __name__ == "__main__":
    main()
