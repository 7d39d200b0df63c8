// The studio's quality.
