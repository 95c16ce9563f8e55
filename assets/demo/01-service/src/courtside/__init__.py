"""Live statistics of amateur basketball games."""
