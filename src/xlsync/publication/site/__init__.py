"""The published sheets as pages that need no server: a page for each project, lists by department, and a search."""
