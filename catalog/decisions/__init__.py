"""What merchandisers decide, kept apart from what sources say: curation rules, compatible categories, labels."""
