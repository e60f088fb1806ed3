"""What belongs to the app's source, and how its changes are noticed."""
