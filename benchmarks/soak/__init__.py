"""Accounts for every background task of servers under load that are stopped or left by clients."""
