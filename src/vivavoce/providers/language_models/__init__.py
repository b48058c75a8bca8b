"""Language models: one port, several behind it in their order."""
