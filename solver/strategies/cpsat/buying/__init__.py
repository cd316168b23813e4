"""Programs over nodes that can be bought at will, of many offers, in zones that all offer the same."""
