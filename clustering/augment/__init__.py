"""Random views of images, drawn as a batch on the device."""
