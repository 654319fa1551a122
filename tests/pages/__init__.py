"""Pages through AppTest, and their parts."""
