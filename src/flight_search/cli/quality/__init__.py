"""The quality report of a snapshot as it is shown: tables for a terminal, a page with plots."""
