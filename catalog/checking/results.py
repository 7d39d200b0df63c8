"""What a check of a source found, as plain values."""

import shlex
from dataclasses import asdict, dataclass, field
from typing import Any

from catalog.checking.finding_texts import ENGLISH_TEXTS, word_finding

REJECTED, DOUBTFUL, MISSING = "rejected", "doubtful", "missing"  # levels of a finding, the worst first
EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """One product or photo that shows a finding."""

    row: int | None
    product_id: str
    text: str = ""  # what is to be said of it
    photo: str = ""  # path of a photo that can be opened; empty where there is none
    field: str = ""  # the field of the value that is meant; empty where it is the whole row, or a photo


@dataclass
class Finding:
    """Something that a person should know before the import."""

    level: str  # REJECTED, DOUBTFUL or MISSING
    kind: str  # of ``finding_texts``, which words it
    count: int  # how many products, rows or photos
    of: int = 0  # of how many; 0 where that says nothing
    examples: list[Example] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)  # of its sentence
    text: str = ""  # the sentence in English, and what to do; filled in
    advice: str = ""

    def __post_init__(self) -> None:
        self.text, self.advice = word_finding(self.kind, self.values, ENGLISH_TEXTS)


@dataclass
class SourceCheck:
    """The whole of a check."""

    source: str
    format: str = ""  # as people know it
    problem: str = ""  # why nothing of the source can be read, in a sentence; empty if it can
    columns: list[str] = field(default_factory=list)  # of a table
    mapping: dict[str, str] = field(default_factory=dict)  # field -> column, of a table
    guessed: list[str] = field(default_factory=list)  # fields of the mapping that were guessed
    public: list[str] = field(default_factory=list)  # attributes that shoppers would see
    private: list[str] = field(default_factory=list)  # attributes that they wouldn't
    products: int = 0
    photos: int = 0
    photos_opened: int = 0
    web_photos: int = 0
    categories: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    samples: list[Example] = field(default_factory=list)  # products as they would be imported
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def options(self) -> str:
        """The options of ``catalog import`` that say what was guessed."""
        return " ".join(f"--map {shlex.quote(f'{name}={self.mapping[name]}')}" for name in self.guessed)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)
