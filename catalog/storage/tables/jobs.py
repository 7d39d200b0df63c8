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
    Column("ended_at", String(40), index=True),  # NULL while the job runs; the lock tells whether it lives
    Column("state", String(20), nullable=False),
    Column("pid", Integer),  # of the job's process, which leads a process group; NULL before it begins
    Column("place", Text),  # the machine and process namespace that the pid belongs to
    Column("cancelled_by", String(80)),  # the account that asked the job to stop
    Column("facts", JSON, nullable=False),  # what the job did: name -> value
    Column("error", Text),  # why the job failed
    sqlite_autoincrement=True,  # the log and the progress file are named by the id, so none is used twice
)
