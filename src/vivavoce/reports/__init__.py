"""TOLD: what a result looks like on paper, and receipts that anybody can check."""
