"""Natural persons: the register, standing, sign-up, sign-in, mandates and consent."""
