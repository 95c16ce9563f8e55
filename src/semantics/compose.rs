//! Compose files, resolved: interpolation defaults, `extends`, merged files, short and long forms.
