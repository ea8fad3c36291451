-- What the pages showed, piece by piece, as package film packs it: the first of
-- a reel is all of it, and each of the others what changed since the one before.
CREATE TABLE film (
  id   INTEGER PRIMARY KEY,
  reel INTEGER NOT NULL, -- when its first piece was so
  n    INTEGER NOT NULL, -- from 0
  at   INTEGER NOT NULL, -- when it was so
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX film_piece ON film (reel, n);
