"""Figures and requests that are known from public statements alone."""
