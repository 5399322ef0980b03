"""Snapshots: the immutable, memory-mapped tables that a search reads, and the swap from one to the next."""
