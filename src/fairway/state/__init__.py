"""What Fairway recorded about a stack: the document and the folder that holds it."""
