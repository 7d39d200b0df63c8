"""Fine-tuning: photos with labels in, a model bundle out. ``bundle.train_bundle`` is the whole way."""
