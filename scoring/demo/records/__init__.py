"""What is on record besides answers: one module per noun, each with its shapes and its stories."""
