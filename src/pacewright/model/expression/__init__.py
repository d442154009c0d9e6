"""Rules as the expressions that people write: ``galera-role eq true and date gt 2026-01-01``.

    expression := all ("or" all)*            all := unit ("and" unit)*
    unit := "(" expression ")"
          | ATTRIBUTE (lt|gt|lte|gte|eq|ne) [string|integer|number|version] VALUE
          | (defined|not_defined) ATTRIBUTE
          | date (gt|lt) DATE  |  date in_range [START] [to END] [duration FIELD=N ...]
          | date-spec FIELD=RANGE ...
          | resource [CLASS]:[PROVIDER]:[TYPE]  |  op NAME [interval=TIME]

A word in double quotes is never a keyword. ``param:NAME`` and ``meta:NAME`` unquoted compare with a resource's
parameter or meta attribute. ``and`` binds tighter than ``or``.
"""

from pacewright.model.expression.parser import parse_expression
from pacewright.model.expression.text import expression_text
from pacewright.model.expression.words import ExpressionError, Inexpressible

__all__ = ["ExpressionError", "Inexpressible", "expression_text", "parse_expression"]
