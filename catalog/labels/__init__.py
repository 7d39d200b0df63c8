"""Product labels: corrections by merchandisers, and the queue of labels that are probably wrong."""
