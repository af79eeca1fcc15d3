"""What several services decide by, and each for itself: pure, so that it comes to the same wherever it is asked."""
