"""Which profiles a wish is like: similarity of given profiles, and the nearest of all."""
