"""Query to result: prepare, plan, filter, meaning, rank or pair, facets, explain, relax, offers."""
