// The studio's neighbourhood.
