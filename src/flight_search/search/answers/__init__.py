"""Answers to all that is not a search: figures, a true sentence about them, and offers that show it."""
