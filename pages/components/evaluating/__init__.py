"""The page of impact and value: what is asked, the picture, the tests, the worth, and the rules of sharing."""
