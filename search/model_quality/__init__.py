"""What an evaluation of the catalogue found, as the studio reads it."""
