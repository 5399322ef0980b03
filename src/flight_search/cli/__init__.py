"""The same as the services, for a terminal: flags to queries, results to tables, errors to exit codes."""
