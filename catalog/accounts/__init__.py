"""Who may use the studio, and the log of who changed what."""
