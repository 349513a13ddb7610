# src/cli: the stockade command
