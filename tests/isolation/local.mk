# tests/isolation
