"""What the claims service decides: pure, without input or output, clock or chance."""
