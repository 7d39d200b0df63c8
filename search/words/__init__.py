"""What shoppers say in words: a vocabulary, and what a sentence in English or Spanish asks for by it."""
