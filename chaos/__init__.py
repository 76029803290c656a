"""`python -m chaos`: does anything get lost when anything may die at any moment?"""
