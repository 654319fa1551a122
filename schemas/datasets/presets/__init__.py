"""File profiles that come with Concord: what is published of the files that the field's systems write."""
