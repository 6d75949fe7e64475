"""How a program speaks to the daemon: find it, start it, submit jobs, read what happens to them.

Krita and Blender carry this package as it is; so it runs on Python 3.10 and needs only `studiolo_contract`,
`websockets`, `platformdirs` and `annotated_types`. Knows no host program and shows nothing to anyone.
"""
