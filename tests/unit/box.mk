# unit tests of box
