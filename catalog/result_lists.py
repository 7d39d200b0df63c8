"""The two lists of products that answer a photo or stand on a product's page; rules and clicks name them so."""

SIMILAR, GOES_WITH = LISTS = ("similar", "goes_with")
