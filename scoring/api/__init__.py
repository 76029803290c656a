"""What programs may read: vendors with their rating, scores, and what they are made of."""
