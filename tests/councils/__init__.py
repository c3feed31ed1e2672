"""Councils: mandates, services and their daily sheets, through the opened books."""
