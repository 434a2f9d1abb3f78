"""The catalogue of bad inputs: each case of sign-in, deciding and paying, and what refuses it."""
