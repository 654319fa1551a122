"""The story behind a measure, and what people who live with it say: written, heard, answered, and read by all."""
