"""What can be done to vendors, engagements and imported lists."""
