"""The network: backbones, the projection heads that Vitrina trains on top of one, and a trained network as files."""
