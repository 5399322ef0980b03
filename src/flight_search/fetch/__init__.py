"""Files that are not shipped: pinned by hash, fetched by the package clients, kept in a cache."""
