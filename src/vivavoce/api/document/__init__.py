"""Our OpenAPI 3.1 document: what each operation takes, answers and refuses, put together from its parts."""
