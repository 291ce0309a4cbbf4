"""What the functions of the document pipeline share."""
