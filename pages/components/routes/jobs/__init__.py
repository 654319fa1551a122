"""What partners' jobs call: the routes, and the table that describes them."""
