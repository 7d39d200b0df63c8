"""Downloads of what a shop names by its web address: feeds and photos, politely and within limits."""
