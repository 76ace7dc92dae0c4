"""What a secret is called and looks like, and values without those in them."""
