"""The words of the contract as types. Imports nothing else of this package."""
