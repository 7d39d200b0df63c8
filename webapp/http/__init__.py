"""What every answer has in common, whichever page or program asked for it.

Parameters are read here, errors become answers, and headers, languages, addresses and bundles are made.
"""
