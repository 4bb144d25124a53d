"""HTTP: routes over the application facade."""
