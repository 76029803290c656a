"""Reports: papers and workbooks about a vendor or the portfolio, made to be kept and handed on."""
