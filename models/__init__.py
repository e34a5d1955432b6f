"""Trained models as shipped; read by jixiao."""
