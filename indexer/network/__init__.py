"""The network: backbones, the parts that Vitrina trains on top of one, and a trained network as files."""
