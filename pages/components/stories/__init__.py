"""The story of a measure and what people say: on its page, in its evidence, in packs, and the forms to write them."""
