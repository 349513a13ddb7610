# src/box: the client of the wire
