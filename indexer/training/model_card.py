"""The card that tells people what a trained bundle is, what it was made of and how well it did."""

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.network.start import Start

_SHOWN = 12  # labels of a head


def describe_model(
    name: str,
    start: Start,
    origin: str,
    photos: Mapping[str, int],
    names: Mapping[str, Sequence[str]],
    metrics: Mapping[str, Any],
) -> str:
    """A model card (Markdown).

    Args:
        name: of the bundle.
        start: what it was trained on from.
        origin: what the photos are.
        photos: split -> how many.
        names: head -> labels.
        metrics: of validation.

    Source: Mitchell et al., "Model Cards for Model Reporting" (FAT* 2019), whose sections it follows.
    """
    heads = "\n".join(f"* **{head}** ({len(labels)}): {_list(labels)}" for head, labels in names.items())
    figures = "\n".join(f"| {key.replace('_', ' ')} | {value:.3f} |" for key, value in metrics.items())
    counted = ", ".join(f"{count:,} {split}" for split, count in photos.items())
    return f"""# Model card: {name}

**What it is.** {start.name}, fine-tuned by `python -m indexer train`, starting from {start.origin}.
It turns a photo into a vector of a *general*, a *style* and a *palette* part, and into probabilities of:

{heads}

**Data.** {origin}: {counted} photos. `split.csv` says which photo is which.

**Intended use.** Classifying and searching photos of this shop's products. Not for people: it neither recognises nor
describes anyone.

**Figures on validation photos**, which also chose when to stop and how to calibrate; expect a little less elsewhere:

| | |
|---|---|
{figures}

The held-out photos are judged by `python -m indexer evaluate`, whose report also shows where the model is wrong.

**Limits.** It knows the labels above and what this shop's photos look like, nothing else. Its licence follows from the
licences of the photos and of the network that it started from.
"""


def _list(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:_SHOWN])
    return f"{shown}, and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else shown
