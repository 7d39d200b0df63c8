"""Long jobs that the studio starts and that outlive the web server: what was asked for, how far it is, how it ended."""
