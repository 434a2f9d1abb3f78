"""HTTP signatures in both forms that the fediverse speaks: made, read and checked. Pure.

`claims.read_claim` says who claims to have signed a request, once all that needs no key was
checked; `Claim.is_by` checks the signature. `cavage.sign` and `rfc9421.sign` make the headers
that we send, and `knocking` says which form is tried with which site.
"""
