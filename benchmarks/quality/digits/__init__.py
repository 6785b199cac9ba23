"""All methods on digits: plain beside the peer's figures, and with augmentation."""
