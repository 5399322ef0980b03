"""How good the data of a snapshot is: snapshot, and the one before it → figures, and what stands out."""
