"""Jobs: long work that the studio starts in a process of its own, and watches."""
