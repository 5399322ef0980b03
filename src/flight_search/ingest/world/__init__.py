"""The world's schedule: traffic files to legs, legs to connections, both to a snapshot."""
