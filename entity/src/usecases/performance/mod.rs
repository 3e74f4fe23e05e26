//! How partnerships are doing.
