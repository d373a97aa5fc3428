"""What the pages show, read in sets and scoped by the creditors that the caller may see."""
