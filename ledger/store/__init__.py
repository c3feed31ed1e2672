"""The only ring that speaks SQL: values in, values out."""
