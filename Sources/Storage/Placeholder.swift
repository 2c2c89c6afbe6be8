// Placeholder so that the package builds while the module is written.
