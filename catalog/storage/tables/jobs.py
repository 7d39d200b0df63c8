"""The table of jobs."""

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

jobs = Table(
    "catalog_jobs",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False, index=True),
    Column("started_by", String(80), nullable=False),  # the account's name
    Column("started_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("ended_at", String(40), index=True),  # empty while it runs; whether it really does, the lock says
    Column("state", String(20), nullable=False),
    Column("pid", Integer),  # of the job's process, which leads a group of its own; empty until it has begun
    Column("place", Text),  # the machine and process namespace in which that number means something
    Column("cancelled_by", String(80)),  # who asked it to stop
    Column("facts", JSON, nullable=False),  # what came of it, by name
    Column("error", Text),  # why it failed
    sqlite_autoincrement=True,  # names the files of its log and progress: never used twice
)
