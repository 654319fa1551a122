"""What results are worth, as the partnership has settled it."""
