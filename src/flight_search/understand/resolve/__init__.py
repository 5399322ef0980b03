"""Words to values by the rules of the contract: days, hours, money, people, carriers, places.

Whoever found the words, the grammar of ``local`` or a language model, what they mean is decided here.
"""
