"""Floor 8: what people see. The partition document, tables, SVG pictures, and the steps of the command."""
