"""Everything that the catalogue can refuse, as one tree.

CatalogError
├── SourceError                   what was given to import can't be read as a whole
│   ├── MappingError              a --map that names no field, or is not field=column
│   ├── MissingColumnError        the table lacks a column that is needed or was named
│   ├── ContradictingRowsError    two rows say different things about one product
│   └── NothingUsableError        every row or photo was rejected, or there were none
├── SettingError                  an environment variable whose value can't be used
├── UnknownProductError           the catalogue has no such product
├── AccountError                  an account that can't be made or changed as asked
├── LabelError                    a text that can't be a product's label
├── UnknownRuleError              there is no such rule of curation
├── RuleError                     a rule of curation that makes no sense
├── EditConflictError             somebody else changed it since it was read; nothing was written
├── JobError                      a job that can't be started or done
│   ├── JobRunningError           one is at work, and one runs at a time
│   ├── UnknownJobError           there is no such job
│   └── JobEndedError             it has ended already, or another process does it
├── DatabaseError                 the database can't be opened, read or written
│   ├── DatabaseLockedError       somebody else is writing; waiting helps
│   └── SchemaVersionError        another version of Vitrina laid out the tables
└── DemoError                     the demo boutique can't be drawn

A single bad row or photo raises nothing: it is counted and written to the rejects file.
"""


class CatalogError(Exception):
    """The root: catch it to catch every error that this package raises on purpose."""


class SourceError(CatalogError):
    """A folder or table that can't be imported; nothing was written."""


class MappingError(SourceError):
    """A ``--map`` that can't be followed."""


class MissingColumnError(SourceError):
    """A needed column that the table doesn't have; the message names the ones that it has."""


class ContradictingRowsError(SourceError):
    """One product id with different data in two rows."""


class NothingUsableError(SourceError):
    """A source without a single product that could be imported."""


class SettingError(CatalogError):
    """A setting that makes no sense; the message names the variable and what it takes."""


class UnknownProductError(CatalogError):
    """A product id that the catalogue doesn't hold."""


class AccountError(CatalogError):
    """An account that can't be made or changed so; the message says what it takes."""


class LabelError(CatalogError):
    """A label that can't be given to a product; the message says what it takes."""


class UnknownRuleError(CatalogError):
    """A rule id that no rule has."""


class RuleError(CatalogError):
    """A rule that makes no sense; ``problems`` says what, by field, in the codes of ``rule_terms.PROBLEMS``."""

    def __init__(self, message: str, problems: dict[str, str]) -> None:
        super().__init__(message)
        self.problems = problems


class EditConflictError(CatalogError):
    """An edit based on what is no longer so; the message says who changed it, and nothing was written."""


class JobError(CatalogError):
    """A job that can't be started or done; the message says why."""


class JobRunningError(JobError):
    """A job is at work; another one has to wait."""


class UnknownJobError(JobError):
    """A job that was never started."""


class JobEndedError(JobError):
    """A job that is over, or somebody else's."""


class DatabaseError(CatalogError):
    """The database said no; the message says which database and why."""


class DatabaseLockedError(DatabaseError):
    """Another process holds the write lock and didn't let go in time."""


class SchemaVersionError(DatabaseError):
    """The tables were laid out by a version of Vitrina that this one doesn't know."""


class DemoError(CatalogError):
    """The demo boutique can't be drawn where it was asked for."""
