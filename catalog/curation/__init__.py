"""What merchandisers decide about the lists of products: rules, categories that go together, and undoing both."""
