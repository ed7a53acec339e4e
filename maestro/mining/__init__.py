"""Facts: what git histories hold, kept where they can be read again, and figures from them."""
