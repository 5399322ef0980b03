"""A file of prices and sold-out marks → a new version of the fares, laid over the snapshot in use."""
