"""The page Query: what to ask and where to begin, the answer while it comes, and what an edition holds."""
