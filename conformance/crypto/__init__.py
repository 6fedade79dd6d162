"""Keys, MACs, cryptograms and certificates: 3DES and RSA. Test keys only."""
