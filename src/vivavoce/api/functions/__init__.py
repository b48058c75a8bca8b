"""The operations, one file each, named as the vendor names them."""
