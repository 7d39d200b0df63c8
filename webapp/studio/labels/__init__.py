"""Labels: the queue of probably wrong ones, the decisions on them, and pictures that several products show."""
