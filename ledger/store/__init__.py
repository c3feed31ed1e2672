"""The only ring that speaks SQL: values in, values out.

`tables` are the tables, `engines` opens SQLite or PostgreSQL, `sql` speaks both, `papers` turns
rows into values, `shelf` holds what a batch has loaded, `writer` is the one door for writes, which
a server opens `apart`, in a process of its own, and `reads` answers questions.
"""
