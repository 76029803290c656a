"""The vendor's side: pages for people at a vendor, who see their own questions and nothing else."""
