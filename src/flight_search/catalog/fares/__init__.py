"""Prices that changed since the build, kept beside the snapshots and laid over the one in use."""
