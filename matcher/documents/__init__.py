"""Files the product writes: spreadsheets (xlsx) and printed sheets (PDF). Pure: rows in, bytes out."""
