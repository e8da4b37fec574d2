// Empty until the event log moves in: a module needs a file.
