"""The running service: the catalogue, the operations on it and their way in and out."""
