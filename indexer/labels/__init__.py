"""Label quality: labels that are probably wrong, found in the catalogue or in a source of photos."""
