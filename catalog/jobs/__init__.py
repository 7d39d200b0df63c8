"""Long jobs that the studio starts and that outlive the web server: their table, lock, progress and processes."""
