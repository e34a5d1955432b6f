"""The annotated corpus: its markup, its checks, and the tools to build such corpora."""
