"""Text to vectors: one interface; queries and documents apart, because some models treat them differently."""
