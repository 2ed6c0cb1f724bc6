"""Readers of model files and of other frameworks' models; each framework is imported lazily."""
