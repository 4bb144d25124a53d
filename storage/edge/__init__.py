"""The embedded vector store: Qdrant Edge in a process of its own, behind the methods of `QdrantClient`.

Every call of Edge holds the interpreter's lock, so inside the server it would freeze the event loop;
a process of its own also lets the server, the command line and the workers share one store.
"""
