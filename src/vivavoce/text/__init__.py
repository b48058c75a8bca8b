"""What a text is made of, whoever wrote it: its language, its sentences, its words as they are compared."""
