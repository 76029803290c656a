"""What can be done to webhook endpoints and deliveries."""
