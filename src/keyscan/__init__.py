"""keyscan finds OpenAI-style API keys, says whether they are live, and tells how to rotate them.

Where to look: ``pipeline`` is the whole flow on one page, ``model`` its nouns, ``providers``
who issues keys, ``sources`` where content comes from, ``decoders`` how a key may be hidden,
``verify`` the network, ``rotate`` the steps, ``formats`` and ``commands`` what a person sees.
This module imports nothing, so that importing any part of keyscan costs only that part.
"""

__version__ = "0.1.0"
