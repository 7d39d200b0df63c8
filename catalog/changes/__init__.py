"""Changes to single products: made by programs and in the studio, and followed by searches without a build."""
