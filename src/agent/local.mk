# src/agent: the loop, its tools, sessions
