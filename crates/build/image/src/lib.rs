//! Opens an image as a stream of layers and files.
