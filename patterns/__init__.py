"""Lexicons and patterns of jixiao: data, with examples; read by jixiao.lexicon."""
