"""Lists of vendors: from an uploaded file to a plan of what each of its rows would do."""
