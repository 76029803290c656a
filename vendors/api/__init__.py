"""What programs may read and write of the vendors floor: one module per noun."""
