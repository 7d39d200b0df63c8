"""Where things lie on disk: the data directory and what is below it.

Everything that a run writes goes below one directory, ``VITRINA_HOME`` (default: ``var`` in the working directory).
"""

import os
from pathlib import Path

PRETRAINED_BUNDLE = Path(__file__).parent / "pretrained"


def home_dir() -> Path:
    """The data directory as an absolute path; it need not exist yet."""
    return Path(os.environ.get("VITRINA_HOME") or "var").absolute()


def index_dir() -> Path:
    """Where snapshots are published."""
    return home_dir() / "index"


def bundle_dir() -> Path:
    """The model bundle in use: ``VITRINA_BUNDLE``, or the one that the project ships."""
    configured = os.environ.get("VITRINA_BUNDLE")
    return Path(configured).absolute() if configured else PRETRAINED_BUNDLE


def vector_store() -> str:
    """Where new indexes keep their vectors, ``VITRINA_VECTOR_STORE``; ``search.index.stores`` reads the address."""
    return os.environ.get("VITRINA_VECTOR_STORE") or "faiss:vectors.faiss"


def milvus_token() -> str:
    """Who this shop is to a Milvus server, ``VITRINA_MILVUS_TOKEN`` (user:password); empty: it asks nobody."""
    return os.environ.get("VITRINA_MILVUS_TOKEN") or ""
