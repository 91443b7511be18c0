"""How a press reaches xlsync and its answer the client: the shared folder, and HTTP."""
