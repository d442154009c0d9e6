"""The formats that a configuration can be read from and written to: one module or folder each.

A format module has ``read(data, name) -> Loaded`` and ``write(configuration) -> str``. ``read`` raises SpecError with
every problem found; ``write`` raises ConversionError naming all that the format cannot say.
"""
