"""Keys, MACs, cryptograms and certificates: 3DES and RSA, SM2, SM3 and SM4. Test keys only."""
