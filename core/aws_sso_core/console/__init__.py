"""AWS's console: the addresses of its pages, and leading a browser there."""
