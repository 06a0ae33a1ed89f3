"""Small servers that speak as the publishers beside them do, over data that was made up."""
