"""The Riemannian complex: nerve, inner products, Hodge theory, splines (floor 5)."""
