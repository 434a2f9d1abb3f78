"""What other sites send: who may put it in, where it is kept, and how it is worked through.

`door` lets in, `receiving` keeps, `duties` works through what is kept, by one handler for each
kind of activity. Source: federation.md 5.3, 6 to 8.
"""
