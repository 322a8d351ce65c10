"""How the ledger's database comes from any earlier state to the present one (Alembic)."""
