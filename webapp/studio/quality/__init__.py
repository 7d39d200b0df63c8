"""Quality: how well the classifier does on the catalogue's own photos, mistake by mistake."""
