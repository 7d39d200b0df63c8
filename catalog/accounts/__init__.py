"""The studio's accounts, the slowing of log-ins, and the log of who changed what."""
