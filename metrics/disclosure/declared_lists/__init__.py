"""Small tables of declared parts: shown by the finest declared list that gives no handful away, or not at all."""
