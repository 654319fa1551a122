"""The store's record of each measure's story, and of what people who live with it say."""
