"""What each report says, as documents; texts are in the language that is active."""
