"""Reading the catalogue as one caller may see it, at one revision."""
