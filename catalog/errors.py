"""The errors that this package raises on purpose, as one tree.

CatalogError
├── SourceError                   the folder or table to import can't be used as a whole
│   ├── MappingError              a --map names no field, or is not field=column
│   ├── MissingColumnError        the table lacks a column that is needed or that --map names
│   ├── NothingUsableError        every row or photo was rejected, or there was none
│   └── DownloadError             what a web address names can't be downloaded
├── UnknownSourceError            no product came from this source
├── PruneLimitError               a limit of pruning is neither a number nor a share
├── SettingError                  an environment variable has a value that can't be used
├── UnknownProductError           the catalogue has no such product
├── ProductEditError              an edit of a product that can't be made
├── UnknownAttributeError         no product has such an attribute
├── AccountError                  an account can't be added or changed in this way
├── LabelError                    a text can't be a product's label
├── UnknownRuleError              there is no such curation rule
├── RuleError                     the terms of a curation rule make no sense
├── EditConflictError             somebody else has changed the edited thing since it was read
├── JobError                      a job can't be started or done
│   ├── JobRunningError           another job is running, and only one runs at a time
│   ├── UnknownJobError           there is no such job
│   └── JobEndedError             the job has ended already, or another process does it
├── DatabaseError                 the database can't be opened, read or written
│   ├── UnstorableValueError      a value that no database takes, such as a text with a null character in it
│   ├── DatabaseLockedError       another process is writing; a later attempt may succeed
│   ├── LostCatalogError          the database's file is gone, though there was one
│   └── SchemaVersionError        the tables have a layout that this version doesn't know
├── BackupError                   a backup can't be made, read or brought back
└── DemoError                     the demo boutique can't be drawn

A single bad row or photo raises no error: it is counted and written to the rejects file.
"""


class CatalogError(Exception):
    """The root of the tree: whoever catches it catches every error that this package raises on purpose."""


class SourceError(CatalogError):
    """The folder or table can't be imported; nothing was written."""


class MappingError(SourceError):
    """A ``--map`` can't be followed."""


class MissingColumnError(SourceError):
    """The table lacks a needed column; the message names the columns that it has."""


class NothingUsableError(SourceError):
    """The source holds not a single product that can be imported."""


class DownloadError(SourceError):
    """A photo or a feed can't be downloaded; the message says why.

    ``again``: whether another attempt may succeed; ``wait_seconds``: how long the server asks to wait before it.
    """

    def __init__(self, message: str, *, again: bool = False, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.again = again
        self.wait_seconds = wait_seconds


class UnknownSourceError(CatalogError):
    """The catalogue knows no source of this name; the message lists those that it knows."""


class PruneLimitError(CatalogError):
    """A limit of pruning is neither a number of products nor a share of them."""


class SettingError(CatalogError):
    """A setting has a value that can't be used; the message names the variable and the values that it takes."""


class UnknownProductError(CatalogError):
    """The catalogue holds no product of this id."""


class ProductEditError(CatalogError):
    """An edit of a product that makes no sense; the message says which product and what is needed."""


class UnknownAttributeError(CatalogError):
    """No product of the catalogue has an attribute of this name."""


class AccountError(CatalogError):
    """An account can't be added or changed in this way; the message says what is needed."""


class LabelError(CatalogError):
    """A text can't be a product's label; the message says what a label must be."""


class UnknownRuleError(CatalogError):
    """No curation rule has this id."""


class RuleError(CatalogError):
    """The terms of a rule make no sense; ``problems``: field -> a code of ``rule_terms.PROBLEMS``."""

    def __init__(self, message: str, problems: dict[str, str]) -> None:
        super().__init__(message)
        self.problems = problems


class EditConflictError(CatalogError):
    """Somebody else has changed the edited thing since it was read; nothing was written."""


class JobError(CatalogError):
    """A job can't be started or done; the message says why."""


class JobRunningError(JobError):
    """Another job is running, and only one runs at a time."""


class UnknownJobError(JobError):
    """No job has this id."""


class JobEndedError(JobError):
    """The job has ended already, or another process does it."""


class DatabaseError(CatalogError):
    """The database can't be opened, read or written; the message says which database and why."""


class UnstorableValueError(DatabaseError):
    """A value that the database refuses: a text with a null character or half a character, a number beyond 64 bits."""


class DatabaseLockedError(DatabaseError):
    """Another process held the write lock for longer than this one waits."""


class LostCatalogError(DatabaseError):
    """The catalogue's file is missing or empty, though its data directory shows that there was one."""


class SchemaVersionError(DatabaseError):
    """The tables have a layout that this version of Vitrina doesn't know, such as a newer one."""


class BackupError(CatalogError):
    """A backup that can't be made, read or brought back; what there was is as it was."""


class DemoError(CatalogError):
    """The demo boutique can't be drawn into the given directory."""
