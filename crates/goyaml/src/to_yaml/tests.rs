//! Values with types of their own, cycles and line origins.
