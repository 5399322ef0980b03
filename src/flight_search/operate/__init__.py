"""Keeping the data safe: backup and restore of a data folder."""
