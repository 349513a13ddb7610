# contrib: what is shipped beside the programs
