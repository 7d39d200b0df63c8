"""The model at inference: its bundle, the network, the vector's parts, and whether a photo shows anything for sale."""
