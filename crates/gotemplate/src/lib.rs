//! Go's text/template over gostd values.
