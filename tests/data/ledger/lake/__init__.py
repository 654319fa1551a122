"""Tests of a store on Postgres."""
