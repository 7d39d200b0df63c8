"""The area of imports: a shop's export is checked and brought in through the browser."""
