"""Practise ML diagnosis with a consultant who pushes back."""

__version__ = "0.1.0"
