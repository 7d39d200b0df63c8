// The studio's labels.
