"""What makes a page in a browser follow the source: a script, and what adds it to the app's pages."""
