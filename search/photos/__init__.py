"""What decoding a photo may cost: counted before it starts, bounded while it runs, ended in a process of its own."""
