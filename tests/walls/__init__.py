"""Who gets in where: the matrix of routes, roles and standings, and every promise of the API."""
