"""What the pages, the API and the studio share: products as they are shown, photos, and the objects of the app."""
