"""Files of the app: which one a module is, exchanged at once, and put back."""
