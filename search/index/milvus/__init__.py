"""Milvus as the engine that keeps an index's vectors: one collection an index, on another machine if need be."""
