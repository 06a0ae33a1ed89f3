"""What publishers write in: readers shared by the sources that need them."""
