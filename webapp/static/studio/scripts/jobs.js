// The studio's jobs.
