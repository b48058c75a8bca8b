"""The person: ways in, links, sign-in, contact, invitations."""
